"""Tokens: a failing run as one short text, for a run that seed and strategy decide (``simcore replay TOKEN``).

``simcore2/<strategy>/<seed>/<options>/<checksum>/<item>``. Of the test of an application ``+<duration>`` follows the
options: for how long its world is driven on after it has passed. Without that it is not, as was so of older ones.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.case import READ, VERSION
from simcore.model.durations import format_duration, parse_duration
from simcore.model.errors import InvalidArgument, UsageError
from simcore.schedulers.registry import make_scheduler

if TYPE_CHECKING:
    from simcore.model.options import Options
    from simcore.model.run import Run

PREFIX: Final = "simcore"
LENGTH_MAX: Final = 300
COVERED: Final = (
    "dialect",
    "strict_mode",
    "name_conflict",
    "cancel_deadline",
    "strict_builder_permissions",
    "foreign_register_permission",
    "cancel_call_child_on_caller_exit",
    "returned_error_is_terminal",
    "quirks",
    "epoch",
    "actions_max",
    "virtual_time_max_ns",
    "processes_max",
    "lua_memory_max",
    "instant_actions_max",
    "lua_instructions_max",
)
"""The options that every token's digest covers; a later one counts only where it differs from its default.

These are all that there were when the first tokens were made. The list never grows: a token that was made before an
option existed has to stay valid where that option has its default.
"""


class Token(msgspec.Struct, frozen=True):
    """Version, strategy, seed, options and item of one run.

    Args:
        item: the id of the item.
        seed: of the schedule.
        strategy: of the schedule.
        options: the digest of the options of the world.
        settle_ns: as of ``Run``.
        version: of the token, and so of the kernel that made the run.
    """

    item: str
    seed: int
    strategy: str
    options: str
    settle_ns: int = 0
    version: int = VERSION

    def __str__(self) -> str:
        # What any keyboard has; both spellings are read.
        settle = f"+{format_duration(self.settle_ns)}".replace("µ", "u") if self.settle_ns else ""
        said = f"{self.strategy}/{self.seed}/{self.options}{settle}"
        # The item stands last, because its id has slashes of its own.
        return f"{PREFIX}{VERSION}/{said}/{_checksum(said, self.item)}/{self.item}"


def make_token(run: Run) -> str | None:
    """Return the token of *run*, or None where the item's id is too long for one or cannot be typed."""
    text = str(Token(run.item.id, run.seed, run.strategy, options_digest(run.options), run.settle_ns))
    return text if len(text) <= LENGTH_MAX and text.isprintable() else None


def looks_like_token(text: str) -> bool:
    """Tell whether *text* is meant as a token, whatever its version and however damaged."""
    begins = re.match(rf"{PREFIX}\d+(/|$)", text, re.IGNORECASE | re.ASCII)
    return begins is not None and not text.lower().endswith(".json")


def parse_token(text: str) -> Token:
    """Return what *text* says.

    Raises:
        UsageError: it is of another version, or damaged.
    """
    if len(text) > LENGTH_MAX:
        raise _damaged(f"it has {len(text):,} letters, the longest has {LENGTH_MAX}")
    version, rest = _version(text)
    pattern = _FIRST if version == 1 else _LATER
    fields = pattern.fullmatch(rest)
    if fields is None:
        form = "<strategy>/<seed>/<options>/" + "<checksum>/" * (version > 1) + "<item>"
        raise _damaged(f"{PREFIX}{version}/{form} is how one reads")
    said, item = fields["said"], fields["item"]
    if version > 1 and fields["checksum"] != _checksum(said, item):
        raise _damaged("its checksum says that a letter of it is missing or another")
    if version == 1 and item.partition("/")[0] == _checksum(said, item.partition("/")[2]):
        raise _damaged(f"it has a checksum, which those that begin with {PREFIX}1 have not")
    try:
        make_scheduler(fields["strategy"])
    except UsageError as error:
        raise UsageError(f"the token cannot be used: {error}") from None
    options, _, settle = fields["options"].partition("+")
    return Token(item, int(fields["seed"]), fields["strategy"], options, _settle_ns(settle), version)


def _settle_ns(text: str) -> int:
    try:
        duration = parse_duration(text) if text else 0
    except InvalidArgument as error:
        raise _damaged(str(error)) from None
    if duration < 0:
        raise _damaged(f"{text} is no duration of 0s or more")
    return duration


_FIRST: Final = re.compile(r"(?P<said>(?P<strategy>[^/]+)/(?P<seed>[0-9]{1,20})/(?P<options>[^/]+))/(?P<item>.+)", re.S)
_LATER: Final = re.compile(_FIRST.pattern.replace("/(?P<item>", "/(?P<checksum>[^/]+)/(?P<item>"), re.S)


def _version(text: str) -> tuple[int, str]:
    prefix, _, rest = text.partition("/")
    for version in READ:
        if prefix == f"{PREFIX}{version}":
            return version, rest
    if prefix.lower() in (f"{PREFIX}{version}" for version in READ):
        raise _damaged(f"it begins with {prefix!r}, where a token has {prefix.lower()!r}")
    read = " and ".join(f"'{PREFIX}{version}'" for version in READ)
    raise UsageError(
        f"the token begins with {prefix!r}, this simcore reads {read}: it is damaged, or is to be replayed with its own"
        " version"
    )


def _damaged(how: str) -> UsageError:
    return UsageError(f"the token is damaged: {how}; copy it anew from the run's output")


def _checksum(said: str, item: str) -> str:
    """Return eight hexadecimal digits that stand for a token. One letter that is another always changes them."""
    return f"{zlib.crc32(f'{said}/{item}'.encode('utf-8', 'surrogatepass')):08x}"


def options_digest(options: Options) -> str:
    """Return eight hexadecimal digits that stand for *options*."""
    covered = {name: getattr(options, name) for name in COVERED} | options.changed()
    return hashlib.sha256(msgspec.json.encode(covered, order="sorted")).hexdigest()[:8]
