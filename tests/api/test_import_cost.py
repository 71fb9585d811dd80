"""What is not needed is not imported: the door and the help text stay cheap."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"simpy", "networkx", "hypothesis", "lupa", "yaml", "rich", "pytest", "msgspec"}
SIMCORE = str(Path(sys.executable).with_name("simcore"))
HELP_CPU_RATIO_MAX = 20
ROUNDS = 5

HELP = """
import sys
from simcore.cli import main
sys.argv = ["simcore", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


COMMAND = """
import os
import sys
from simcore.cli import main
os.chdir({folder!r})
sys.argv = ["simcore", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def modules_after(program: str) -> set[str]:
    """Run *program* in a new interpreter and give the top-level names of all modules that it imported."""
    report = "\nimport sys\nprint('MODULES', *sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program + report], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def cpu_s(*command: str) -> float:
    """Give the CPU seconds of one process from its start to its end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_import_simcore_alone_imports_nothing_heavy() -> None:
    assert modules_after("import simcore") & HEAVY == set()


def test_the_help_text_imports_no_part_of_the_simulation() -> None:
    # Rich comes with cyclopts' own package and may be there; what runs a simulation may not.
    assert modules_after(HELP) & (HEAVY - {"rich"}) == set()


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        (["--version"], False),
        (["test", "app", "--schedules", "1", "--jobs", "0"], False),
        (["run", "scenarios/pairs.py", "--schedules", "1", "--jobs", "0"], True),
    ],
    ids=["--version", "test", "run"],
)
def test_pytest_is_imported_where_a_catalogue_file_has_asserts_and_nowhere_else(
    folder: Path, arguments: list[str], *, imported: bool
) -> None:
    program = COMMAND.format(folder=str(folder), arguments=arguments)

    assert ("_pytest" in modules_after(program)) is imported


def test_a_command_whose_processes_play_loads_nothing_of_what_only_they_need(folder: Path) -> None:
    program = COMMAND.format(folder=str(folder), arguments=["run", "first_come", "--schedules", "1", "--jobs", "1"])

    assert modules_after(program) & {"networkx", "lupa", "yaml", "hypothesis", "pytest", "_pytest"} == set()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_cost_little_more_than_python_itself(option: str) -> None:
    rounds = [(cpu_s(sys.executable, "-c", "pass"), cpu_s(SIMCORE, option)) for _ in range(ROUNDS)]
    bare = min(each for each, _ in rounds)
    command = min(each for _, each in rounds)

    assert command <= HELP_CPU_RATIO_MAX * bare
