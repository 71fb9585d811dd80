"""Whether a session of pytest was asked for a part of what there is: of that no ``sometimes`` is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

OPTIONS: Final = {"keyword": "-k", "lf": "--lf", "maxfail": "-x", "stepwise": "--sw"}
"""The options of pytest that leave something out, or may, by the name that pytest has for them inside."""


def part_asked_for(config: pytest.Config) -> str | None:
    """Return what of the command line asks for a part, or None; also where all was played in the end."""
    for name, option in OPTIONS.items():
        if getattr(config.option, name, None):
            return option
    if config.args_source is not config.ArgsSource.ARGS:
        return None
    start = config.invocation_params.dir
    named = (each for each in config.args if "::" in each or (start / each).is_file())
    return next(named, None)
