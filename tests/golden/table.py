"""The rows of the golden runs: what is played, and what it gave when the row was written; one line of JSON each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import msgspec

FOLDER: Final = Path(__file__).parent
TABLES: Final = ("items", "litmus", "programs", "properties", "replays")


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run gave.

    Args:
        outcome: the verdict and what failed; of a litmus program its outcome, as Python writes it.
        digest: of all that happened.
        actions, decisions, now_ns: the run in figures.
    """

    outcome: str
    digest: str
    actions: int
    decisions: int
    now_ns: int


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One run. What a table has no use for is left out of its lines.

    Args:
        file: where the thing that is played is, below the project's folder.
        name: which one it is in that file; of a replay the token, or nothing where the file is a case.
        language: of a litmus program.
        arguments: of a property: which of its kept arguments, counted from 1.
        strategy, seed: the schedule.
        options: of the world, as far as they are not the defaults.
        result: what it gave; None in a line that is new and was not played yet.
    """

    file: str
    name: str = ""
    language: Literal["python", "lua"] | None = None
    arguments: int | None = None
    strategy: Literal["fifo", "uniform"] | None = None
    seed: int | None = None
    options: dict[str, Any] = {}
    result: Result | None = None

    @property
    def id(self) -> str:
        """What is played, in one text without blanks, for the messages of tests."""
        options = ",".join(f"{name}={value}" for name, value in self.options.items()).replace(" ", "")
        parts = (self.name or self.file, self.language, self.arguments, self.strategy, self.seed, options)
        return "-".join(str(part) for part in parts if part not in (None, ""))


class KeptProgram(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A generated program, kept as it was drawn."""

    name: str
    program: dict[str, Any]


class KeptArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments of a property, kept as they were drawn, in the form in which a case holds them."""

    name: str
    number: int
    arguments: dict[str, Any]


def read_rows(table: str) -> list[Row]:
    """Return the rows of a table in their order."""
    return [msgspec.json.decode(line, type=Row) for line in _lines(_file(table))]


def write_rows(table: str, rows: list[Row]) -> None:
    """Write a table anew, a line a row."""
    lines = [msgspec.json.format(msgspec.json.encode(row), indent=0) + b"\n" for row in rows]
    _file(table).write_bytes(b"".join(lines))


def kept_programs() -> dict[str, dict[str, Any]]:
    """Return the generated programs by name."""
    lines = _lines(FOLDER / "kept" / "programs.jsonl")
    return {kept.name: kept.program for kept in (msgspec.json.decode(line, type=KeptProgram) for line in lines)}


def kept_arguments() -> dict[tuple[str, int], dict[str, Any]]:
    """Return the arguments of properties by the property's name and their number."""
    lines = _lines(FOLDER / "kept" / "arguments.jsonl")
    kept = [msgspec.json.decode(line, type=KeptArguments) for line in lines]
    return {(each.name, each.number): each.arguments for each in kept}


def _file(table: str) -> Path:
    return FOLDER / "rows" / f"{table}.jsonl"


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()
