"""Kept cases as tests: one fails as long as its failure is there, and passes when that is gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from simcore.catalog.files import native
from simcore.model.errors import NotHeld, UsageError
from simcore.model.replay_answer import ReplayAnswer
from simcore.plugin.items import AGAIN
from simcore.plugin.replays import replay_noted
from simcore.plugin.sitting import SITTING
from simcore.plugin.telling import failure_repr
from simcore.runner.case_files import load_case
from simcore.runner.replay_command import kept_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.runner.replay import Replayed

KEPT: Final = pytest.StashKey["KeptTest"]()
"""Of a test of the user's own that replays a case which somebody keeps: what that is."""
NAME: Final = "replay"
MENDED: Final = "if that is the mend: take this case out, and let what it is of be the test"
"""What to do with a case of which nobody can tell any more, since what it chose among is gone."""


class KeptTest:
    """What a test of the user's own replays, instead of exploring anything.

    Args:
        case: the file of the case.
        identity: what it is a case of: the id of the test, and which of its explorations.
    """

    def __init__(self, case: Path, identity: str) -> None:
        self.case: Path = case
        self.identity: str = identity


class KeptFile(pytest.File):
    """A case file that somebody keeps."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give the one test that it is: of a case of a test of the user's own that test itself."""
        identity = self._identity()
        test = None if identity is None else _test_named(self.session, identity.partition("#")[0])
        if test is None or identity is None:
            yield KeptItem.from_parent(self, name=NAME)
            return
        test.stash[KEPT] = KeptTest(self.path, identity)
        _call_it(test, f"{self.nodeid}::{test.name}")
        yield test

    def _identity(self) -> str | None:
        """Return what the case is of, where that is a test of the user's own."""
        try:
            identity = load_case(self.path).run.item.id
        except UsageError:
            # It is said where it is played.
            return None
        return identity if _own_file(self.config, identity) is not None else None


def _own_file(config: pytest.Config, id: str) -> Path | None:
    """Return the file of the item of that *id*, where it is of no catalogue."""
    file = config.rootpath / native(id.partition("::")[0])
    is_own = file.suffix == ".py" and file.is_file() and not config.stash[SITTING].in_catalogue(file)
    return file if is_own else None


def _test_named(session: pytest.Session, nodeid: str) -> pytest.Function | None:
    """Return the test of that *nodeid*, collected once more with all that it has around it."""
    file = _own_file(session.config, nodeid)
    if file is None:
        return None
    around: pytest.Collector = session
    known = session.config.stash[SITTING].directories
    for folder in reversed([each for each in file.parents if each.is_relative_to(session.config.rootpath)]):
        hooks = session.gethookproxy(folder.parent)
        inside = known.get(folder) or hooks.pytest_collect_directory(path=folder, parent=around)
        if inside is None:
            return None
        # What stands in its conftest.py is read by whoever collects it first.
        session.config.hook.pytest_make_collect_report(collector=inside)
        around = inside
    modules = session.gethookproxy(file).pytest_collect_file(file_path=file, parent=around)
    tests = (test for module in modules if isinstance(module, pytest.Module) for test in _tests_in(module))
    return next((test for test in tests if test.nodeid == nodeid), None)


def _tests_in(collector: pytest.Collector) -> Iterator[pytest.Function]:
    for each in collector.collect():
        if isinstance(each, pytest.Collector):
            yield from _tests_in(each)
        elif isinstance(each, pytest.Function):
            yield each


def _call_it(test: pytest.Function, nodeid: str) -> None:
    """Let *test* have another id than the one that explores: it has verdicts of its own."""
    kind = type(test)
    named: dict[str, Any] = {"nodeid": property(lambda _: nodeid)}
    # The same in parts, where pytest has that (from 9.2 on); its reports are told by it.
    parts = getattr(type(getattr(test, "id", None)), "parse", None)
    if parts is not None:
        named["id"] = property(lambda _: parts(nodeid))
    test.__class__ = type(kind.__name__, (kind,), named)


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
        self.stash[AGAIN] = self._play
        command = None if self._is_own() else kept_command(self.path, self.config.stash[SITTING].home)
        replay_noted(self, self.nodeid, self._play, command)

    def _play(self) -> Replayed:
        self._refuse_what_is_not_found()
        return self.config.stash[SITTING].replay(str(self.path))

    def _is_own(self) -> bool:
        try:
            return _own_file(self.config, load_case(self.path).run.item.id) is not None
        except UsageError:
            return False

    def _refuse_what_is_not_found(self) -> None:
        """Say of a case of a function of the user's own how it is kept: it is of no test that pytest collects."""
        if not self._is_own():
            return
        id = load_case(self.path).run.item.id
        named, _, test = id.partition("::")
        shown = self.path.relative_to(self.config.rootpath).as_posix()
        says = f"sim.replay({shown!r}, ...) in a test of yours, with the function that was explored"
        raise UsageError(f"{named} has no test {test.partition('#')[0]} that could be replayed; call {says}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what a replay tells, and how to see it again."""
        error = excinfo.value
        if not isinstance(error, NotHeld | UsageError):
            return super().repr_failure(excinfo, style)
        sitting = self.config.stash[SITTING]
        again = [f"  pytest: {sitting.repeat(self.nodeid, None)}"]
        if not self._is_own():
            again = [f"  replay: {kept_command(self.path, sitting.home)}", *again]
        if isinstance(error, NotHeld) and error.message == str(ReplayAnswer.UNKNOWN):
            again = [*again, f"  {MENDED}"]
        name, message = (error.property_name, error.message) if isinstance(error, NotHeld) else ("usage", str(error))
        return failure_repr(NotHeld(name, message, (*str(error).splitlines(), *again)), self.path, None)
