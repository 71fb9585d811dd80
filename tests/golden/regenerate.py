"""Writes the golden tables anew: ``python tests/golden/regenerate.py``; CONTRIBUTING.md says when that is allowed.

What is played stays as it is written: items, seeds, options, the kept programs and arguments. Only results are
written, and the kept cases are made anew from their own schedules. With ``--check`` nothing is written; the rows whose
result differs are printed, and the exit code is 1 if there are any.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.files import ROOT
from tests.golden import internals
from tests.golden.playing import play
from tests.golden.table import FOLDER, TABLES, Row, read_rows, write_rows


def main(arguments: list[str]) -> int:
    """Write all tables, or check them; return the exit code."""
    os.chdir(ROOT)
    if arguments == ["--check"]:
        return check()
    if arguments:
        sys.exit(f"usage: python {Path(sys.argv[0]).name} [--check]")
    regenerate()
    return 0


def regenerate() -> None:
    """Make the kept cases anew, then play every row and write what it gave."""
    for case in sorted(FOLDER.glob("kept/*.case.json")):
        internals.renew_case(case.relative_to(ROOT))
    for table in TABLES:
        rows = read_rows(table)
        write_rows(table, [msgspec.structs.replace(row, result=play(table, row)) for row in rows])
        print(f"{table}: {len(rows)} rows")


def check() -> int:
    """Print each row that gives something else than is written."""
    different = [row for table in TABLES for row in read_rows(table) if differs(table, row)]
    for row in different:
        print(row.id)
    return 1 if different else 0


def differs(table: str, row: Row) -> bool:
    """Tell whether a row gives something else than is written; one that cannot be played any more does."""
    try:
        return play(table, row) != row.result
    except Exception:
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
