"""What is sent to another installation: public names alone, and the same work as in the bench itself."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import simcore
from simcore.bench import portable
from simcore.bench.against import OPERATIONS
from simcore.catalog.find import app_tests
from simcore.catalog.project import shipped_project

SOURCE = Path(str(portable.__file__)).read_text(encoding="utf-8")


def imported(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def test_it_needs_the_standard_library_and_public_names_alone() -> None:
    found = list(imported(ast.parse(SOURCE).body))
    ours = [each for each in found if each[0].startswith("simcore")]

    assert all(module.partition(".")[0] in sys.stdlib_module_names for module, _ in found if (module, _) not in ours)
    assert [each for each in ours if each[1] not in simcore.__all__] == []
    assert {module for module, _ in ours} == {"simcore"}


def test_the_suites_of_orders_are_those_that_hold() -> None:
    for suite, amount in portable.SUITES.items():
        tests = app_tests(shipped_project(), str(shipped_project().root / portable.ORDERS), suite=suite)
        assert [item.expect for item in tests] == ["passed"] * amount


def test_each_workload_has_its_operations() -> None:
    assert portable.PREPARE.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", portable.PREPARE)
def test_each_workload_runs_to_its_end(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(portable, "UNREAD", 20)
    monkeypatch.chdir(tmp_path)

    portable.PREPARE[name](6, shipped_project().root)()


def test_what_nobody_reads_lies_in_the_mailbox_while_messages_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, left = portable.reader, []
    worlds: list[simcore.World] = []

    def made(*arguments: Any) -> simcore.World:
        worlds.append(simcore.World(*arguments))
        return worlds[-1]

    async def reader(process: simcore.Process, messages: int) -> int:
        answered = await plain(process, messages)
        left.append(len(worlds[0].mailbox(process.pid)))
        return answered

    monkeypatch.setattr(portable, "World", made)
    monkeypatch.setattr(portable, "reader", reader)
    portable.waited_for(10, unread=7)()

    assert left == [7]


def test_each_line_is_answered_with_the_cost_of_one_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([100, 300, 1_000, 1_600])
    written = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["portable.py", "world", "2", "."])
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n\n"))
    monkeypatch.setattr(sys, "stdout", written)

    portable.main(lambda: next(ticks))

    assert written.getvalue() == "ready\n100.0\n300.0\n"
