"""Kept cases as tests: one fails as long as its failure is there, and passes when that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.campaign.direct import answered
from simcore.catalog.files import native
from simcore.model.errors import NotHeld, UsageError
from simcore.plugin.sitting import SITTING, Sitting
from simcore.plugin.telling import failure_repr
from simcore.runner.case_files import load_case
from simcore.runner.replay_command import kept_command

if TYPE_CHECKING:
    from collections.abc import Iterable


class KeptFile(pytest.File):
    """A case file that somebody keeps."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give the one test that it is."""
        yield KeptItem.from_parent(self, name="replay")


class KeptItem(pytest.Item):
    """The replay of a kept case."""

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return where it stands."""
        return self.path, None, f"kept case {self.nodeid}"

    def runtest(self) -> None:
        """Replay it.

        Raises:
            NotHeld: its failure is still there, or nobody can tell.
        """
        sitting = self.config.stash[SITTING]
        self._refuse_one_of_a_test(sitting)
        answered(sitting.replay(str(self.path)))

    def _refuse_one_of_a_test(self, sitting: Sitting) -> None:
        """Say of a case of a test of the user's own how it is kept: nobody else knows its function."""
        named, _, test = load_case(self.path).run.item.id.partition("::")
        file = self.config.rootpath / native(named)
        if file.suffix == ".py" and file.is_file() and not sitting.in_catalogue(file):
            shown = self.path.relative_to(self.config.rootpath).as_posix()
            says = f"sim.replay({shown!r}, ...) with the function that {test} explores"
            raise UsageError(f"{named}::{test} is a test of your own; keep its case there: {says}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what a replay tells, and how to see it again."""
        error = excinfo.value
        if not isinstance(error, NotHeld | UsageError):
            return super().repr_failure(excinfo, style)
        sitting = self.config.stash[SITTING]
        again = [f"  replay: {kept_command(self.path, sitting.home)}", f"  pytest: {sitting.repeat(self.nodeid, None)}"]
        name, message = (error.property_name, error.message) if isinstance(error, NotHeld) else ("usage", str(error))
        return failure_repr(NotHeld(name, message, (*str(error).splitlines(), *again)), self.path, None)
