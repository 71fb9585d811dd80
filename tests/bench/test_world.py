"""The making of worlds: as many as are counted."""

from __future__ import annotations

import pytest

from simcore.bench import portable, world


def test_as_many_worlds_are_made_as_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []
    monkeypatch.setattr(portable, "World", seeds.append)

    world.prepare(7)()

    assert seeds == [1] * 7
