"""A part of JSON Schema, large enough for what programs check: a keyword outside it is refused and never ignored.

The keywords of ``KEYWORDS`` are judged; those of ``ANNOTATIONS`` say nothing about the data and are allowed anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from simcore.model.errors import InvalidArgument, UsageError
from simcore.security.pattern import Pattern, compile_pattern

# Keywords as in draft 6 (A. Wright, H. Andrews, G. Luff, "JSON Schema Validation", 2017), which has `const`, schemas
# that are booleans, and numbers in `exclusiveMinimum`.
ANNOTATIONS: Final = frozenset(
    {
        *("$schema", "$id", "$comment", "title", "description", "default", "examples"),
        *("deprecated", "readOnly", "writeOnly"),
    }
)
TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_MAP_KEYWORDS: Final = frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"})
_SHOWN_MAX: Final = 60


class UnsupportedKeyword(Exception):
    """A schema uses a keyword that is not in ``KEYWORDS``, so that nothing can be said about the data."""


class OutOfSteps(Exception):
    """The check took more steps than it was given."""


def check(schema: Any, data: Any, steps_max: int, *, empty_is_both: bool) -> tuple[str | None, int]:
    """Return the first thing in *data* that *schema* forbids, or None, and how many steps it took to find out.

    Args:
        schema: the schema as JSON has it; the empty list is an empty schema too, because Lua writes that so.
        data: the value as JSON has it.
        steps_max: looks at a value, and characters a pattern reads times its length, that may be taken.
        empty_is_both: an empty list in *data* may stand for an empty map, because Lua writes both so.

    Raises:
        InvalidArgument: the schema is malformed.
        UnsupportedKeyword: it uses what is not supported.
        OutOfSteps: *steps_max* is not enough.
    """
    judge = _Judge(steps_max, empty_is_both=empty_is_both)
    # The whole schema first: whether it is understood must not depend on the data.
    _check_schema(schema, "", judge)
    return next(judge.problems(schema, data, ""), None), judge.steps


# -- the schema itself


def _check_schema(schema: Any, path: str, judge: _Judge) -> None:
    judge.step()
    if isinstance(schema, bool) or schema == []:
        return
    if not isinstance(schema, dict):
        raise _malformed(path, "a schema is an object or a boolean")
    for keyword in sorted(schema):
        if keyword in ANNOTATIONS:
            continue
        if keyword not in KEYWORDS:
            raise UnsupportedKeyword(f"schema keyword '{keyword}' at '{path or '/'}'")
        if keyword == "items" and isinstance(schema[keyword], list) and schema[keyword]:
            raise UnsupportedKeyword(f"a list of schemas as 'items' at '{path or '/'}'")
        form, _ = KEYWORDS[keyword]
        if not form(schema[keyword]):
            raise _malformed(f"{path}/{keyword}", _FORMS[form])
        for name, part in _parts(keyword, schema[keyword]):
            _check_schema(part, f"{path}/{keyword}{name}", judge)


def _parts(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the schemas that the value of a keyword holds."""
    if keyword in ("allOf", "anyOf", "oneOf"):
        yield from ((f"/{index}", part) for index, part in enumerate(value))
    elif keyword == "properties":
        yield from ((f"/{name}", value[name]) for name in sorted(value or {}))
    elif keyword in ("items", "additionalProperties", "not"):
        yield "", value


def _malformed(path: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"invalid schema at '{path or '/'}': {what}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_size(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_type(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else bool(_is_texts(value) and value and set(value) <= set(TYPES))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) or value == []


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_anything(value: Any) -> bool:
    return True


def _is_pattern(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        _compiled(value)
    except UsageError:
        return False
    return True


_FORMS: Final[Mapping[Callable[[Any], bool], str]] = {
    _is_number: "it must be a number",
    _is_positive: "it must be a number above 0",
    _is_size: "it must be a whole number, 0 or more",
    _is_type: f"it must be one of {', '.join(TYPES)}, or a list of these",
    _is_texts: "it must be a list of texts",
    _is_list: "it must be a list",
    _is_map: "it must be an object",
    _is_flag: "it must be true or false",
    _is_schemas: "it must be a list of one schema or more",
    _is_anything: "",
    _is_pattern: "it must be a regular expression that takes linear time (no look-around, no back-references)",
}


@lru_cache(maxsize=256)
def _compiled(text: str) -> Pattern:
    return compile_pattern(text)


# -- the data


class _Judge:
    """Judges one value, and counts its steps."""

    def __init__(self, steps_max: int, *, empty_is_both: bool) -> None:
        self.steps = 0
        self._steps_max = steps_max
        self._empty_is_both = empty_is_both

    def step(self, count: int = 1) -> None:
        """Take *count* steps.

        Raises:
            OutOfSteps: there are not so many left.
        """
        self.steps += count
        if self.steps > self._steps_max:
            raise OutOfSteps

    def problems(self, schema: Any, value: Any, path: str) -> Iterator[str]:
        """Yield what *schema* forbids in *value*, which is found at *path*, by the names of the keywords."""
        self.step()
        if schema is True or schema == []:
            return
        if schema is False:
            yield _at(path, "nothing is allowed here")
            return
        if value == [] and self._empty_is_both:
            value = _empty_for(schema)
        for keyword in sorted(schema):
            if keyword in KEYWORDS:
                _, judge = KEYWORDS[keyword]
                yield from judge(self, schema, value, path)

    def key(self, value: Any) -> str:
        """Return a text that is the same for equal values, and for these alone."""
        text = json.dumps(_comparable(value), sort_keys=True)
        self.step(len(text) // 8)
        return text


def _comparable(value: Any) -> Any:
    """Return *value* with numbers that are equal written alike."""
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    if isinstance(value, dict):
        return {key: _comparable(each) for key, each in value.items()}
    return value


def _empty_for(schema: Any) -> Any:
    """Return the empty list or the empty map, whichever *schema* speaks of."""
    types = schema.get("type", ())
    if "object" in types or "array" in types:
        return [] if "array" in types else {}
    return [] if _MAP_KEYWORDS.isdisjoint(schema) else {}


def _at(path: str, problem: str) -> str:
    return f"at '{path or '/'}': {problem}"


def _shown(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value == int(value) else "number"
    return {int: "integer", str: "string", list: "array", dict: "object"}.get(type(value), "null")


_Judging = Callable[[_Judge, Any, Any, str], Iterator[str]]


def _type(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    wanted = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    found = _type_of(value)
    if found not in wanted and not (found == "integer" and "number" in wanted):
        yield _at(path, f"{' or '.join(wanted)} expected, but it is {found}")


def _enum(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    key = judge.key(value)
    if not any(judge.key(each) == key for each in schema["enum"]):
        yield _at(path, f"{_shown(value)} is none of {_shown(schema['enum'])}")


def _const(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if judge.key(value) != judge.key(schema["const"]):
        yield _at(path, f"{_shown(value)} is not {_shown(schema['const'])}")


def _limit(keyword: str, fails: Callable[[Any, Any], bool], words: str) -> _Judging:
    def judging(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
        if _is_number(value) and fails(value, schema[keyword]):
            yield _at(path, f"{_shown(value)} is {words} {_shown(schema[keyword])}")

    return judging


def _size(keyword: str, kind: type, fails: Callable[[int, Any], bool], words: str) -> _Judging:
    def judging(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
        if isinstance(value, kind) and fails(len(value), schema[keyword]):  # type: ignore[arg-type]  # kinds have a len
            yield _at(path, f"{words} {_shown(schema[keyword])} expected")

    return judging


def _multiple_of(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    # As it is written and not as a float has it, so that 0.3 is a multiple of 0.1.
    if _is_number(value) and Fraction(repr(value)) % Fraction(repr(schema["multipleOf"])):
        yield _at(path, f"{_shown(value)} is no multiple of {_shown(schema['multipleOf'])}")


def _pattern(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        judge.step(len(value) * len(schema["pattern"]))
        if not _compiled(schema["pattern"]).search(value):
            yield _at(path, f"{_shown(value)} does not match the pattern {_shown(schema['pattern'])}")


def _items(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from judge.problems(schema["items"], each, f"{path}/{index}")


def _unique_items(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    keys = [judge.key(each) for each in value] if schema["uniqueItems"] and isinstance(value, list) else []
    if len(dict.fromkeys(keys)) < len(keys):
        yield _at(path, "no two items may be equal")


def _required(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in schema["required"]:
            judge.step()
            if name not in value:
                yield _at(path, f"the field {_shown(name)} is missing")


def _properties(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in sorted(schema["properties"]):
            judge.step()
            if name in value:
                yield from judge.problems(schema["properties"][name], value[name], f"{path}/{name}")


def _additional(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    known = schema.get("properties", ())
    for name in sorted(value):
        judge.step()
        if name in known:
            continue
        if schema["additionalProperties"] is False:
            yield _at(path, f"the field {_shown(name)} is not allowed")
        else:
            yield from judge.problems(schema["additionalProperties"], value[name], f"{path}/{name}")


def _all_of(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    for part in schema["allOf"]:
        yield from judge.problems(part, value, path)


def _fitting(judge: _Judge, parts: Any, value: Any, path: str) -> int:
    return sum(next(judge.problems(part, value, path), None) is None for part in parts)


def _any_of(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if not _fitting(judge, schema["anyOf"], value, path):
        yield _at(path, f"{_shown(value)} fits none of the schemas of 'anyOf'")


def _one_of(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    fitting = _fitting(judge, schema["oneOf"], value, path)
    if fitting != 1:
        yield _at(path, f"{_shown(value)} fits {fitting} of the schemas of 'oneOf', not 1")


def _not(judge: _Judge, schema: Any, value: Any, path: str) -> Iterator[str]:
    if _fitting(judge, (schema["not"],), value, path):
        yield _at(path, f"{_shown(value)} fits the schema of 'not'")


KEYWORDS: Final[Mapping[str, tuple[Callable[[Any], bool], _Judging]]] = {
    "type": (_is_type, _type),
    "enum": (_is_list, _enum),
    "const": (_is_anything, _const),
    "minimum": (_is_number, _limit("minimum", lambda value, limit: value < limit, "less than")),
    "maximum": (_is_number, _limit("maximum", lambda value, limit: value > limit, "more than")),
    "exclusiveMinimum": (_is_number, _limit("exclusiveMinimum", lambda value, limit: value <= limit, "not more than")),
    "exclusiveMaximum": (_is_number, _limit("exclusiveMaximum", lambda value, limit: value >= limit, "not less than")),
    "multipleOf": (_is_positive, _multiple_of),
    "minLength": (_is_size, _size("minLength", str, lambda size, limit: size < limit, "a length of at least")),
    "maxLength": (_is_size, _size("maxLength", str, lambda size, limit: size > limit, "a length of at most")),
    "pattern": (_is_pattern, _pattern),
    "items": (_is_anything, _items),
    "minItems": (_is_size, _size("minItems", list, lambda size, limit: size < limit, "a number of items of at least")),
    "maxItems": (_is_size, _size("maxItems", list, lambda size, limit: size > limit, "a number of items of at most")),
    "uniqueItems": (_is_flag, _unique_items),
    "properties": (_is_map, _properties),
    "required": (_is_texts, _required),
    "additionalProperties": (_is_anything, _additional),
    "minProperties": (
        _is_size,
        _size("minProperties", dict, lambda size, limit: size < limit, "a number of fields of at least"),
    ),
    "maxProperties": (
        _is_size,
        _size("maxProperties", dict, lambda size, limit: size > limit, "a number of fields of at most"),
    ),
    "allOf": (_is_schemas, _all_of),
    "anyOf": (_is_schemas, _any_of),
    "oneOf": (_is_schemas, _one_of),
    "not": (_is_anything, _not),
}
"""Every keyword that is judged: the form that its value must have, and the judgement."""
