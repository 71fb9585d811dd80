"""What is named on the command line to be replayed: case files, tokens, and folders of cases."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from simcore.model.text import listed
from simcore.output.text import count
from simcore.runner.case_folder import cases_in
from simcore.runner.token import looks_like_token

NAMED_MAX: Final = 10
"""So many of the files that are no cases are named."""


def references_in(references: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is to be replayed, each once, and what to say of the rest."""
    found: dict[str, str] = {}
    notes: list[str] = []
    for reference in references:
        if not os.path.isdir(reference):
            found.setdefault(_same(reference), reference)
            continue
        inside = cases_in(Path(reference))
        for file in inside.cases:
            found.setdefault(_same(str(file)), str(file))
        notes += _others(reference, "file", "is no case", inside.others)
        notes += _others(reference, "hidden folder", "is not looked into", inside.hidden)
        if not inside.cases:
            notes.append(f"{reference}: there is no case in it")
    return list(found.values()), notes


def _same(reference: str) -> str:
    return reference if looks_like_token(reference) else os.path.realpath(reference)


def _others(folder: str, noun: str, says: str, several: Sequence[Path]) -> Iterator[str]:
    if several:
        named = listed([str(each.relative_to(folder)) for each in several], NAMED_MAX)
        yield f"{folder}: {count(len(several), noun)} skipped, each {says}: {named}"
