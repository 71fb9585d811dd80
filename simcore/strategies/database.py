"""The databases of Hypothesis that a project names, as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    ExampleDatabase,
    GitHubArtifactDatabase,
    MultiplexedDatabase,
    ReadOnlyDatabase,
)

from simcore.catalog.databases import GITHUB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.catalog.databases import Database


def opened(databases: Sequence[Database]) -> ExampleDatabase | None:
    """Return what reads from all of *databases* and writes to those that can be written; None where there is none."""
    several = [_opened(each) for each in databases]
    if len(several) > 1:
        return MultiplexedDatabase(*several)
    return several[0] if several else None


def _opened(database: Database) -> ExampleDatabase:
    if database.kind == GITHUB:
        owner, _, repository = database.place.partition("/")
        return ReadOnlyDatabase(GitHubArtifactDatabase(owner, repository))
    return DirectoryBasedExampleDatabase(database.place)
