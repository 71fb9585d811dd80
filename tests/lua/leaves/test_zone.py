"""Time zones by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simcore.lua.leaves.zone import zone
from tests.interpreters import printed

if TYPE_CHECKING:
    pass


def test_the_rules_of_places_are_those_of_the_package_and_not_of_the_machine(tmp_path: Path) -> None:
    asked = "offset_at('Asia/Tokyo', 0), offset_at('Europe/Berlin', 10**9)"
    script = f"from simcore.lua.leaves.zone import offset_at; print({asked})"

    told = printed(script, PYTHONTZPATH=str(tmp_path), TZ="America/New_York", TZDIR=str(tmp_path))

    assert told == "(32400, 'JST') (7200, 'CEST')\n"
    assert zone("Asia/Tokyo") is zone("Asia/Tokyo")
