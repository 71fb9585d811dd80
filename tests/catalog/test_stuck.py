"""What had to be ended before is refused, and the rest is done without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simcore import Results
from simcore.catalog.mount import BrokenFile, load_file
from simcore.catalog.project import find_project
from simcore.catalog.reports import render
from simcore.catalog.stuck import hold_back, report_named, why_held_back


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    hold_back({})


def test_a_file_is_not_imported_again(tmp_path: Path, write: Callable[..., Path]) -> None:
    file = write("s/bad.py", "while True: pass\n")
    hold_back({"s/bad.py": "it did not end"})

    with pytest.raises(BrokenFile, match=r"^s/bad\.py: it did not end$"):
        load_file(file, file.parent, "s/bad.py")


def test_a_report_is_not_made_again_and_the_others_are(folder: Path, write: Callable[..., Path]) -> None:
    text = 'from simcore import report\n@report("NAME.txt")\ndef NAME(results): return "NAME"\n'
    write("reports/one.py", text.replace("NAME", "one"))
    write("reports/other.py", text.replace("NAME", "other"))
    hold_back({report_named("one.txt"): "it did not end"})
    nothing = Results(run="r", command="simcore run", version="1", base_seed=0, strategy="uniform")

    made = render(find_project(folder), nothing)

    assert made.files["other.txt"] == "other"
    assert "one.txt" not in made.files
    assert made.complaints == ["one.txt was not written, reports/one.py failed: it did not end"]


def test_what_is_held_back_counts_for_one_command() -> None:
    hold_back({"one": "why"})
    hold_back({"other": "why"})

    assert (why_held_back("one"), why_held_back("other")) == (None, "why")
