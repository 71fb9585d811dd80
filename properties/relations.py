"""What must hold of links and monitors, whatever the schedule."""

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from simcore import Change, Changes, Exit, LinkDown, Pid, RunOutcome, World, always, run, sometimes
from simcore.strategies import Call, Program, programs, seen

MONITORS = ("monitor", "spawn_monitored", "spawn_linked_monitored")
LINKS = ("link", "spawn_linked", "spawn_linked_monitored")
LINKED_PROCESS_FAILED = "linked process failed"
AT_THE_END = 1_000_000_000
PROGRAMS = programs(
    policies=st.none(),
    verbs=(
        "spawn_linked_monitored",
        "spawn_monitored",
        "spawn_linked",
        "monitor",
        "link",
        "trap",
        "terminate",
        "return",
        "raise",
        "unmonitor",
        "unlink",
        "untrap",
        "receive",
        "sleep",
        "send",
    ),
)
WATCHING = programs(
    max_processes=3,
    policies=st.none(),
    verbs=("monitor", "spawn_monitored", "return", "unmonitor", "raise", "sleep", "terminate"),
)
LINKING = programs(
    max_processes=3,
    policies=st.none(),
    verbs=("spawn_linked", "trap", "link", "raise", "trap", "sleep", "terminate", "unlink", "untrap", "return"),
)


@always
def links_are_mutual(world: World, changes: Changes) -> None:
    """A link has two ends: if A is linked to B then B is linked to A."""
    for each in changes.of("linked", "unlinked"):
        assert_mutual(world, each.pid, each.other)
    if changes.at_the_end:
        for one, other in world.graph.links():
            assert world.graph.linked(one, other), f"{one} is not linked to {other}"
            assert_mutual(world, one, other)


@always
def a_pair_is_linked_and_watched_once(world: World, changes: Changes) -> None:
    """Links and monitors are sets: no pair is there twice, in whatever order."""
    # Of two that were made one would be left when one is taken back.
    for each in last_of_each_pair(changes.of("linked", "unlinked")):
        linked = world.graph.linked(each.pid, each.other)
        assert linked == (each.kind == "linked"), f"{each}, and they are {'' if linked else 'not '}linked"
    for each in last_of_each_pair(changes.of("monitored", "unmonitored")):
        watches = world.graph.watches(each.pid, each.other)
        assert watches == (each.kind == "monitored"), f"{each}, and there is {'a' if watches else 'no'} monitor"
    if changes.at_the_end:
        pairs = [frozenset(pair) for pair in world.graph.links()]
        assert len(pairs) == len(set(pairs)), f"{world.graph.links()} has a pair twice"
        assert len(world.graph.monitors()) == len(set(world.graph.monitors()))


@sometimes
def a_linked_process_fails(world: World) -> None:
    """A process that others are linked to fails."""
    assert world.history.count(LinkDown)


@sometimes
def a_link_kills(world: World) -> None:
    """A process dies because one that it is linked to failed."""
    assert LINKED_PROCESS_FAILED in seen(world)


@sometimes
def a_trapped_link_down_arrives(world: World) -> None:
    """A process that traps links survives and is told."""
    assert "LinkDown received" in seen(world)


@sometimes
def a_monitored_process_ends_normally(world: World) -> None:
    """A watcher is told of a normal end."""
    assert "normal Exit received" in seen(world)


@sometimes
def a_monitored_process_fails(world: World) -> None:
    """A watcher is told of a failure."""
    assert "failed Exit received" in seen(world)


@given(st.one_of(WATCHING, PROGRAMS))
def test_each_monitor_gives_one_exit(program: Program) -> None:
    outcome = run(program)

    for watcher in living(outcome):
        for target, ending in outcome.endings.items():
            exits = notices(outcome, watcher, target, Exit)
            stood = stands(
                [call for call in calls(outcome, MONITORS, watcher, target)],
                [call for call in calls(outcome, ("unmonitor",), watcher, target)],
                ending.gone or 0,
            )
            allowed = {True: {1}, False: {0}, None: {0, 1}}[stood]
            assert len(exits) in allowed, f"{watcher} got {len(exits)} EXIT of {target}, which it monitored: {stood}"


@given(PROGRAMS)
def test_an_exit_tells_what_the_process_ended_with(program: Program) -> None:
    outcome = run(program)

    for receipts in outcome.received.values():
        for event in (receipt.value for receipt in receipts):
            if isinstance(event, Exit):
                ending = next(each for member, each in outcome.endings.items() if outcome.pids[member] == event.sender)
                assert str(event.error) == str(ending.error)
                assert event.value == ending.value
                if ending.error is None:
                    assert event.value == outcome.world.result(event.sender)


@given(st.one_of(LINKING, PROGRAMS))
def test_linked_peers_of_a_failure_are_told_once_or_die(program: Program) -> None:
    outcome = run(program)

    for target, ending in outcome.endings.items():
        for peer in living(outcome):
            downs = len(notices(outcome, peer, target, LinkDown))
            stood = ending.error is not None and linked(outcome, peer, target, ending.gone or 0)
            allowed = {True: {1}, False: {0}, None: {0, 1}}[stood]
            assert downs in allowed, f"{peer} got {downs} LINK_DOWN of {target}, to which it was linked: {stood}"
            assert not downs or calls(outcome, ("trap",), peer), (
                f"{peer} never trapped links, and {target} did not kill it"
            )


@given(PROGRAMS)
def test_a_normal_end_sends_no_link_down(program: Program) -> None:
    outcome = run(program)

    normal = {outcome.pids[member] for member, ending in outcome.endings.items() if ending.error is None}
    told = [receipt.value for receipts in outcome.received.values() for receipt in receipts]
    assert not [event for event in told if isinstance(event, LinkDown) and event.sender in normal]


@given(LINKING)
def test_a_link_kills_only_who_is_linked_to_a_failure_and_does_not_trap(program: Program) -> None:
    outcome = run(program)

    for member, ending in outcome.endings.items():
        if ending.error is not None and LINKED_PROCESS_FAILED in ending.error.message:
            assert [peer for peer in outcome.endings if could_kill(outcome, peer, member)], (
                f"{member} died of a link, and nobody that it may have been linked to had failed while it did not trap"
            )


@given(st.one_of(LINKING, WATCHING, PROGRAMS))
def test_the_graph_is_what_the_calls_made_it(program: Program) -> None:
    outcome = run(program)
    graph, pids = outcome.world.graph, outcome.pids
    alive = living(outcome)
    watching = [(one, other) for one in alive for other in alive if (pids[one], pids[other]) in graph.monitors()]

    assert len(watching) == len(graph.monitors()), f"the dead watch or are watched: {graph.monitors()}"
    for one in alive:
        for other in alive:
            unmonitors = calls(outcome, ("unmonitor",), one, other)
            monitored = stands(calls(outcome, MONITORS, one, other), unmonitors, AT_THE_END)
            assert monitored in (None, (one, other) in watching), f"{one} monitors {other}: {monitored}"
            tied = linked(outcome, one, other, AT_THE_END)
            assert one == other or tied in (None, graph.linked(pids[one], pids[other])), f"{one} and {other}: {tied}"


@given(PROGRAMS)
def test_who_is_gone_is_neither_monitored_nor_linked(program: Program) -> None:
    outcome = run(program)

    for call in calls(outcome, ("monitor", "link")):
        ending = None if call.target is None else outcome.endings.get(call.target)
        gone = None if ending is None else ending.gone
        if call.done:
            assert call.target in outcome.pids, f"{call} of a process that never was"
            assert gone is None or gone > call.began, f"{call} of a process that was gone at {gone}"
        elif call.error is not None and call.error.kind == "NotFound":
            known = call.target_pid in outcome.pids.values()
            assert not known or (gone is not None and gone < (call.finished or 0)), f"{call} of a living process"


def assert_mutual(world: World, one: Pid, other: Pid) -> None:
    there, back = world.graph.linked(one, other), world.graph.linked(other, one)
    assert there == back, f"{one} is {'' if there else 'not '}linked to {other}, which is {'' if back else 'not '}to it"


def last_of_each_pair(changes: Iterable[Change]) -> list[Change]:
    return list({(each.pid, each.other): each for each in changes}.values())


def living(outcome: RunOutcome) -> list[int]:
    return [member for member in outcome.pids if outcome.lives(member)]


def notices(outcome: RunOutcome, member: int, target: int, kind: type[Exit] | type[LinkDown]) -> list[object]:
    received = [receipt.value for receipt in outcome.received.get(member, ())]
    return [event for event in received if isinstance(event, kind) and event.sender == outcome.pids[target]]


def calls(outcome: RunOutcome, verbs: Sequence[str], by: int | None = None, on: int | None = None) -> list[Call]:
    """Return the calls of *verbs* that were not refused by a bad argument, by and on these members."""
    return [
        call
        for call in outcome.calls
        if call.verb in verbs and by in (None, call.process) and on in (None, call.target)
        if on is None or call.target_pid == outcome.pids.get(on)
    ]


def stands(ons: Sequence[Call], offs: Sequence[Call], at: int) -> bool | None:
    """Tell whether what *ons* make and *offs* undo stood at a moment; None where the schedule decides."""
    ons = [call for call in ons if call.error is None and call.began < at]
    offs = [call for call in offs if call.error is None and call.began < at]
    if any(made_by(on) < at and not [off for off in offs if end_of(off) > on.began] for on in ons):
        return True
    if all([off for off in offs if off.began > end_of(on) and end_of(off) < at] for on in ons):
        return False
    return None


def end_of(call: Call) -> int:
    return AT_THE_END if call.finished is None else call.finished


def made_by(call: Call) -> int:
    """Return when the effect of *call* is there at the latest; of a spawn that is before the new process can act."""
    return call.began if call.verb.startswith("spawn") and call.done else end_of(call)


def linked(outcome: RunOutcome, one: int, other: int, at: int) -> bool | None:
    ons = calls(outcome, LINKS, one, other) + calls(outcome, LINKS, other, one)
    offs = calls(outcome, ("unlink",), one, other) + calls(outcome, ("unlink",), other, one)
    return stands(ons, offs, at)


def could_kill(outcome: RunOutcome, failed: int, member: int) -> bool:
    """Tell whether the end of *failed* may have killed *member* through a link."""
    ending = outcome.endings[failed]
    if ending.error is None or ending.gone is None or ending.gone > outcome.endings[member].ended:
        return False
    return linked(outcome, failed, member, ending.gone) is not False and not trapped(outcome, member, ending.gone)


def trapped(outcome: RunOutcome, member: int, since: int) -> bool:
    """Tell whether *member* certainly trapped links at this moment and ever after."""
    traps = [call for call in calls(outcome, ("trap",), member) if call.done and end_of(call) < since]
    untraps = calls(outcome, ("untrap",), member)
    return any(not [off for off in untraps if off.began > trap.began] for trap in traps)
