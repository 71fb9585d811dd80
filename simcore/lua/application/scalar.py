"""What one unquoted YAML word means.

The rules are those of the YAML 1.2 core schema plus octal ``0755`` and ``1_000``: ``yes``, ``on``, ``12:30`` and
``2024-01-01`` are texts, which PyYAML's own YAML 1.1 rules would turn into booleans, minutes and dates.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Scalar: TypeAlias = bool | int | float | str | None

_CONSTANTS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER_START: Final = re.compile(r"[-+.0-9]", re.ASCII)
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hexadecimal>[0-9a-fA-F]+)|0[oO]?(?P<octal>[0-7]+)|0[bB](?P<binary>[01]+)"
    r"|(?P<decimal>0|[1-9][0-9]*))",
    re.ASCII,
)
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_BASES: Final = {"hexadecimal": 16, "octal": 8, "binary": 2, "decimal": 10}
# An integer of 64 bits has at most 64 binary digits; a longer word need not be converted to be refused.
_DIGITS_MAX: Final = 64
_INTEGER_LIMIT: Final = 2**63


def resolve(word: str) -> Scalar:
    """Return the value of the unquoted *word*: None, a boolean, a number, or the word itself.

    An integer that does not fit into 64 bits becomes a float, since no Lua program could hold it.
    """
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if not _NUMBER_START.match(word):
        return word
    plain = word.replace("_", "")
    integer = _integer(plain)
    if integer is not None:
        return integer
    return float(plain) if _FLOAT.fullmatch(plain) else word


def _integer(plain: str) -> int | None:
    match = _INTEGER.fullmatch(plain)
    if match is None or match.lastgroup is None or len(plain) > _DIGITS_MAX + len("-0b"):
        return None
    base = match.lastgroup
    value = int(match["sign"] + match[base], _BASES[base])
    return value if -_INTEGER_LIMIT <= value < _INTEGER_LIMIT else None
