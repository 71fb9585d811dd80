"""A file of the user's may have the name of a module of Python's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NAMES = ("re", "types", "signal", "random", "pickle", "multiprocessing", "simcore")
SCENARIO = """
import os
from simcore import World, scenario

@scenario(seeds=2)
def runs(world: World) -> None:
    assert "PYTHONSAFEPATH" not in os.environ, "the environment is the user's"
    world.run()
    raise ValueError("told")
"""


def test_a_file_named_like_a_module_of_python_hides_nothing_from_who_plays(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('taken for another')\n", encoding="utf-8")
    (tmp_path / "scenario.py").write_text(SCENARIO, encoding="utf-8")
    # As the script `simcore` begins: it looks for modules where it lies, and not in the current folder.
    script = "import sys; sys.path.pop(0); from simcore.cli import main; main()"
    path = os.pathsep.join(path for path in sys.path if path)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}

    def called(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run, check = called("run", "scenario.py"), called("check", "scenario.py", "--schedules", "1")

    assert "ERROR         scenario.py::runs" in run.stdout, run.stderr
    assert "ValueError: told" in run.stdout
    assert run.stderr == ""
    assert (check.returncode, check.stderr) == (0, "")
