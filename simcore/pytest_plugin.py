"""What pytest loads in every project of an environment that has simcore: the options, and whether anybody wants them.

All else is in ``simcore.plugin``, which is imported where a project has a ``[tool.simcore]`` table, or says
``--simcore``. In any other project nothing is collected, and nothing is imported besides this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.plugin.options import FLAGS, OPTIONS, PREFIX, REPLAY, REPLAY_HELP, option_of, starts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

FILE = "pyproject.toml"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options, all of one group, and their twins in the configuration of pytest."""
    _stay_as_written(pluginmanager)
    group = parser.getgroup("simcore", "simcore: schedules of scenarios, properties, tests of apps")
    group.addoption("--simcore", action="store_true", help="collect for simcore without a [tool.simcore] table")
    for name, stands_for, text in OPTIONS:
        group.addoption(option_of(name), dest=PREFIX + name, metavar=stands_for, default=None, help=text)
        parser.addini(PREFIX + name, text, default=None)
    for name, text in FLAGS:
        group.addoption(option_of(name), dest=PREFIX + name, action="store_true", default=None, help=text)
        parser.addini(PREFIX + name, text, type="bool", default=None)
    group.addoption("--sim-replay", dest=REPLAY, metavar="CASE|TOKEN", default=None, help=REPLAY_HELP)


def _stay_as_written(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let pytest rewrite no assert of simcore, as it would of all that comes with a plugin: ours are none of a test."""
    # It would take seconds, and each time where nothing may be written beside the modules.
    marked = getattr(getattr(pluginmanager, "rewrite_hook", None), "_must_rewrite", None)
    if isinstance(marked, set):
        marked.discard("simcore")


def pytest_configure(config: pytest.Config) -> None:
    """Load the rest, where it is wanted."""
    if _is_wanted(config):
        from simcore.plugin.beginning import begin

        begin(config)
        return
    asked = [option_of(name) for name, *_ in (*OPTIONS, *FLAGS) if config.getoption(PREFIX + name) is not None]
    asked += ["--sim-replay"] if config.getoption(REPLAY) is not None else []
    if asked:
        import pytest

        raise pytest.UsageError(
            f"{asked[0]} says nothing here: no {FILE} around {starts(config)[0]} has a [tool.simcore] table; add one, "
            "or say --simcore"
        )


def _is_wanted(config: pytest.Config) -> bool:
    if config.getoption("simcore"):
        return True
    return _says_so(dict.fromkeys(folder for start in starts(config) for folder in (start, *start.parents)))


def _says_so(folders: Iterable[Path]) -> bool:
    for folder in folders:
        try:
            content = (folder / FILE).read_bytes()
        except OSError:
            continue
        # Only who names it anywhere is read whole.
        if b"simcore" in content and _has_table(content):
            return True
    return False


def _has_table(content: bytes) -> bool:
    import tomllib

    try:
        tables = tomllib.loads(content.decode()).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # What is wrong with it is said by who reads it.
        return True
    return isinstance(tables, dict) and "simcore" in tables
