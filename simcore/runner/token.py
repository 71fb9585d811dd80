"""Tokens: a failing run as one short text, for a run that seed and strategy decide (``simcore replay TOKEN``)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from simcore.model.errors import UsageError
from simcore.schedulers.registry import make_scheduler

if TYPE_CHECKING:
    from simcore.model.options import Options
    from simcore.model.run import Run

PREFIX: Final = "simcore1"
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
    """Version, strategy, seed, options and item of one run; it holds no path.

    Args:
        item: the id of the item.
        seed: of the schedule.
        strategy: of the schedule.
        options: the digest of the options of the world.
    """

    item: str
    seed: int
    strategy: str
    options: str

    def __str__(self) -> str:
        return f"{PREFIX}/{self.strategy}/{self.seed}/{self.options}/{self.item}"


def make_token(run: Run) -> str | None:
    """Return the token of *run*, or None where the item's id is too long for one."""
    text = str(Token(run.item.id, run.seed, run.strategy, options_digest(run.options)))
    return text if len(text) <= LENGTH_MAX else None


def looks_like_token(text: str) -> bool:
    """Tell whether *text* is meant as a token, whatever its version."""
    return text.startswith("simcore") and text.count("/") >= 4 and not text.endswith(".json")


def parse_token(text: str) -> Token:
    """Return what *text* says.

    Raises:
        UsageError: it is of another version, or damaged.
    """
    # The item stands last, because its id has slashes of its own.
    prefix, *parts = text.split("/", 4)
    if prefix != PREFIX:
        raise UsageError(
            f"the token begins with {prefix!r}, this simcore reads {PREFIX!r}: replay it with its own version"
        )
    strategy, seed, options, item = parts
    if not seed.isascii() or not seed.isdigit() or len(seed) > 20 or not item:
        raise UsageError(f"the token is damaged: {PREFIX}/<strategy>/<seed>/<options>/<item> is how one reads")
    try:
        make_scheduler(strategy)
    except UsageError as error:
        raise UsageError(f"the token cannot be used: {error}") from None
    return Token(item, int(seed), strategy, options)


def options_digest(options: Options) -> str:
    """Return eight hexadecimal digits that stand for *options*."""
    covered = {name: getattr(options, name) for name in COVERED} | options.changed()
    return hashlib.sha256(msgspec.json.encode(covered, order="sorted")).hexdigest()[:8]
