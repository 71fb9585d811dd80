"""A cancel asks and its deadline only tells: the polite end in time, the stubborn are terminated by who asked."""

from simcore import Cancel, Exit, Pid, Process, World, scenario

HOST = "app:processes"
SECOND_NS = 1_000_000_000


async def polite(process: Process) -> str:
    """Work in slices of a second, and put things in order when asked to end."""
    while True:
        case = await process.select(asked=process.events, worked=process.after("1s"))
        match case.value:
            case Cancel(deadline_ns=int(deadline_ns)):
                await process.sleep("2s")
                return "saved" if process.now_ns < deadline_ns else "too late"


async def stubborn(process: Process) -> None:
    """Work in slices of a second, and never look at an event."""
    while True:
        await process.sleep("1s")


async def manager(process: Process, *jobs: Pid) -> list[Pid]:
    """Ask all jobs to end within 5 seconds, terminate who has not, and return these."""
    for job in jobs:
        await process.monitor(job)
        await process.cancel(job, "5s")
    left = list(jobs)
    deadline = process.after("5s")
    while (case := await process.select(ended=process.events, deadline=deadline)).name == "ended":
        left.remove(case.value.sender)
    for job in left:
        await process.terminate(job)
        event = await process.events.receive()
        assert isinstance(event, Exit)
        assert event.sender == job
    return left


@scenario
def cancel_with_deadline(world: World) -> None:
    world.define("app:polite", polite)
    world.define("app:stubborn", stubborn)
    world.define("app:manager", manager)
    polite_job = world.spawn("app:polite", HOST)
    stubborn_job = world.spawn("app:stubborn", HOST)
    world.run(until="10s")
    boss = world.spawn("app:manager", HOST, polite_job, stubborn_job)

    world.run(until="14s")
    assert world.result(polite_job) == "saved"
    world.run(until="15s")
    assert world.alive(stubborn_job), "nothing enforces a deadline"
    world.run(until=16 * SECOND_NS)

    assert world.result(boss) == [stubborn_job]
    outcome = world.outcome(stubborn_job)
    assert outcome is not None
    assert str(outcome.error) == "process terminated"
