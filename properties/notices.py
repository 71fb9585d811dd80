"""What must hold of links, monitors and the notices that they bring: I32 to I54 (process 4, 5, 6)."""

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from simcore import Cancel, Change, Changes, Exit, LinkDown, Pid, RunOutcome, World, always, run, sometimes
from simcore.strategies import Call, Program, programs, seen

from ._history import NEVER, Ask, History, Letter, Life, judge

MONITORS = ("monitor", "spawn_monitored", "spawn_linked_monitored")
LINKS = ("link", "spawn_linked", "spawn_linked_monitored")
LINKED_PROCESS_FAILED = "linked process failed"
AT_THE_END = 1_000_000_000
Told = dict[tuple[Pid, Pid], list[Letter]]
"""Notices by who was told and whose end they tell."""

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
def an_end_is_told_as_monitors_and_links_say(world: World, changes: Changes) -> None:
    """Whom an end is told, when and with what effect follows from monitors, links and traps (I32 to I54)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def an_exit_needs_an_end_and_a_monitor(history: History) -> None:
    """I32: an EXIT implies an earlier end, and a monitor that stood when the process left."""
    for (watcher, pid), letters in history.exits.items():
        for letter in letters:
            life = history.lives.get(pid)
            right = life is not None and life.ended_at < letter.at and watcher in history.watchers.get(pid, ())
            history.check(
                "I32", right, letter.at, "{} is told of the end of {}, which it did not monitor", watcher, pid
            )


def a_monitor_brings_one_exit(history: History) -> None:
    """I33: each monitor brings at most one EXIT, and exactly one if it stood when the process left and the watcher can
    be told."""
    for pid, watchers in history.watchers.items():
        for watcher in watchers:
            if watcher == pid:
                continue
            times, at = len(history.exits.get((watcher, pid), ())), history.lives[pid].gone_at
            must = history.is_over and history.is_told_of(watcher)
            right = times == 1 if must else times <= 1
            history.check("I33", right, at, "{} is told {} times of the end of {}", watcher, times, pid)


def an_exit_has_the_result(history: History) -> None:
    """I34: an EXIT has the recorded result, equal for all watchers."""
    for (watcher, pid), letters in history.exits.items():
        ended = history.lives[pid].ended if pid in history.lives else None
        for letter in letters:
            event = letter.sent.event
            assert isinstance(event, Exit)
            right = ended is not None and letter.sent.packed == ended.packed and same_error(event.error, ended.error)
            right = right and (letter.read is None or letter.read.says(letter))
            history.check("I34", right, letter.at, "{} is told of {} another end than {}", watcher, pid, ended)


def same_error(one: object, other: object) -> bool:
    return (one is None) == (other is None) and str(one) == str(other)


def a_link_down_needs_a_failure_and_a_link(history: History) -> None:
    """I35: a LINK_DOWN implies that the result is an error, and that the link stood when the process left."""
    for (peer, pid), letters in history.downs.items():
        for letter in letters:
            life = history.lives.get(pid)
            right = life is not None and life.error is not None and peer in history.peers.get(pid, ())
            right = right or is_of_a_dead_parent(history, letter)
            history.check(
                "I35", right, letter.at, "{} is told of a failure of {}, to which it was not linked", peer, pid
            )


def is_of_a_dead_parent(history: History, letter: Letter) -> bool:
    """Tell whether a linked child is told at its birth that its parent is gone (process 6.10, O8)."""
    ask = letter.ask or letter.action.ask
    born = history.lives.get(letter.sent.receiver)
    at_birth = born is not None and born.action is letter.action
    return at_birth and ask is not None and ask.verb == "spawn" and bool(ask.fields["linked"])


def a_normal_end_is_no_link_down(history: History) -> None:
    """I36: a normal result sends no LINK_DOWN at all."""
    for life in history.births:
        if life.ended is not None and life.error is None and history.peers.get(life.pid):
            told = [peer for peer, pid in history.downs if pid == life.pid]
            history.check(
                "I36", not told, life.ended_at, "{} ended normally, and {} is told that it failed", life.pid, told
            )


def each_peer_of_a_failure_is_told_once(history: History) -> None:
    """I37: every peer that is linked when a failed process leaves, and can be told, gets exactly one LINK_DOWN."""
    for pid, peers in history.peers.items():
        for peer in peers if history.lives[pid].error is not None else ():
            times, at = len(history.downs.get((peer, pid), ())), history.lives[pid].gone_at
            must = history.is_over and history.is_told_of(peer)
            right = times == 1 if must else times <= 1
            history.check("I37", right, at, "{} is told {} times that {} has failed", peer, times, pid)


def exits_come_before_link_downs(history: History) -> None:
    """I38: all EXITs of an end precede all its LINK_DOWNs, and both follow the last message of that process into the
    same mailbox."""
    last_exit: dict[Pid, int] = {}
    for (_, pid), letters in history.exits.items():
        last_exit[pid] = max(last_exit.get(pid, 0), letters[-1].at)
    words: dict[tuple[Pid, Pid | None], int] = {
        (each.sent.receiver, each.sent.sender): each.at for each in history.letters if each.sent.event is None
    }
    for told in (history.exits, history.downs):
        for (receiver, pid), letters in told.items():
            first, dead_parent = letters[0], is_of_a_dead_parent(history, letters[0])
            if dead_parent:
                continue
            if told is history.downs and pid in last_exit:
                history.check("I38", last_exit[pid] < first.at, first.at, "an EXIT of {} comes after {}", pid, first)
            if (receiver, pid) in words:
                right = words[receiver, pid] < first.at
                history.check("I38", right, first.at, "{} comes before a message of that process", first)


def who_is_told_to_have_ended_is_nobody(history: History) -> None:
    """I39: once an end is told, a lookup never yields that process, and send, monitor and link to it fail."""
    for ask in history.performed("lookup"):
        if ask.is_answered and ask.failed is None and ask.action is not None:
            told = history.first_notice(ask.value)
            if told != NEVER:
                right = ask.action.at < told
                history.check("I39", right, ask.action.at, "{} yields {}, whose end was told", ask, ask.value)
    for ask in history.performed("send", "monitor", "link"):
        told = history.first_notice(receiver_of(ask))
        if ask.action is not None and told < ask.action.at:
            history.check("I39", ask.error is not None, ask.action.at, "{} succeeds, and its end was told", ask)


def receiver_of(ask: Ask) -> Pid:
    """Return whom an operation that was performed concerned, or an empty pid."""
    receiver = None if ask.action is None else ask.action.entry.receiver
    return Pid("") if receiver is None else receiver


def what_was_taken_back_brings_nothing(history: History) -> None:
    """I40: after an unmonitor before a process left there is no EXIT until it is monitored again; the same for unlink
    and LINK_DOWN."""
    for ask in history.performed("unmonitor", "unlink"):
        pid = receiver_of(ask)
        if not ask.is_done or ask.action is None or pid not in history.lives:
            continue
        left = history.lives[pid].gone_at
        if ask.action.at > left or left == NEVER or pid == ask.pid:
            continue
        told = history.exits if ask.verb == "unmonitor" else history.downs
        stood = history.watched if ask.verb == "unmonitor" else history.linked
        if not stood(ask.pid, pid, history.action(left).at + 1):
            letters = [each for each in told.get((ask.pid, pid), ()) if not is_of_a_dead_parent(history, each)]
            history.check("I40", not letters, ask.action.at, "{}, and yet it is told of that end", ask)


def links_have_two_ends(history: History) -> None:
    """I41: links are symmetric: who is linked to a process is one to which that is linked."""
    if history.world is None:
        return
    graph = history.world.graph
    for one, other in graph.links():
        right = graph.linked(one, other) and graph.linked(other, one)
        history.check("I41", right, history.now, "{} is linked to {}, and not the other way round", one, other)


def nobody_who_is_gone_is_related(history: History) -> None:
    """I42: sets of links and of watchers contain no process that is gone, and what stands is what was made and not
    taken back."""
    if history.world is None:
        return
    graph, now = history.world.graph, history.now
    for kind, pairs, stood in (
        ("linked", graph.links(), history.linked),
        ("monitored", graph.monitors(), history.watched),
    ):
        for one, other in pairs:
            there = history.was_there(one, now) and history.was_there(other, now)
            right = there and stood(one, other, now)
            history.check(
                "I42", right, now, "{} and {} are {}, although one is gone or it was taken back", one, other, kind
            )
    if any(life.gone_at != NEVER for life in history.births):
        history.exercised["I42"] += 1


def a_second_monitor_fails(history: History) -> None:
    """I43: a second monitor without an unmonitor between fails with ``already monitoring``."""
    for ask in history.performed("monitor"):
        if ask.action is not None and history.watched(ask.pid, receiver_of(ask), ask.action.at):
            right = ask.error is not None and "already monitoring" in ask.error.message
            history.check("I43", right, ask.action.at, "{} succeeds, and stood already", ask)


def links_are_idempotent(history: History) -> None:
    """I44: link is idempotent; unlink and unmonitor never fail for who resolves and is permitted."""
    for ask in history.performed("link", "unlink", "unmonitor"):
        assert ask.action is not None
        if ask.verb != "link" or history.linked(ask.pid, receiver_of(ask), ask.action.at):
            history.check("I44", ask.error is None, ask.action.at, "{} fails with {}", ask, ask.error)


def who_does_not_trap_dies_of_a_link_down(history: History) -> None:
    """I45: a process that does not trap links when a LINK_DOWN is looked at runs no code any more, and ends with
    ``linked process failed``."""
    for letter, life, step in untrapped(history):
        right = LINKED_PROCESS_FAILED in said_by(life)
        history.check("I45", right, step, "{} did not trap {}, and ended with {}", life.pid, letter, life.error)
        history.check("I45", not runs(history, life, step), step, "{} did not trap {}, and runs", life.pid, letter)


def untrapped(history: History) -> list[tuple[Letter, Life, int]]:
    """Return the LINK_DOWNs that lay in a mailbox when its process began a step and did not trap links."""
    found = []
    for letter in history.events(LinkDown):
        life = history.lives.get(letter.sent.receiver)
        if life is None or life.trapped_always(letter.at, letter.given):
            continue
        step = next((each for each in life.steps_between(letter.at, letter.given) if not life.traps_at(each)), None)
        if step is not None and (life.ended is not None or history.is_over):
            found.append((letter, life, step))
    return found


def said_by(life: Life) -> str:
    """Return the text of the error that a process ended with, or nothing."""
    return "" if life.error is None else life.error.message


def runs(history: History, life: Life, since: int) -> bool:
    """Tell whether a process runs code from a moment on."""
    return any(at >= since for at in history.words_of(life.pid))


def who_traps_is_never_killed(history: History) -> None:
    """I46: a process that traps links is never ended by a LINK_DOWN: who ends of one did not trap each that it had."""
    for life in history.births:
        had = [each for each in history.sent_to(life.pid, LinkDown) if each.at < life.ended_at]
        killed = life.own_end == NEVER and said_by(life) == LINKED_PROCESS_FAILED
        untrapped = [each for each in had if not life.trapped_always(each.at, life.ended_at)]
        if killed or len(untrapped) < len(had):
            right = not killed or bool(untrapped)
            history.check("I46", right, life.ended_at, "{} traps links, and ended of {}", life.pid, had)


def a_cascade_takes_all(history: History) -> None:
    """I47: where nobody traps, an abnormal end ends every process that is linked to it, and so the whole component."""
    if not history.is_over:
        return
    for pid, peers in history.peers.items():
        for peer in peers if history.lives[pid].error is not None else ():
            life, left = history.lives.get(peer), history.lives[pid].gone_at
            if life is not None and left < life.ended_at and life.trapped_never(left, life.ended_at):
                history.check("I47", life.ended is not None, left, "{} failed, and {} lives on", pid, peer)


def a_cascade_tells_each_pair_once(history: History) -> None:
    """I48: a cascade sends at most one LINK_DOWN for each ordered pair."""
    for (peer, pid), letters in history.downs.items():
        history.check("I48", len(letters) == 1, letters[-1].at, "{} is told {} times of {}", peer, len(letters), pid)


def a_monitored_child_brings_one_exit(history: History) -> None:
    """I49: a spawn_monitored that made a process leads to exactly one EXIT if the child ends while the parent lives and
    has not taken the monitor back."""
    took_back = {(each.pid, receiver_of(each)) for each in history.performed("unmonitor")}
    for ask, child in made(history):
        life = history.lives[child]
        parent = history.lives.get(ask.pid)
        if not ask.fields["monitored"] or life.gone_at == NEVER or parent is None or parent.gone_at < ask.at:
            continue
        if (ask.pid, child) not in took_back and history.is_over and history.is_told_of(ask.pid):
            times = len(history.exits.get((ask.pid, child), ()))
            history.check(
                "I49", times == 1, life.gone_at, "{} is told {} times of the end of {}", ask.pid, times, child
            )


def made(history: History) -> list[tuple[Ask, Pid]]:
    """Return the spawns that made a process, with that."""
    asks = [each for each in history.performed("spawn") if each.is_done]
    return [(ask, pid) for ask in asks for pid in history.born_of(ask)]


def a_linked_child_is_linked_at_once(history: History) -> None:
    """I50: a spawn_linked that made a process, with a living parent, means that the link is there before the first step
    of the child."""
    for ask, child in made(history):
        life = history.lives[child]
        if ask.fields["linked"] and history.lived(ask.pid, life.at):
            pairs = [{each.pid, each.other} for each in life.action.of("linked")]
            history.check("I50", {ask.pid, child} in pairs, life.at, "{} starts {} without a link", ask.pid, child)


def a_child_traps_nothing_at_first(history: History) -> None:
    """I51: a new process traps no links, whatever its parent does: the first LINK_DOWN ends it."""
    for letter, life, step in untrapped(history):
        if len(life.traps) == 1:
            right = LINKED_PROCESS_FAILED in said_by(life)
            history.check("I51", right, step, "{} never trapped links, and survives {}", life.pid, letter)


def each_cancel_is_one_event(history: History) -> None:
    """I52: each successful cancel puts exactly one CANCEL into the mailbox, in the order of the canceller."""
    last: dict[tuple[Pid, Pid], int] = {}
    for ask in sorted(history.performed("cancel"), key=lambda each: 0 if each.action is None else each.action.at):
        if not ask.is_done or ask.action is None:
            continue
        pid = receiver_of(ask)
        events = [each for each in history.letters_of(ask.action) if isinstance(each.sent.event, Cancel)]
        right = len(events) == 1 and (events[0].sent.sender, events[0].sent.receiver) == (ask.pid, pid)
        right = right and getattr(events[0].sent.event, "reason", "") == ask.fields["reason"]
        history.check("I52", right, ask.action.at, "{} gives {}", ask, [str(each) for each in events])
        right = last.get((ask.pid, pid), -1) < ask.at
        history.check("I52", right, ask.action.at, "{} comes after a later one", ask)
        last[ask.pid, pid] = ask.at


def nobody_is_no_partner(history: History) -> None:
    """I53: to monitor or link a pid that is gone, or never was, returns an error and makes no event."""
    for ask in history.performed("monitor", "link"):
        assert ask.action is not None
        if not history.was_there(receiver_of(ask), ask.action.at):
            left = [str(each) for each in history.letters_of(ask.action)]
            right = ask.error is not None and ask.error.kind in ("NotFound", "Internal") and not left
            history.check("I53", right, ask.action.at, "{} of nobody: {}, {}", ask, ask.error, left)


def an_event_is_no_message(history: History) -> None:
    """I54: an event is never seen as a message of the inbox."""
    for reading in history.readings:
        if reading.letter is not None and reading.letter.sent.event is not None:
            history.check(
                "I54", not reading.is_inbox, reading.at, "{} reads {} in its inbox", reading.pid, reading.letter
            )
        elif reading.is_inbox and reading.is_event:
            history.refuse("I54", reading.at, "{} reads {} in its inbox", reading.pid, reading.value)


INVARIANTS = (
    an_exit_needs_an_end_and_a_monitor,
    a_monitored_child_brings_one_exit,
    a_monitor_brings_one_exit,
    an_exit_has_the_result,
    a_normal_end_is_no_link_down,
    a_link_down_needs_a_failure_and_a_link,
    a_cascade_tells_each_pair_once,
    each_peer_of_a_failure_is_told_once,
    exits_come_before_link_downs,
    who_is_told_to_have_ended_is_nobody,
    what_was_taken_back_brings_nothing,
    links_have_two_ends,
    nobody_who_is_gone_is_related,
    a_second_monitor_fails,
    links_are_idempotent,
    a_child_traps_nothing_at_first,
    who_does_not_trap_dies_of_a_link_down,
    who_traps_is_never_killed,
    a_cascade_takes_all,
    a_linked_child_is_linked_at_once,
    each_cancel_is_one_event,
    nobody_is_no_partner,
    an_event_is_no_message,
)


# -- at every change


@always
def links_are_mutual(world: World, changes: Changes) -> None:
    """A link has two ends: if A is linked to B then B is linked to A (I41)."""
    for each in changes.of("linked", "unlinked"):
        assert_mutual(world, each.pid, each.other)
    if changes.at_the_end:
        for one, other in world.graph.links():
            assert world.graph.linked(one, other), f"{one} is not linked to {other}"
            assert_mutual(world, one, other)


@always
def a_pair_is_linked_and_watched_once(world: World, changes: Changes) -> None:
    """Links and monitors are sets: no pair is there twice, in whatever order (I43, I44)."""
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
    """What its members see of I33."""
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
    """What its members see of I34."""
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
    """What its members see of I37, I45."""
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
    """What its members see of I36."""
    outcome = run(program)

    normal = {outcome.pids[member] for member, ending in outcome.endings.items() if ending.error is None}
    told = [receipt.value for receipts in outcome.received.values() for receipt in receipts]
    assert not [event for event in told if isinstance(event, LinkDown) and event.sender in normal]


@given(LINKING)
def test_a_link_kills_only_who_is_linked_to_a_failure_and_does_not_trap(program: Program) -> None:
    """What its members see of I35, I46."""
    outcome = run(program)

    for member, ending in outcome.endings.items():
        if ending.error is not None and LINKED_PROCESS_FAILED in ending.error.message:
            assert [peer for peer in outcome.endings if could_kill(outcome, peer, member)], (
                f"{member} died of a link, and nobody that it may have been linked to had failed while it did not trap"
            )


@given(st.one_of(LINKING, WATCHING, PROGRAMS))
def test_the_graph_is_what_the_calls_made_it(program: Program) -> None:
    """What its members see of I41, I42."""
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
    """What its members see of I53."""
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
