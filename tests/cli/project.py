"""What the tests of the commands do to the project of the user, and read of what a command printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


TWO_MESSAGES = """    other = world.spawn("app:worker", "app:host")
    world.send(other, "hello")
    world.run()
"""


PROPERTIES = """
from hypothesis import given, strategies
from simcore import World, always, sometimes

@always
def nobody_is_called_nobody(world: World) -> None:
    assert "nobody" not in world.names

@sometimes
def somebody_has_a_name(world: World) -> None:
    assert list(world.names)

@given(number=strategies.integers(0, 1000))
def test_numbers_stay_small(number: int) -> None:
    assert number < LIMIT, f"{number} is large"
"""


def with_properties(folder: Path, limit: int) -> None:
    (folder / "properties").mkdir()
    text = PROPERTIES.replace("LIMIT", str(limit))
    (folder / "properties/names.py").write_text(text, encoding="utf-8")
