"""The command: which workloads, what is shown of them, and whether their gates held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from simcore.bench import against, machine
from simcore.bench.backlog import Backlog
from simcore.bench.hash_identity import HashIdentity
from simcore.bench.help import Help
from simcore.bench.jobs import Jobs
from simcore.bench.lua_pingpong import LuaPingPong
from simcore.bench.lua_scenario import LuaScenario
from simcore.bench.orders import OrdersWorkload
from simcore.bench.pingpong import PingPong
from simcore.bench.pingpong_full import PingPongFull
from simcore.bench.ring import SIZES, Ring
from simcore.bench.spawn import SpawnWorkload
from simcore.bench.trace import TraceWorkload
from simcore.bench.world import WorldWorkload
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.bench.workload import Row, Workload

WORKLOADS: Final[Sequence[Workload]] = (
    PingPong(),
    PingPongFull(),
    LuaPingPong(),
    *(Ring(processes) for processes in SIZES),
    SpawnWorkload(),
    WorldWorkload(),
    Backlog(),
    OrdersWorkload(),
    LuaScenario(),
    Jobs(),
    TraceWorkload(),
    Help(),
    HashIdentity(),
)


def run(
    names: Sequence[str] = (),
    *,
    quick: bool,
    other: str | None = None,
    format: Literal["rich", "plain", "jsonl"] | None = None,
    write: Callable[[str], None] = machine.write_out,
) -> int:
    """Measure workloads one after the other and show each as soon as it is known.

    Args:
        names: which ones, where ``ring`` stands for all sizes of it; all where none is named.
        quick: fewer and shorter rounds.
        other: the path of a Python whose simcore is the baseline; the ratio is then the cost here against there.
        format: ``jsonl`` shows each row as one JSON object, everything else as one line of text.
        write: takes one line.

    Returns:
        0, or 1 where the best round of a workload missed its gate.

    Raises:
        UsageError: there is no such workload, or *other* cannot measure.
    """
    chosen = _chosen(names) if other is None else against.chosen(names, other)
    rows = []
    for workload in chosen:
        row = workload.measure(quick=quick)
        write(_text(row, format))
        rows.append(row)
    return 0 if all(row.ok for row in rows) else 1


def _chosen(names: Sequence[str]) -> Sequence[Workload]:
    return [workload for name in names for workload in _named(name)] or WORKLOADS


def _named(name: str) -> Sequence[Workload]:
    found = [each for each in WORKLOADS if each.name == name or each.name.removeprefix(f"{name}-").isdecimal()]
    if found:
        return found
    known = ", ".join(workload.name for workload in WORKLOADS)
    raise UsageError(f"there is no workload {name!r}; there are {known}")


def _text(row: Row, format: str | None) -> str:
    return msgspec.json.encode(row).decode() if format == "jsonl" else row.line()
