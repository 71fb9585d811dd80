"""From a row to its result: the one way, for the test and for the command that writes the tables anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final

import msgspec

from simcore import Fifo, Options, Uniform, run
from simcore.strategies import Program
from tests.files import ROOT

from . import internals
from .table import Result, Row, kept_arguments, kept_programs

STRATEGIES: Final[dict[str, Callable[[], Fifo | Uniform]]] = {"fifo": Fifo, "uniform": Uniform}


def play(table: str, row: Row) -> Result:
    """Play a row of *table*; the current folder has to be the project's."""
    return PLAYERS[table](row)


def litmus_programs() -> dict[str, Any]:
    """Return the litmus programs by name, as their harness has enrolled them."""
    for file in sorted(ROOT.glob("tests/litmus/test_*.py")):
        import_module(f"tests.litmus.{file.stem}")
    programs: dict[str, Any] = import_module("tests.litmus.harness").PROGRAMS
    return programs


def _item(row: Row) -> Result:
    assert row.strategy is not None
    assert row.seed is not None
    return _judged(internals.play_item(row.file, row.name, row.seed, row.strategy, _options(row)))


def _property(row: Row) -> Result:
    assert row.arguments is not None
    return _judged(internals.play_property(row.file, row.name, _kept_arguments()[row.name, row.arguments]))


def _program(row: Row) -> Result:
    program = msgspec.convert(_kept_programs()[row.name], Program)
    assert row.strategy is not None
    assert row.seed is not None
    done = run(program, seed=row.seed, strategy=STRATEGIES[row.strategy](), options=_options(row))
    return _judged(done.outcome)


def _litmus(row: Row) -> Result:
    assert row.strategy is not None
    entry = _litmus_programs()[row.name]
    harness = import_module("tests.litmus.harness")
    play = harness.Play(row.seed, lua=row.language == "lua", strategy=STRATEGIES[row.strategy](), options=entry.options)
    outcome = repr(entry.program(play))
    digest, actions, decisions, now_ns = internals.figures(play.world)
    return Result(outcome=outcome, digest=digest, actions=actions, decisions=decisions, now_ns=now_ns)


def _replay(row: Row) -> Result:
    """Replay a case or a token; one that goes another way says where instead of its verdict."""
    replayed = internals.replay_reference(row.name or row.file, row.file if row.name else None)
    result = _judged(replayed.outcome)
    if replayed.reproduced and not replayed.found.source_changed:
        return result
    reason = "the source has changed" if replayed.found.source_changed else replayed.divergence
    return msgspec.structs.replace(result, outcome=f"not reproduced: {reason or result.outcome}")


def _judged(outcome: internals.Outcome) -> Result:
    return Result(
        outcome=f"{outcome.verdict} {outcome.property}".strip(),
        digest=outcome.digest,
        actions=outcome.actions,
        decisions=outcome.decisions,
        now_ns=outcome.now_ns,
    )


def _options(row: Row) -> Options:
    return msgspec.convert(row.options, Options)


_kept_programs = cache(kept_programs)
_kept_arguments = cache(kept_arguments)
_litmus_programs = cache(litmus_programs)
PLAYERS: Final[dict[str, Callable[[Row], Result]]] = {
    "items": _item,
    "litmus": _litmus,
    "programs": _program,
    "properties": _property,
    "replays": _replay,
}
