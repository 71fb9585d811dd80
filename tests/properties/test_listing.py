"""The list of invariants in docs/properties.md is the one of the shipped properties, and each has been exercised."""

from __future__ import annotations

from tests.properties.listing import contract, listed, on_page

COMMAND = "python -m tests.properties.listing"


def without_figures(text: str) -> list[str]:
    """Return the rows without their last column, which other programs would change."""
    return [line.rsplit(" | ", 1)[0] for line in text.splitlines() if line.startswith("| I")]


def test_the_page_lists_what_the_properties_hold() -> None:
    assert without_figures(on_page()) == without_figures(listed(None)), f"out of date: run `{COMMAND}`"


def test_every_invariant_of_the_contract_is_held_and_was_exercised() -> None:
    rows = {line.split(" | ")[0].strip("| "): line for line in on_page().splitlines() if line.startswith("| I")}

    assert list(rows) == list(contract())
    assert len(rows) == 100
    assert [number for number, row in rows.items() if "not exercised" in row or " — " in row] == []
