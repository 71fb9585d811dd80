"""What is done to a process while it ends: each verb against the stages of an end (process 2.3, 15.1.2)."""

from __future__ import annotations

from typing import Any

from simcore import Exit, NotFound, Process

from .harness import HOST, Play, answer, boss, cancelling, crasher, gather, leaver, litmus, pause, terminating

# -- monitor, link, send


async def monitoring(process: Process, target: str) -> str:
    try:
        await process.monitor(target)
    except NotFound:
        return "refused"
    return " ".join([f"EXIT {event.value}" for event in await gather(process, process.events)])


@litmus(
    {
        "EXIT done": "process 5.7, N16: the monitor came before the snapshot, so exactly one EXIT",
        "refused": "process 5.2, N16: the target had left the topology; an error and no event",
    },
    lua=True,
)
def test_exit_against_monitor(play: Play) -> Any:
    target = play.start(leaver)
    watcher = play.start(monitoring, target)
    play.run()
    return play.result(watcher)


async def linking(process: Process, target: str, boss: str) -> str:
    try:
        await process.link(target)
    except NotFound:
        return "refused"
    await process.send(boss, "linked")
    await gather(process)
    return "lives"


@litmus(
    {
        ("refused", ""): "process 6.2: the target had left the topology; an error and no LINK_DOWN",
        ("linked process failed", ""): "N16, G9: LINK_DOWN came before the step to which link would have returned",
        ("linked process failed", "linked"): "N16, process 4.6: link returned first; LINK_DOWN comes by all means",
    },
    lua=True,
)
def test_exit_against_link(play: Play) -> Any:
    """I35, I45: who has linked to a process that fails has its LINK_DOWN, and does not trap it here."""
    told = play.start(boss)
    target = play.start(crasher)
    peer = play.start(linking, target, told)
    play.run()
    return play.result(peer), play.result(told)


@litmus(
    {
        ("refused", ""): "process 6.2: the target had left the topology",
        ("lives", "linked"): "process 6.6: the link of a process that ends normally disappears silently",
    }
)
def test_normal_exit_against_link(play: Play) -> Any:
    told = play.start(boss)
    target = play.start(leaver)
    peer = play.start(linking, target, told)
    play.run()
    return play.result(peer), play.result(told)


async def one_message(process: Process) -> str:
    topic: str = (await process.inbox.receive()).topic
    return topic


async def sender(process: Process, target: str, topic: str) -> str:
    return await answer(process.send(target, topic))


@litmus(
    {
        ("a", "ok", "ok"): "N3, N17: both were accepted, the second is lost unread",
        ("a", "ok", "NotFound"): "N3, N17: the target had ended before the second came",
        ("b", "ok", "ok"): "as the first, the other way round",
        ("b", "NotFound", "ok"): "as the second, the other way round",
    },
    lua=True,
)
def test_exit_against_send(play: Play) -> Any:
    """process 3.2, 3.3: a send to a process that has not *ended* is accepted, read or not; I19, I20."""
    target = play.start(one_message)
    first, second = play.start(sender, target, "a"), play.start(sender, target, "b")
    play.run()
    return play.result(target), play.result(first), play.result(second)


# -- names


async def registering(process: Process, name: str, pid: str) -> str:
    return await answer(process.registry.register(name, pid))


@litmus(
    {
        ("ok", False): "process 11.8: it was bound while the target lived, and its end released it",
        ("NotFound", False): "process 11.4, 11.12: a process that has ended gets no name, which nobody would release",
    }
)
def test_exit_against_register_of_its_name(play: Play) -> Any:
    """process 11.12: the register is atomic with the check that its target lives."""
    target = play.start(leaver)
    other = play.start(registering, "n", target)
    play.run()
    return play.result(other), "n" in play.world.names


@litmus(
    {
        "not registered": "process 11.5: before it was registered, or after the release",
        "alive, ok": "the pid of a living process, which still lived when the message came",
        "alive, NotFound": "N17: it ended between the look-up and the effect of the send",
        "ended, NotFound": "process 15.1.2: it has ended and is not yet nameless; a send fails from *ended* on",
    }
)
def test_exit_against_lookup(play: Play) -> Any:
    """I59."""

    async def named(process: Process) -> None:
        await process.registry.register("n")

    async def seeker(process: Process) -> str:
        try:
            pid = await process.registry.lookup("n")
        except NotFound:
            return "not registered"
        # The coroutine goes on within the transition of its look-up, so this is the state that the look-up met.
        state = "alive" if play.world.alive(pid) else "ended"
        return f"{state}, {await answer(process.send(pid, 'hello'))}"

    play.start(named)
    seeking = play.start(seeker)
    play.run()
    return play.result(seeking)


# -- cancel, terminate


@litmus(
    {
        ("done", "ok"): "process 9.12, N17: the event was enqueued, and lost unread",
        ("done", "NotFound"): "process 15.1.2: it had ended; and a cancel never changes a result (I12)",
    }
)
def test_exit_against_cancel(play: Play) -> Any:
    target = play.start(leaver)
    canceller = play.start(cancelling, target)
    play.run()
    return play.result(target), play.result(canceller)


@litmus(
    {
        ("process terminated", "ok"): "G20: it was terminated before its only step began",
        ("done", "ok"): "process 9.2, N13: terminate met the step that ended it, whose normal result stands",
        ("done", "NotFound"): "process 9.4: it had ended",
    },
    lua=True,
)
def test_terminate_against_return(play: Play) -> Any:
    target = play.start(leaver)
    killer = play.start(terminating, target)
    play.run()
    return play.result(target), play.result(killer)


# -- taking back


async def dying(process: Process) -> str:
    await process.inbox.receive()
    return "done"


async def failing(process: Process) -> None:
    await process.inbox.receive()
    raise RuntimeError("burst")


@litmus(
    {
        "returned": "process 5.8, N15: unmonitor came before the snapshot, so no EXIT",
        "returned, EXIT": "N15: the snapshot came first; EXIT comes although unmonitor has returned",
        "EXIT there, returned, EXIT": "process 5.8: an EXIT that is in the mailbox is not taken out of it",
    }
)
def test_unmonitor_against_exit(play: Play) -> Any:
    async def watcher(process: Process, target: str) -> None:
        events = process.events
        await process.monitor(target)
        await process.send(target, "go")
        await process.unmonitor(target)
        play.log += ["EXIT there"] * play.world.history.count(Exit) + ["returned"]
        play.log += [type(event).__name__.upper() for event in await gather(process, events)]

    play.start(watcher, play.start(dying))
    play.run()
    return play.written()


async def unmonitoring(process: Process, target: str) -> str:
    await process.monitor(target)
    await process.send(target, "go")
    await process.unmonitor(target)
    return " ".join([f"EXIT {event.value}" for event in await gather(process, process.events)])


@litmus(
    {
        "": "process 5.8, N15: unmonitor came before the snapshot",
        "EXIT done": "N15: the snapshot came first",
    },
    lua=True,
)
def test_what_unmonitor_cannot_stop(play: Play) -> Any:
    watcher = play.start(unmonitoring, play.start(dying))
    play.run()
    return play.result(watcher)


@litmus(
    {
        ("", "linked process failed"): "N15, G9: LINK_DOWN came before the step to which unlink would have returned",
        ("unlinked", "linked process failed"): "process 6.12: the snapshot came first; LINK_DOWN comes after unlink",
        ("unlinked", "lives"): "process 6.12: unlink came before the snapshot, so no LINK_DOWN",
    }
)
def test_unlink_against_exit(play: Play) -> Any:
    async def peer(process: Process, target: str) -> str:
        await process.link(target)
        await process.send(target, "go")
        await process.unlink(target)
        play.log.append("unlinked")
        await gather(process)
        return "lives"

    unlinking = play.start(peer, play.start(failing))
    play.run()
    return play.written(), play.result(unlinking)


# -- trapping


@litmus(
    {
        ("", "linked process failed"): "N21, process 4.6: the flush that met LINK_DOWN came before the option was set",
        ("trapping, LinkDown burst", "lives"): "N21: the option was set before that flush (G10), and the event is kept",
    }
)
def test_trap_against_exit(play: Play) -> Any:
    async def peer(process: Process, target: str) -> str:
        await process.link(target)
        await process.send(target, "go")
        await process.set_options(trap_links=True)
        play.log.append("trapping")
        play.log += [f"{type(event).__name__} burst" for event in await gather(process, process.events)]
        return "lives"

    trapping = play.start(peer, play.start(failing))
    play.run()
    return play.written(), play.result(trapping)


@litmus(
    {
        ("told", "lives"): "N21: a flush handed LINK_DOWN to the waiting reader while the process still trapped",
        ("", "linked process failed"): "N21, process 4.6: the flush that met it came after the option was taken back",
    }
)
def test_untrap_against_exit(play: Play) -> Any:
    async def reader(process: Process) -> None:
        await process.events.receive()
        play.log.append("told")

    async def peer(process: Process, target: str) -> str:
        process.go(reader)
        await process.set_options(trap_links=True)
        await process.link(target)
        await process.send(target, "go")
        await process.set_options(trap_links=False)
        await gather(process)
        return "lives"

    untrapping = play.start(peer, play.start(failing))
    play.run()
    return play.written(), play.result(untrapping)


# -- who hears of it


@litmus(
    {
        "EXIT heard": "N5: its own EXIT came first",
        "heard EXIT": "N5, N7: the other had its EXIT, and spoke of it, while this one's was still to be sent",
    }
)
def test_exit_to_two_watchers(play: Play) -> Any:
    async def target(process: Process) -> None:
        for _ in range(2):
            await process.inbox.receive()

    async def talker(process: Process, target: str, other: str) -> None:
        await process.monitor(target)
        await process.send(target, "ready")
        await process.events.receive()
        await process.send(other, "heard")

    async def listener(process: Process, target: str) -> str:
        inbox, events = process.inbox, process.events
        await process.monitor(target)
        await process.send(target, "ready")
        return " ".join([getattr(each, "topic", "EXIT") for each in await gather(process, inbox, events)])

    watched = play.start(target)
    listening = play.start(listener, watched)
    play.start(talker, watched, listening)
    play.run()
    return play.result(listening)


@litmus(
    {
        "LINK_DOWN heard": "N6: its own LINK_DOWN came first",
        "heard LINK_DOWN": "N6, N7: the other had its own, and spoke of it, while this one was still to be sent",
    }
)
def test_link_down_to_two_peers(play: Play) -> Any:
    async def target(process: Process) -> None:
        for _ in range(2):
            await process.inbox.receive()
        raise RuntimeError("burst")

    async def talker(process: Process, target: str, other: str) -> None:
        await process.set_options(trap_links=True)
        await process.link(target)
        await process.send(target, "ready")
        await process.events.receive()
        await process.send(other, "heard")

    async def listener(process: Process, target: str) -> str:
        await process.set_options(trap_links=True)
        inbox, events = process.inbox, process.events
        await process.link(target)
        await process.send(target, "ready")
        news = await gather(process, inbox, events)
        return " ".join([getattr(each, "topic", "LINK_DOWN") for each in news])

    failing = play.start(target)
    listening = play.start(listener, failing)
    play.start(talker, failing, listening)
    play.run()
    return play.result(listening)


# -- EXIT and LINK_DOWN of one process to one other (process 6.11, N8)


@litmus(
    {
        ("", "linked process failed"): "N8, process 4.7: both were drained together; it dies without having seen EXIT",
        ("EXIT", "linked process failed"): "N8, G5: EXIT was drained a step earlier",
    }
)
def test_exit_and_link_down_to_one_process(play: Play) -> Any:
    async def parent(process: Process) -> None:
        await process.spawn_linked_monitored("litmus:crasher", HOST)
        await process.events.receive()
        play.log.append("EXIT")
        await process.inbox.receive()

    play.define(crasher)
    blind = play.start(parent)
    play.run()
    return play.written(), play.result(blind)


async def returning(process: Process) -> str:
    await process.spawn_linked_monitored("litmus:crasher", HOST)
    event = await process.events.receive()
    return f"{type(event).__name__} seen"


@litmus(
    {
        "linked process failed": "N8, process 4.7: both were drained together",
        "Exit seen": "process 6.11: EXIT was drained a step earlier, and it returned normally first",
    },
    lua=True,
)
def test_exit_seen_in_time_to_return(play: Play) -> Any:
    play.define(crasher)
    parent = play.start(returning)
    play.run()
    return play.result(parent)


@litmus(
    {
        "linked process failed": "N8, process 4.7: both were drained together",
        ("Exit", "LinkDown"): "process 6.11, G10: EXIT was drained a step earlier; it traps before LINK_DOWN counts",
    }
)
def test_exit_seen_in_time_to_trap(play: Play) -> Any:
    async def parent(process: Process) -> list[str]:
        await process.spawn_linked_monitored("litmus:crasher", HOST)
        first = await process.events.receive()
        await process.set_options(trap_links=True)
        return [type(event).__name__ for event in (first, *await gather(process, process.events))]

    play.define(crasher)
    trapping = play.start(parent)
    play.run()
    return play.result(trapping)


@litmus(
    {
        "": "N8, process 4.7: both were drained together",
        "EXIT": "process 6.11: LINK_DOWN came before the step to which unlink would have returned",
        "EXIT, unlinked": "process 6.11: unlink is too late and says nothing of it; LINK_DOWN was about to be sent",
    }
)
def test_exit_seen_too_late_to_unlink(play: Play) -> Any:
    async def parent(process: Process) -> None:
        await process.spawn_linked_monitored("litmus:crasher", HOST)
        event: Any = await process.events.receive()
        play.log.append("EXIT")
        await process.unlink(event.sender)
        play.log.append("unlinked")
        await process.inbox.receive()

    play.define(crasher)
    late = play.start(parent)
    play.run()
    assert play.result(late) == "linked process failed"
    return play.written()


# -- cascades


OWN, LINKED = "own", "linked process failed"


@litmus(
    {
        (("a", OWN), ("b", OWN)): "N32, N6: both had failed before the other's LINK_DOWN came",
        (("b", OWN), ("a", OWN)): "N32: likewise",
        (("a", OWN), ("b", LINKED)): "N32: a failed, and b with it, before its own message was read",
        (("b", LINKED), ("a", OWN)): "N7, N32: likewise; but a's LINK_DOWN to b was sent long before that to the boss",
        (("b", OWN), ("a", LINKED)): "N32: b failed, and a with it",
        (("a", LINKED), ("b", OWN)): "N7, N32: likewise, with the boss told in the other order",
    }
)
def test_cascade_of_two_deaths(play: Play) -> Any:
    """process 6.7, 6.8, I48: two linked processes fail, each for itself or by the other; each tells the boss once."""

    async def node(process: Process) -> None:
        message: Any = await process.inbox.receive()
        if message.topic == "link":
            await process.link(message.payload)
            await process.send(message.sender, "linked")
            await process.inbox.receive()
        raise NotFound("own")

    async def boss(process: Process) -> list[tuple[str, str]]:
        await process.set_options(trap_links=True)
        names = {await process.spawn_linked("litmus:node", HOST): name for name in "ab"}
        a, b = names
        await process.send(a, "link", b)
        await process.inbox.receive()
        for pid in names:
            await answer(process.send(pid, "go"))
        events = await gather(process, process.events)
        return [(names[event.sender], event.error.message) for event in events]

    play.define(node)
    told = play.start(boss)
    play.run()
    return play.result(told)


@litmus(
    {
        (
            "last words",
            "Exit",
            "LinkDown",
        ): "G4, G5: what it sent comes before its EXIT, and that before LINK_DOWN",
    }
)
def test_last_words_come_before_the_news_of_a_death(play: Play) -> Any:
    async def child(process: Process, boss: str) -> None:
        await process.send(boss, "last words")
        raise RuntimeError("burst")

    async def boss(process: Process) -> list[str]:
        await process.set_options(trap_links=True)
        inbox, events = process.inbox, process.events
        await process.spawn_linked_monitored("litmus:child", HOST, process.pid)
        return [getattr(each, "topic", type(each).__name__) for each in await gather(process, inbox, events)]

    play.define(child)
    told = play.start(boss)
    play.run()
    return play.result(told)


# -- a child, and the end of its parent


@litmus(
    {
        "no child": "G20: the parent was terminated before its first step",
        "spawned": "N11, process 4.6: LINK_DOWN came before the child's first step, of which no line runs",
        "spawned, ran": "N11: the child had run a part when LINK_DOWN came",
        "spawned, ran, traps, LinkDown": "N11: the child set the option in time",
    }
)
def test_end_of_a_parent_against_the_steps_of_its_linked_child(play: Play) -> Any:
    """process 15.1.1 rule 1: a spawn that was issued is started before the terminated parent ends, so none is an
    orphan."""

    async def child(process: Process) -> None:
        play.log.append("ran")
        await pause(process)
        await process.set_options(trap_links=True)
        play.log.append("traps")
        play.log += [type(event).__name__ for event in await gather(process, process.events)]

    async def parent(process: Process) -> None:
        await process.spawn_linked("litmus:child", HOST)
        await process.inbox.receive()

    async def killer(process: Process, target: str) -> None:
        await process.terminate(target)

    play.define(child)
    linked = play.start(parent)
    killing = play.start(killer, linked)
    play.run()
    spawned = len(play.world.runtime.records) > len((linked, killing))
    assert play.result(linked) == "process terminated"
    return ", ".join(["spawned", *play.log]) if spawned else "no child"
