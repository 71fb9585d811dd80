"""The command: what is measured, what is shown, and how it ends."""

from __future__ import annotations

import msgspec
import pytest

from simcore.bench import run as bench
from simcore.bench.command import WORKLOADS
from simcore.bench.workload import Gate, Pair, Row, judged
from simcore.model.errors import UsageError

NAMES = [
    "pingpong",
    "pingpong-full",
    "lua-pingpong",
    "ring-1000",
    "ring-10000",
    "spawn",
    "world",
    "backlog",
    "orders",
    "lua-scenario",
    "jobs",
    "trace",
    "help",
    "hash-identity",
]


class Told:
    """A workload whose rounds are known."""

    def __init__(self, name: str, gate: Gate) -> None:
        self.name = name
        self._gate = gate

    def measure(self, *, quick: bool) -> Row:
        """Return one round that is twice as fast as its baseline."""
        return judged(self.name, "other", self._gate, [Pair(100, 200)], quick=quick)


@pytest.fixture
def _two_workloads(monkeypatch: pytest.MonkeyPatch) -> None:
    workloads = (Told("held", Gate(">=", 2)), Told("missed", Gate(">=", 3)))
    monkeypatch.setattr("simcore.bench.command.WORKLOADS", workloads)


def test_the_workloads_have_the_names_of_the_contract() -> None:
    assert [workload.name for workload in WORKLOADS] == NAMES


@pytest.mark.usefixtures("_two_workloads")
@pytest.mark.parametrize(("names", "code"), [(["held"], 0), (["missed"], 1), (["held", "missed"], 1), ([], 1)])
def test_a_missed_gate_is_exit_code_one(names: list[str], code: int) -> None:
    lines: list[str] = []

    assert bench(names, quick=True, write=lines.append) == code
    assert [line.split()[0] for line in lines] == (names or ["held", "missed"])


@pytest.mark.usefixtures("_two_workloads")
def test_jsonl_is_one_object_for_each_workload() -> None:
    lines: list[str] = []
    bench([], quick=True, format="jsonl", write=lines.append)

    rows = [msgspec.json.decode(line, type=Row) for line in lines]
    assert [(row.name, row.ratio, row.target, row.ok, row.quick) for row in rows] == [
        ("held", 2.0, "target>=2", True, True),
        ("missed", 2.0, "target>=3", False, True),
    ]


def test_a_name_without_a_size_stands_for_all_its_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    workloads = tuple(Told(name, Gate(">=", 2)) for name in ("ring-10", "ring-200", "ring", "ring-full", "string-10"))
    monkeypatch.setattr("simcore.bench.command.WORKLOADS", workloads)
    lines: list[str] = []

    assert bench(["ring"], quick=True, write=lines.append) == 0
    assert [line.split()[0] for line in lines] == ["ring-10", "ring-200", "ring"]


def test_an_unknown_workload_is_refused_before_anything_is_measured() -> None:
    lines: list[str] = []

    with pytest.raises(UsageError, match="no workload 'pong'; there are pingpong, pingpong-full, lua-pingpong"):
        bench(["hash-identity", "pong"], quick=True, write=lines.append)
    assert lines == []


def test_another_installation_is_the_baseline_where_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], str]] = []

    def chosen(names: list[str], other: str) -> list[Told]:
        asked.append((names, other))
        return [Told("held", Gate(">=", 2))]

    monkeypatch.setattr("simcore.bench.against.chosen", chosen)
    lines: list[str] = []

    assert bench(["world"], quick=True, other="/other/python", write=lines.append) == 0
    assert asked == [(["world"], "/other/python")]
    assert len(lines) == 1


@pytest.mark.parametrize("name", NAMES)
def test_each_workload_can_be_measured(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the gate holds is for the machine of a benchmark to say, not for one that is busy with tests, so two
    rounds are enough, and shorter ones."""
    monkeypatch.setattr("simcore.bench.measure.QUICK_ROUNDS", 2)
    monkeypatch.setattr("simcore.bench.jobs.QUICK_ROUNDS", 1)
    monkeypatch.setattr("simcore.bench.measure.QUICK_PART", 25)
    lines: list[str] = []
    bench([name], quick=True, format="jsonl", write=lines.append)

    (row,) = (msgspec.json.decode(line, type=Row) for line in lines)
    assert row.name == name
    assert 0 < row.lo <= row.ratio <= row.hi
