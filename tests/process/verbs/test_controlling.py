"""Terminate ends without asking, cancel only asks (process 9)."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Behaviour, Cancel, Exit, InvalidArgument, Options, Process, ProcessError, Uniform
from simcore.model.durations import timestamp
from simcore.process.verbs.controlling import deadline
from tests.behaviours import tried_in_short
from tests.conftest import Make
from tests.worlds import HOST, result_of


async def victim(process: Process) -> None:
    await process.registry.register("victim")
    await process.inbox.receive()


def play(make: Make, main: Behaviour, *, victim: Behaviour = victim, **named: Any) -> Any:
    return result_of(make, main, victim=victim, **named)


def test_a_terminated_process_ends_with_an_error_and_is_told_nothing(make: Make) -> None:
    """process 9.1, 9.3, 9.4, I11."""

    async def main(process: Process) -> list[Any]:
        await process.set_options(trap_links=True)
        pid = await process.spawn_linked_monitored("app:victim", HOST)
        await process.sleep("1s")
        log: list[Any] = [await tried_in_short(process.terminate(pid))]
        for _ in range(2):
            event: Any = await process.events.receive()
            log.append([type(event).__name__, event.error.message, event.error.kind])
        for verb in (process.terminate, process.cancel):
            log.append(await tried_in_short(verb(pid)))
        return [
            *log,
            await tried_in_short(process.registry.lookup("victim")),
            await tried_in_short(process.terminate("{no:host|0x00001}")),
        ]

    assert play(make, main) == [
        "None",
        ["Exit", "process terminated", "Internal"],
        ["LinkDown", "process terminated", "Internal"],
        "NotFound process not found",
        "NotFound process not found",
        "NotFound name not registered",
        "NotFound host not found",
    ]


def test_a_process_that_terminates_itself_never_goes_on(make: Make) -> None:
    """process 9.5."""

    async def main(process: Process) -> str:
        await process.terminate(process.pid)
        return "went on"

    with pytest.raises(ProcessError, match="process terminated"):
        play(make, main)


def test_a_second_terminate_before_the_eviction_succeeds(make: Make) -> None:
    """process 9.4, N14: later it finds nobody."""

    async def main(process: Process) -> list[str]:
        pid = await process.spawn("app:victim", HOST)
        return [await tried_in_short(process.terminate(pid)) for _ in range(3)]

    results = {tuple(play(make, main, seed=seed, strategy=Uniform())) for seed in range(60)}
    assert {result[0] for result in results} == {"None"}
    assert {result[1] for result in results} == {"None", "NotFound process not found"}


def test_a_step_that_was_begun_ends_with_its_commands_and_no_further_step_begins(make: Make) -> None:
    """process 9.2, 15.1.1 rule 2, N13, G20."""
    seen = set()

    async def busy(process: Process, boss: str) -> None:
        async def second(process: Process) -> None:
            await process.send(boss, "second")
            await process.send(boss, "never after a terminate that was performed before")

        process.go(second)
        await process.send(boss, "first")
        await process.inbox.receive()

    async def main(process: Process) -> list[str]:
        pid = await process.spawn("app:busy", HOST, process.pid)
        await process.terminate(pid)
        topics = []
        while (chosen := await process.select(inbox=process.inbox, after=process.after("1s"))).name == "inbox":
            topics.append(chosen.value.topic)
        return topics

    for seed in range(80):
        seen.add(tuple(play(make, main, busy=busy, seed=seed, strategy=Uniform())))
    # The commands of one step stand or fall together.
    assert {topics for topics in seen if len(topics) < 3} == {(), ("first", "second")}
    assert max(map(len, seen)) <= 3


def test_a_terminate_that_meets_the_end_of_its_target_leaves_the_normal_result(make: Make) -> None:
    """process 9.2, N13."""

    async def ending(process: Process) -> str:
        await process.registry.lookup("main")
        return "mine"

    async def main(process: Process) -> str:
        await process.registry.register("main")
        pid = await process.spawn_monitored("app:ending", HOST)
        answer = await tried_in_short(process.terminate(pid))
        event = await process.events.receive()
        assert isinstance(event, Exit)
        return f"{answer}, {event.error.message if event.error else event.value}"

    results = {play(make, main, ending=ending, seed=seed, strategy=Uniform()) for seed in range(80)}
    assert results == {"None, mine", "None, process terminated", "NotFound process not found, mine"}


def test_a_cancel_is_an_event_and_nothing_else(make: Make) -> None:
    """process 9.8, 9.12 to 9.16, I12, I52: in order, and not merged."""

    async def main(process: Process) -> list[Any]:
        for number, argument in enumerate((None, "5s", 250, 1.9, "-1s", "0")):
            await process.cancel(process.pid, argument, reason=str(number))  # type: ignore[arg-type]
        events: list[Any] = [await process.events.receive() for _ in range(6)]
        assert all(isinstance(event, Cancel) and event.sender == process.pid for event in events)
        return [[event.reason, event.deadline_ns, event.deadline] for event in events]

    assert play(make, main) == [
        ["0", None, None],
        ["1", 5_000_000_000, "2024-01-01T00:00:05Z"],
        ["2", 250_000_000, "2024-01-01T00:00:00.25Z"],
        ["3", 1_000_000, "2024-01-01T00:00:00.001Z"],
        ["4", -1_000_000_000, "2023-12-31T23:59:59Z"],
        ["5", 0, "2024-01-01T00:00:00Z"],
    ]


def test_a_process_that_does_not_look_is_not_disturbed_by_a_cancel(make: Make) -> None:
    """process 9.15, 2.4: the deadline is advice."""

    async def main(process: Process) -> str:
        await process.cancel(process.pid, 0)
        await process.sleep("1h")
        return "undisturbed"

    assert play(make, main) == "undisturbed"


@pytest.mark.parametrize(
    ("value", "fragment"),
    [
        ("abc", "invalid duration format"),
        ("", "invalid duration format"),
        ({}, "deadline must be either a duration string or milliseconds number"),
        (True, "deadline must be either a duration string or milliseconds number"),
        (float("nan"), "invalid duration format"),
        (float("inf"), "invalid duration format"),
        (-float("inf"), "invalid duration format"),
        (10**15, "invalid duration format"),
        (2**53, "invalid duration format"),
        (2**63, "invalid duration format"),
    ],
)
def test_a_deadline_that_is_none_is_refused(make: Make, value: Any, fragment: str) -> None:
    """process 9.9."""

    async def main(process: Process) -> None:
        await process.cancel(process.pid, value)

    with pytest.raises(InvalidArgument, match=fragment):
        play(make, main)


@pytest.mark.parametrize(
    "value", ["9223372036854775807ns", "-9223372036854775807ns", 9_223_372_036_854, -9_223_372_036_854]
)
def test_the_longest_deadlines_still_have_a_date(value: str | int) -> None:
    instant_ns = deadline(0, value)

    assert instant_ns is not None
    assert timestamp("2024-01-01T00:00:00Z", instant_ns)[:4] in ("2316", "1731")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "2023-12-31T23:00:00Z"),
        (1, "2023-12-31T23:00:00.000000001Z"),
        (86_400_100_000_000, "2024-01-01T23:00:00.1Z"),
    ],
)
def test_virtual_time_is_told_in_utc_from_the_epoch_of_the_world(nanoseconds: int, text: str) -> None:
    """O2."""
    assert timestamp("2024-01-01T00:00:00+01:00", nanoseconds) == text


def test_the_epoch_is_an_option(make: Make) -> None:
    async def main(process: Process) -> str | None:
        await process.cancel(process.pid, 0)
        event = await process.events.receive()
        assert isinstance(event, Cancel)
        return event.deadline

    assert play(make, main, options=Options(epoch="2030-06-01T00:00:00Z")) == "2030-06-01T00:00:00Z"


def test_a_bad_deadline_of_an_unknown_name_reports_the_name(make: Make) -> None:
    """process 9.8: resolve, then permission, then the deadline."""

    async def main(process: Process) -> str:
        return await tried_in_short(process.cancel("nobody", "abc"))

    assert play(make, main) == "NotFound could not resolve 'nobody' as PID or registered name"


def test_the_reason_of_a_cancel_is_a_text(make: Make) -> None:
    """process 9.11."""

    async def main(process: Process) -> None:
        await process.cancel(process.pid, reason=5)  # type: ignore[arg-type]

    with pytest.raises(InvalidArgument, match="reason is a text, not an int"):
        play(make, main)


def test_an_epoch_without_an_offset_is_utc_whatever_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    try:
        for zone in ("Asia/Tokyo", "America/Lima", "UTC"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert timestamp("2024-01-01T00:00:00", 0) == "2024-01-01T00:00:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()
