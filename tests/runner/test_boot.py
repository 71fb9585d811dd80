"""The boot of an application: who starts by itself has to stay up, and what is missing is no failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcore.model.outcome import Verdict
from tests.apps import boot
from tests.files import write_files

HEAD = """
version: "1.0"
namespace: app
entries:
  - {name: host, kind: process.host}
"""
SEEDS = range(4)


def app(folder: Path, body: str, lifecycle: str = "", more: str = "") -> Path:
    """Write an application with one service whose process does *body*."""
    index = f"""{HEAD}
  - name: work
    kind: process.lua
    source: file://work.lua
    method: main
    modules: [time, sql]
  - {{name: cron, kind: process.service, process: work, host: host, lifecycle: {{auto_start: true{lifecycle}}}}}
{more}"""
    code = f"local starts = 0\nlocal function main()\n{body}\nend\nreturn {{ main = main }}\n"
    return write_files(folder, {"_index.yaml": index, "work.lua": code})


CRASHES = "error('no luck')"
LASTING = "time.sleep('%s') error('no luck')"
SERVES = "process.inbox():receive()"


@pytest.mark.parametrize(
    ("body", "lifecycle"),
    [
        (CRASHES, ""),
        (LASTING % "3s", ""),
        (LASTING % "4999ms", ", restart: {initial_delay: 1s, backoff_factor: 1, jitter: 0}"),
        (LASTING % "8s", ", stable_threshold: 20s, restart: {initial_delay: 1s, max_delay: 1s}"),
        (LASTING % "20s", ", stable_threshold: 10m"),
        ("return nil, 'no luck'", ""),
    ],
    ids=["at once", "in 3 s", "just before", "before its own threshold", "before half a minute", "by its result"],
)
def test_a_service_that_never_stays_up_fails_the_boot(tmp_path: Path, body: str, lifecycle: str) -> None:
    outcome = boot(app(tmp_path, body, lifecycle))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "boot")
    assert outcome.message.startswith("app:cron ")
    assert outcome.message.endswith("no luck")


def test_it_is_told_how_often_it_failed_and_what_of(tmp_path: Path) -> None:
    outcome = boot(app(tmp_path, CRASHES, ", restart: {initial_delay: 10s, max_delay: 10s}"))

    told = re.fullmatch(
        "app:cron never stayed up for 5s: it failed (.) times and was started again (.) times, "
        "the last time: app:work:3: no luck",
        outcome.message,
    )
    assert told is not None, outcome.message
    assert int(told[1]) == int(told[2]) + 1 > 5


@pytest.mark.parametrize(
    ("body", "lifecycle"),
    [
        (SERVES, ""),
        (LASTING % "6s", ""),
        (LASTING % "5s", ""),
        (LASTING % "35s", ", stable_threshold: 10m"),
        ("return 'done'", ""),
        ("return nil", ", stable_threshold: 10m"),
        (CRASHES, ", startup: optional"),
    ],
    ids=["serves", "is up for long", "is up for just so long", "half a minute", "a job", "a job too", "optional"],
)
def test_a_service_that_stays_up_once_or_has_done_its_work_passes(tmp_path: Path, body: str, lifecycle: str) -> None:
    outcomes = [boot(app(tmp_path, body, lifecycle)) for _ in SEEDS[:1]]

    assert {(outcome.verdict, outcome.message) for outcome in outcomes} == {(Verdict.PASSED, "")}


def test_a_service_that_fails_first_and_then_runs_passes(tmp_path: Path) -> None:
    """The state that another process keeps decides: the first start finds nobody."""
    helper = """
  - name: helper
    kind: process.lua
    source: file://helper.lua
    method: main
    modules: [time]
  - {name: z, kind: process.service, process: helper, host: host, lifecycle: {auto_start: true}}
"""
    body = "if not process.registry.lookup('helper') then error('nobody there') end\nprocess.inbox():receive()"
    folder = app(tmp_path, body, more=helper)
    code = "local function main() time.sleep('2s') process.registry.register('helper') process.inbox():receive() end"
    write_files(folder, {"helper.lua": f"{code}\nreturn {{ main = main }}\n"})

    assert boot(folder).verdict is Verdict.PASSED


@pytest.mark.parametrize("where", ["main", "module"])
def test_a_service_that_uses_what_is_missing_is_inconclusive_and_says_what(tmp_path: Path, where: str) -> None:
    folder = app(tmp_path, "sql.get('db')")
    if where == "module":
        write_files(folder, {"work.lua": "local db = sql.get('db')\nreturn { main = function() end }\n"})

    outcome = boot(folder)

    assert (outcome.verdict, outcome.property) == (Verdict.INCONCLUSIVE, "foreign")
    assert "sql is not part of this simulation; app:work (_index.yaml:" in outcome.message.splitlines()[0]


def test_a_service_that_fails_by_itself_fails_the_boot_beside_one_that_misses_something(tmp_path: Path) -> None:
    broken = """
  - {name: z, kind: process.service, process: broken, host: host, lifecycle: {auto_start: true}}
  - name: broken
    kind: process.lua
    source: file://broken.lua
    method: main
"""
    folder = app(tmp_path, "sql.get('db')", more=broken)
    write_files(folder, {"broken.lua": "return { main = function() error('no luck') end }\n"})

    outcome = boot(folder)

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "boot")
    assert outcome.message.startswith("app:z never stayed up for 5s: ")
    assert ["sql is not part" in each.text for each in outcome.remarks] == [True]
