"""A process that has *ended* and is not *gone*: refused by one verb, taken by the other (process 15.1.2, N7, N16, N17).

Nobody watches it, is linked to it or waits for it when it ends; it has no name, except where a program is about names.
"""

from __future__ import annotations

from typing import Any

from simcore import Exit, NotFound, Process

from .harness import Play, answer, crasher, gather, leaver, litmus


async def sending_then_monitoring(process: Process, target: str) -> str:
    sent = await answer(process.send(target, "t"))
    monitored = await answer(process.monitor(target))
    events = await gather(process, process.events)
    return " ".join([sent, monitored, *(f"EXIT {event.value}" for event in events)])


@litmus(
    {
        "ok ok EXIT done": "N16, N17: it had not ended when the message came, and was not gone when it was monitored",
        "ok NotFound": "N16: it was gone when it was to be monitored",
        "NotFound NotFound": "process 15.1.2: it had ended, and then was gone",
        "NotFound ok EXIT done": "process 15.1.2: a send fails from *ended* on, a monitor succeeds until *gone*",
    },
    lua=True,
)
def test_send_then_monitor(play: Play) -> Any:
    target = play.start(leaver)
    asking = play.start(sending_then_monitoring, target)
    play.run()
    return play.result(asking)


async def cancelling_then_linking(process: Process, target: str) -> str:
    await process.set_options(trap_links=True)
    cancelled = await answer(process.cancel(target))
    linked = await answer(process.link(target))
    events = await gather(process, process.events)
    return " ".join([cancelled, linked, *(type(event).__name__ for event in events)])


@litmus(
    {
        "ok ok LinkDown": "N16, N17: it had not ended when the CANCEL came, and was not gone when it was linked to",
        "ok NotFound": "process 6.2: it was gone when it was to be linked to",
        "NotFound NotFound": "process 15.1.2: it had ended, and then was gone",
        "NotFound ok LinkDown": "process 15.1.2: a cancel fails from *ended* on, a link succeeds until *gone*",
    },
    lua=True,
)
def test_cancel_then_link(play: Play) -> Any:
    target = play.start(crasher)
    asking = play.start(cancelling_then_linking, target)
    play.run()
    return play.result(asking)


@litmus(
    {
        ("ok", "ok", "process terminated"): "G20: terminated before its only step; monitored before it was gone",
        ("ok", "NotFound", ""): "process 9.2: terminated, by result or not, and gone when it was to be monitored",
        ("ok", "ok", "done"): "process 9.2, N13: terminate met the step that ended it; monitored before it was gone",
        (
            "NotFound",
            "ok",
            "done",
        ): "process 15.1.2: a terminate fails from *ended* on, a monitor succeeds until *gone*",
        ("NotFound", "NotFound", ""): "process 9.4: it had ended, and then was gone",
    }
)
def test_terminate_then_monitor(play: Play) -> Any:
    async def asking(process: Process, target: str) -> list[str]:
        terminated = await answer(process.terminate(target))
        monitored = await answer(process.monitor(target))
        events: list[Exit] = await gather(process, process.events)
        told = [event.error.message if event.error else str(event.value) for event in events]
        return [terminated, monitored, " ".join(told)]

    target = play.start(leaver)
    asked = play.start(asking, target)
    play.run()
    return play.result(asked)


async def telling_what_send_answers(process: Process, target: str, boss: str) -> None:
    sent = await answer(process.send(target, "t"))
    await process.send(boss, sent)


async def hearing_then_monitoring(process: Process, target: str) -> str:
    told = (await process.inbox.receive()).topic
    return f"{told} {await answer(process.monitor(target))}"


@litmus(
    {
        "ok ok": "N16, N17: the other's message came before the end; it was not gone when it was monitored",
        "ok NotFound": "N16: it was gone when it was to be monitored",
        "NotFound NotFound": "process 15.1.2: the other met it ended, and then it was gone",
        "NotFound ok": "N7, process 15.1.2: two others act between *ended* and *gone*, the second because of the first",
    }
)
def test_told_by_another_then_monitor(play: Play) -> Any:
    target = play.start(leaver)
    hearing = play.start(hearing_then_monitoring, target)
    play.start(telling_what_send_answers, target, hearing)
    play.run()
    return play.result(hearing)


@litmus(
    {
        "held ok": "process 11.5: it had its name, and was not gone when it was monitored",
        "held NotFound": "N16: it was gone when it was to be monitored",
        "free NotFound": "process 11.8: its name was free, and then it was gone",
        "free ok": "process 15.1.2: *nameless* comes before *gone*, and a monitor succeeds until then",
    }
)
def test_lookup_then_monitor(play: Play) -> Any:
    async def named(process: Process) -> None:
        await process.registry.register("n")
        await process.inbox.receive()

    async def asking(process: Process, target: str) -> str:
        await process.send(target, "go")
        try:
            await process.registry.lookup("n")
            found = "held"
        except NotFound:
            found = "free"
        return f"{found} {await answer(process.monitor(target))}"

    target = play.start(named)
    play.settle()
    asked = play.start(asking, target)
    play.run()
    return play.result(asked)


@litmus(
    {
        "AlreadyExists ok EXIT": "process 11.8: it held its name, and was not gone when it was monitored",
        "AlreadyExists NotFound": "process 11.8, N16: it held its name, and was gone when it was to be monitored",
        "ok NotFound": "process 11.9: its name was free, and then it was gone",
        "ok ok EXIT": "N7, process 11.9, 15.1.2: the heir has the name and then monitors who had it",
    }
)
def test_taking_a_name_then_monitoring_who_had_it(play: Play) -> Any:
    async def old(process: Process) -> None:
        await process.registry.register("n")
        await process.inbox.receive()

    async def heir(process: Process, old: str) -> str:
        await process.send(old, "go")
        registered = await answer(process.registry.register("n"))
        monitored = await answer(process.monitor(old))
        events = await gather(process, process.events)
        return " ".join([registered, monitored, *("EXIT" for _ in events)])

    holder = play.start(old)
    play.settle()
    inheriting = play.start(heir, holder)
    play.run()
    return play.result(inheriting)
