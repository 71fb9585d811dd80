"""What pytest loads everywhere: nothing where nobody wants it, and a refusal of options that would say nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.plugin.options import FLAGS, OPTIONS
from tests.files import write_files

HEAVY = {"simpy", "networkx", "hypothesis", "lupa", "yaml", "rich", "msgspec", "tomllib"}
FOREIGN = {
    "test_foreign.py": """
import sys

def test_nothing_of_simcore_is_here():
    ours = sorted(name for name in sys.modules if name.partition(".")[0] == "simcore")
    assert ours == ["simcore", "simcore.plugin", "simcore.plugin.options", "simcore.pytest_plugin"]
    assert not {names} & set(sys.modules)
"""
}
Write = Callable[[dict[str, str]], None]


@pytest.fixture
def write(pytester: pytest.Pytester) -> Write:
    def files_of(files: dict[str, str]) -> None:
        write_files(pytester.path, files)

    return files_of


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment, timeout=300
    )


def test_a_project_that_does_not_ask_for_it_gets_no_module_and_no_fixture(tmp_path: Path) -> None:
    heavy = HEAVY - {"hypothesis", "tomllib"}
    write_files(tmp_path, {name: text.replace("{names}", repr(heavy)) for name, text in FOREIGN.items()})
    write_files(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options]\n", "scenarios/a.py": "1 / 0\n"})

    done = run(tmp_path, "-p", "no:hypothesispytest")

    assert done.returncode == 0, done.stdout
    assert "simcore" not in done.stdout


def test_pytest_rewrites_none_of_simcore_itself(request: pytest.FixtureRequest) -> None:
    # What pytest calls it is no promise of its own; where it is called otherwise, simcore is rewritten and no more.
    marked = getattr(request.config.pluginmanager.rewrite_hook, "_must_rewrite", None)

    assert isinstance(marked, set)
    assert "simcore" not in marked


def test_it_can_be_left_out_altogether(pytester: pytest.Pytester, write: Write) -> None:
    write({"pyproject.toml": "[tool.simcore]\n", "scenarios/a.py": "1 / 0\n", "test_a.py": "def test_a(): pass\n"})

    result = pytester.runpytest_inprocess("-p", "no:simcore", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*simcore: *")


@pytest.mark.parametrize("option", [f"--sim-{name.replace('_', '-')}" for name, *_ in (*OPTIONS, *FLAGS)])
def test_an_option_where_nobody_asks_for_simcore_is_refused(
    pytester: pytest.Pytester, write: Write, option: str
) -> None:
    write({"pyproject.toml": "[tool.pytest.ini_options]\n"})
    flags = [f"--sim-{name.replace('_', '-')}" for name, *_ in FLAGS]

    result = pytester.runpytest_inprocess(option if option in flags else f"{option}=1")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option} says nothing here: *tool.simcore* table; add one, or say --simcore"])


def test_a_project_without_a_table_can_ask_for_it_on_the_command_line(pytester: pytest.Pytester, write: Write) -> None:
    text = "from simcore import scenario\n@scenario(schedules=2)\ndef one(world):\n    assert world.now_ns\n"
    write({"pyproject.toml": "[tool.pytest.ini_options]\n", "scenarios/a.py": text})

    result = pytester.runpytest_inprocess("--simcore", "-p", "no:cacheprovider")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  pytest: pytest scenarios/a.py::one --simcore --sim-replay=*"])


def test_a_table_that_cannot_be_used_is_pytests_own_usage_error(pytester: pytest.Pytester, write: Write) -> None:
    write({"pyproject.toml": "[tool.simcore.run]\nschedules = 0\n"})

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: simcore: *pyproject.toml: [[]tool.simcore.run].schedules takes a number of 1 *"]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sim-schedules=0"], "--sim-schedules takes a number of 1 or more, not 0"),
        (["--sim-schedules=many"], "--sim-schedules takes a whole number, not 'many'"),
        (["--sim-strategy=best"], "best"),
        (["--sim-budget=soon"], "--sim-budget takes a duration such as 60s or 10m, not 'soon'"),
        (["--sim-report=often"], "--sim-report takes never, fail, always, not 'often'"),
        (["--sim-replay=nowhere.case.json"], "--sim-replay: nowhere.case.json: neither a case file nor a token"),
        (["--sim-replay=pyproject.toml"], "pyproject.toml: the case is damaged"),
        (["-o", "sim_seed=-1"], "sim_seed takes a number of 0 or more, not -1"),
        (["-o", "sim_strict=perhaps"], "sim_strict takes true or false: invalid truth value 'perhaps'"),
        (["-o", "sim_until_failure=2"], "sim_until_failure takes true or false: invalid truth value '2'"),
        (["--sim-no-such=1"], "unrecognized arguments: --sim-no-such=1"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_wrong_option_is_pytests_own_usage_error(
    pytester: pytest.Pytester, write: Write, arguments: list[str], said: str
) -> None:
    write({"pyproject.toml": "[tool.simcore]\n"})

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()
    assert "Traceback" not in result.stderr.str()
