"""What is told at the beginning and at the end of a session, and what a run leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from simcore.campaign.machine import monotonic_s
from simcore.model.errors import NotHeld, UsageError
from simcore.model.outcome import ItemResult, Results, Sometimes, Verdict
from simcore.model.text import listed
from simcore.output import lines
from simcore.output.folder import leave, open_run_folder
from simcore.output.text import safe
from simcore.plugin.following import followed
from simcore.plugin.frames import without_our_frames
from simcore.plugin.items import RESULTS, CatalogueItem
from simcore.plugin.sitting import version
from simcore.plugin.telling import shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from simcore.plugin.sitting import Sitting

NAMED_MAX: Final = 10
"""So many items are named that were being played."""
ATTRIBUTE: Final = "simcore"
"""What a report of pytest carries the results in, also from a worker of xdist."""


class SummingUp:
    """The hooks of reports."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._begun_s = monotonic_s()
        self._results: list[ItemResult] = []
        self._repeats: dict[str, str] = {}
        self._whole: Results | None = None
        self._complaints: list[str] = []

    def pytest_report_header(self) -> str:
        """Say what decides the run."""
        return f"simcore: {version()} · {safe(self._sitting.plan().told([]))}"

    # Around all others: what was expected to fail, they say.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the report of a test carry what it has explored, also where its fixtures did."""
        if call.excinfo is not None and isinstance(item, pytest.Function) and not item.config.option.fulltrace:
            call.excinfo = without_our_frames(call.excinfo)
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, NotHeld | UsageError):
            shorten(report.longrepr, call.excinfo.value)
        if found := item.stash.get(RESULTS, []):
            left_by = None if call.excinfo is None else call.excinfo.value
            results = [followed(each, report, left_by) for each in found]
            setattr(report, ATTRIBUTE, [[msgspec.to_builtins(each), self._repeat(item, each)] for each in results])
            item.stash[RESULTS] = []
        return report

    def _repeat(self, item: pytest.Item, result: ItemResult) -> str:
        return "" if result.held() else self._sitting.repeat(item.nodeid, result.case or result.token)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a test, wherever it was played."""
        for value, repeat in getattr(report, ATTRIBUTE, ()):
            result = msgspec.convert(value, ItemResult)
            self._results.append(result)
            self._repeats[result.id] = repeat

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what is asked for; a ``sometimes`` that was never seen fails a strict run."""
        sitting = self._sitting
        known = self._results or sitting.cut_off or (sitting.under_way and self._is_cut_short(session))
        if hasattr(session.config, "workerinput") or not known:
            return
        self._whole = whole = self._summed(session)
        failed = any(not each.held() and each.verdict is not Verdict.SKIPPED for each in whole.items)
        if whole.missed() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            # Above its last line, which counts tests alone, pytest says this.
            session.shouldfail = f"--sim-strict: {whole.missed():,} `sometimes` never seen"
        report = self._sitting.wishes.report
        if report == "always" or (report == "fail" and (failed or whole.missed())):
            self._write(whole)

    def _is_cut_short(self, session: pytest.Session) -> bool:
        return self._sitting.has_given_up or session.exitstatus == pytest.ExitCode.INTERRUPTED

    def _summed(self, session: pytest.Session) -> Results:
        sitting = self._sitting
        plan = sitting.plan()
        sometimes, notes = sitting.judged([each.id for each in self._results])
        interrupted = self._is_cut_short(session)
        for each in sitting.cut_off:
            self._repeats[each.id] = sitting.repeat(each.id.partition("#")[0], each.case or each.token)
        return sitting.empty(
            plan,
            items=[*self._results, *sitting.cut_off],
            interrupted=interrupted,
            sometimes=[Sometimes(*each) for each in sometimes],
            strict=plan.strict,
            notes=[*notes, *(self._not_begun(session) if interrupted else ())],
            cpu_s=round(sum(each.cpu_s for each in self._results), 3),
            wall_s=round(monotonic_s() - self._begun_s, 3),
        )

    def _not_begun(self, session: pytest.Session) -> Iterator[str]:
        """Say of which items of the catalogue nothing is known, since somebody has ended the session."""
        if under_way := list(self._sitting.under_way):
            named = listed(under_way, NAMED_MAX)
            yield f"interrupted while workers played {named}; of that nothing is known, and without -n it would be"
        begun = {each.id for each in (*self._results, *self._sitting.cut_off)}
        items = [each.facts.id for each in getattr(session, "items", ()) if isinstance(each, CatalogueItem)]
        left = [id for id in items if id not in begun]
        if left:
            more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
            yield f"interrupted before {left[0]}{more} began"

    def _write(self, whole: Results) -> None:
        try:
            folder = open_run_folder(self._sitting.folder())
            self._complaints = leave(folder, whole, self._sitting.playing.reports)
            self._report = folder.report()
        except UsageError as error:
            self._complaints = [str(error)]

    _report: str | None = None

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell each failure in short, and what no verdict says."""
        whole = self._whole
        if whole is None:
            self._tell_notes(terminalreporter)
            return
        terminalreporter.section("simcore")
        for result in whole.items:
            for each in self._brief(result):
                terminalreporter.line(each)
        told = [each.text for each in lines.summary(whole, self._report, self._complaints)]
        for each in told[1:]:
            terminalreporter.line(each)

    def _tell_notes(self, terminalreporter: Any) -> None:
        """Tell what there is to say where nothing was played."""
        if notes := self._sitting.not_collected():
            terminalreporter.section("simcore")
            for note in notes:
                terminalreporter.line(f"note: {safe(note)}")

    def _brief(self, result: ItemResult) -> Iterator[str]:
        """Give the short form of a failure, and of what has passed what its verdict does not say."""
        if result.held() and not result.remarks:
            return
        yield lines.headline(result).text
        if result.verdict is Verdict.SKIPPED:
            yield from (each.text for each in lines.claim(result.property, result.message.partition("\n")[0]))
        if not result.held() and result.verdict is not Verdict.SKIPPED:
            repeat = self._repeats.get(result.id, "")
            told = {"replay": result.replay, "pytest": repeat}
            yield from (f"  {name}: {safe(command)}" for name, command in told.items() if command)
        else:
            yield from (each.text for each in lines.remarks(result))
