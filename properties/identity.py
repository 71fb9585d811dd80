"""What must hold of who a process is, and of its one life: I1 to I15 (process 1, 2)."""

import re

from hypothesis import given
from hypothesis import strategies as st

from simcore import Cancel, Changes, Options, Process, RunOutcome, Sent, World, always, run, sometimes
from simcore.strategies import Call, Program, programs, seen
from simcore.words import Answered, Asked, Begun, Born, HostStands, Raised, Returned, Subscribed, Took

from ._history import NEVER, History, Life, judge

MILLISECOND_NS = 1_000_000
TERMINATED = "process terminated"
LINK_FAILED = "linked process failed"
OWN = (Answered, Asked, Begun, Raised, Returned, Subscribed, Took)
"""What is there only where a process runs code of its own."""
BY_ITSELF = "host:end"
"""The one way to end a process while it has commands to be performed."""
FORM = re.compile(r"\{(?:([^@|{}]*)@)?([^|{}]*)\|(0x[0-9a-f]{5,})\}")


@always
def a_process_has_one_pid_and_one_life(world: World, changes: Changes) -> None:
    """A process has one pid, one life, and one result (I1 to I15)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def pids_rise(history: History) -> None:
    """I1: no two processes ever have the same pid, and the unique part strictly increases."""
    last = -1
    for life in history.births:
        unique = int(life.pid.unique, 16)
        history.check("I1", unique > last, life.at, "{} comes after {:#07x}", life.pid, last)
        last = unique


def pids_print_as_they_parse(history: History) -> None:
    """I2: every pid that is printed parses and prints again identically."""
    for life in history.births:
        found = FORM.fullmatch(str(life.pid))
        parts = (life.pid.node, life.pid.host, life.pid.unique)
        read = None if found is None else (found[1] or "", found[2], found[3])
        history.check("I2", read == parts, life.at, "{} is read as {} and has {}", life.pid, read, parts)


def a_pid_stays(history: History) -> None:
    """I3: a process has the same pid at every step, also after an upgrade; what it sends has that pid."""
    known = {life.born.path: life.pid for life in history.births}
    for action in history.actions:
        entry = action.entry
        life = history.life(entry.actor)
        if entry.action != "step" or life is None or not life.upgrades:
            continue
        for effect in action.effects:
            pid = getattr(effect, "pid", None) if isinstance(effect, OWN) else None
            if pid is not None:
                right = pid == known.get(entry.path)
                history.check(
                    "I3", right, action.at, "{} is {} now, and was {}", entry.path, pid, known.get(entry.path)
                )


def a_process_ends_once(history: History) -> None:
    """I4: a result is recorded at most once for each pid."""
    ended: set[str] = set()
    for at, effect in history.ends:
        history.check("I4", effect.pid not in ended, at, "{} has ended once before", effect.pid)
        ended.add(effect.pid)


def who_has_ended_does_nothing(history: History) -> None:
    """I5: after its result a process runs no step and issues no command; but for the force of a host stop none is
    performed either."""
    for life in history.births:
        if life.ended is not None:
            history.check("I5", not life.steps_after(life.ended_at), life.ended_at, "{} steps after its end", life.pid)
    for at, effect in history.effects:
        owner = history.lives.get(effect.pid) if isinstance(effect, OWN) else None
        if owner is not None and at > owner.ended_at:
            history.refuse("I5", at, "{} has ended, and does {}", effect.pid, effect)
    for action in history.actions:
        entry = action.entry
        actor = history.lives.get(entry.actor) if entry.actor is not None and entry.action.startswith("do:") else None
        if actor is not None and actor.ending is not None and action.at > actor.ended_at:
            forced = actor.ending.entry.action == BY_ITSELF
            history.check("I5", forced, action.at, "{} of {}, which has ended", action, actor.pid)


def a_result_is_an_error_or_a_value(history: History) -> None:
    """I6: a result has an error or a value, and never do both mean something."""
    for at, effect in history.ends:
        both = effect.error is not None and effect.packed.data != b""
        history.check("I6", not both, at, "{} ended with {} and with {}", effect.pid, effect.error, effect.packed)


def who_was_started_lives_or_has_a_result(history: History) -> None:
    """I7: every process that was started lives at the end of the run or has exactly one result."""
    for life in history.births:
        lives = history.world is not None and history.world.alive(life.pid)
        results = int(life.ended is not None)
        right = lives + results == 1
        history.check("I7", right, life.at, "{} has {} results, and alive is {}", life.pid, results, lives)


def a_failed_start_leaves_nothing(history: History) -> None:
    """I8: a failed start makes no routable pid, no name, no monitor, no link and no notice."""
    for ask in history.performed("spawn", "runandwait"):
        if ask.error is None or ask.action is None:
            continue
        left = [each for each in ask.action.effects if isinstance(each, (Born, Sent))]
        named = {each.name for each in ask.action.of("named")} - {each.name for each in ask.action.of("unnamed")}
        made = ask.action.of("spawned", "monitored", "linked")
        what = [*left, *made, *named]
        history.check("I8", not what, ask.action.at, "{} failed, and left {}", ask, what)


def an_error_of_the_program_is_its_result(history: History) -> None:
    """I10: a raise in any coroutine gives an error as result that contains its text, and no other coroutine of that
    process runs afterwards."""
    ran: dict[str, int] = {effect.pid: at for at, effect in history.effects if isinstance(effect, (Answered, Asked))}
    for at, effect in history.effects:
        life = history.lives.get(effect.pid) if isinstance(effect, Raised) else None
        if life is None:
            continue
        right = life.ended is None or (life.error is not None and effect.error.message in life.error.message)
        history.check("I10", right, at, "{} failed with {}, and ended with {}", life.pid, effect.error, life.error)
        history.check("I10", ran.get(life.pid, 0) < at, at, "a coroutine of {} runs although one has failed", life.pid)


def who_is_terminated_ends_as_that(history: History) -> None:
    """I11: results that terminate causes are errors that contain ``process terminated``; who is terminated begins no
    further step."""
    for ask in history.performed("terminate"):
        life = None if ask.action is None else history.life(ask.action.entry.receiver)
        if not ask.is_done or ask.action is None or life is None:
            continue
        at = ask.action.at
        later = life.steps_after(at)
        history.check("I11", not later, at, "{} was terminated, and steps on", life.pid)
        if life.ended is not None and life.own_end == NEVER and not has_other_cause(life):
            said = "" if life.error is None else life.error.message
            history.check("I11", TERMINATED in said, at, "{} was terminated, and ended with {}", life.pid, life.error)


def has_other_cause(life: Life) -> bool:
    """Tell whether an end says that its last step or a deadline has caused it, which may have come before."""
    said = "" if life.error is None else life.error.message
    return any(said.startswith(each) for each in (LINK_FAILED, "upgrade:", "deadlock:", "cancel deadline exceeded"))


def a_cancel_is_only_a_notice(history: History) -> None:
    """I12: a CANCEL alone changes neither state nor registrations, links or result of a process."""
    for ask in history.performed("cancel"):
        if ask.is_done and ask.action is not None:
            others = [each for each in ask.action.effects if not isinstance(each, Sent)]
            history.check("I12", not others, ask.action.at, "{} did more than to tell: {}", ask, others)


def an_enforced_deadline_ends(history: History) -> None:
    """I13: under ``enforce`` a process that was cancelled with a deadline has its result at that instant at the
    latest."""
    if history.options.cancel_deadline != "enforce":
        return
    for letter in history.events(Cancel):
        event, life = letter.sent.event, history.lives.get(letter.sent.receiver)
        due_ns = getattr(event, "deadline_ns", None)
        if letter.ask is None or due_ns is None or life is None or letter.ask.verb != "cancel":
            continue
        due_ns = max(due_ns, letter.action.entry.instant_ns)
        if history.now_ns > due_ns or (history.is_over and history.now_ns == due_ns):
            right = life.ended_ns <= due_ns
            history.check("I13", right, letter.at, "{} lives on after its deadline at {} ns", life.pid, due_ns)


def a_stopped_host_has_nobody(history: History) -> None:
    """I14: when the stop of a host returns, every process of the host has a result."""
    for at, stands in stops(history, "stopped"):
        for life in history.births:
            if life.born.host == stands.id and life.at < at:
                history.check(
                    "I14", life.ended_at < at, at, "{} has stopped, and {} has no result", stands.id, life.pid
                )


def a_stopping_host_takes_nobody_in(history: History) -> None:
    """I15: no start succeeds on a host after its stop began."""
    for at, stands in stops(history, "stopping", "stopped"):
        for life in history.births:
            if life.born.host == stands.id:
                history.check(
                    "I15", life.at < at, life.at, "{} starts on {}, which is {}", life.pid, stands.id, stands.state
                )


def stops(history: History, *states: str) -> list[tuple[int, HostStands]]:
    return [each for stands in history.hosts.values() for each in stands if each[1].state in states]


INVARIANTS = (
    pids_rise,
    pids_print_as_they_parse,
    a_pid_stays,
    a_process_ends_once,
    who_has_ended_does_nothing,
    a_result_is_an_error_or_a_value,
    who_was_started_lives_or_has_a_result,
    a_failed_start_leaves_nothing,
    an_error_of_the_program_is_its_result,
    who_is_terminated_ends_as_that,
    a_cancel_is_only_a_notice,
    an_enforced_deadline_ends,
    a_stopped_host_has_nobody,
    a_stopping_host_takes_nobody_in,
)


# -- what members see of it

PROGRAMS = programs(
    policies=st.none(),
    verbs=("terminate", "cancel", "spawn", "spawn_monitored", "receive", "sleep", "return", "raise", "send"),
)
ENFORCED = programs(
    policies=st.none(),
    options=st.just(Options(cancel_deadline="enforce")),
    verbs=("cancel", "receive", "sleep", "trap", "spawn", "cancel"),
)
VALUES = st.one_of(st.booleans(), st.integers(0, 9), st.lists(st.integers(0, 9), min_size=1, max_size=2))
CANCELLING = programs(policies=st.none(), verbs=("cancel", "receive", "sleep", "trap", "spawn", "cancel"))


@sometimes
def a_cancel_arrives(world: World) -> None:
    """A process is asked to end."""
    assert "Cancel received" in seen(world)


@sometimes
def a_terminate_comes_too_late(world: World) -> None:
    """A process is to be terminated that has ended already."""
    assert "terminate NotFound" in seen(world)


@given(PROGRAMS)
def test_who_is_terminated_ends(program: Program) -> None:
    """What its members see of I11."""
    outcome = run(program)

    for call in done(outcome, "terminate"):
        assert call.target in outcome.endings, f"{call}, and it lives"


@given(PROGRAMS)
def test_terminated_is_what_the_result_says(program: Program) -> None:
    """Here nothing is linked, so a member ends by its own steps or because it is terminated (I11)."""
    outcome = run(program)

    for member, ending in outcome.endings.items():
        terminates = [call for call in outcome.calls if call.verb == "terminate" and call.target == member]
        asked = [call for call in terminates if call.error is None and call.began < ending.ended]
        if ending.error is not None and ending.error.message == TERMINATED:
            assert asked, f"{member} was terminated by nobody"
            assert ending.error.kind == "Internal"
        elif not own_ends(program, member):
            raise AssertionError(f"{member} ended with {ending}, and no step of its own ends it")


@given(PROGRAMS)
def test_who_is_terminated_does_nothing_more(program: Program) -> None:
    """What its members see of I5, I11."""
    outcome = run(program)

    for call in done(outcome, "terminate"):
        later = [each for each in outcome.calls if each.process == call.target and each.began > (call.finished or 0)]
        assert not later, f"{later[0]} after {call}"


@given(PROGRAMS)
def test_who_has_ended_can_be_neither_terminated_nor_cancelled(program: Program) -> None:
    """What its members see of I20."""
    outcome = run(program)

    for call in [*done(outcome, "terminate"), *done(outcome, "cancel")]:
        assert call.target is not None
        assert call.target in outcome.pids, f"{call} of one that never was"
        ending = outcome.endings.get(call.target)
        assert ending is None or ending.ended > call.began, f"{call} of one that had ended at {ending.ended}"


@given(PROGRAMS)
def test_each_cancel_is_one_event_with_its_deadline_and_reason(program: Program) -> None:
    """What its members see of I52."""
    outcome = run(program)

    for call in done(outcome, "cancel"):
        assert call.target is not None
        events = [event for event in cancels(outcome, call.target) if event.reason == f"step {call.index}"]
        assert len(events) == 1 or not outcome.lives(call.target), f"{call} gave {len(events)} events"
        for event in events:
            assert event.sender == call.pid
            assert (event.deadline_ns is None) == (call.value == 0)
            if event.deadline_ns is not None:
                assert event.deadline_ns - event.at_ns == call.value * MILLISECOND_NS


@given(CANCELLING)
def test_a_cancel_alone_changes_nothing(program: Program) -> None:
    """What its members see of I12."""
    outcome = run(program)

    assert all(outcome.lives(member) for member in outcome.pids)
    assert not outcome.endings
    assert not outcome.world.graph.links()
    assert not outcome.world.graph.monitors()
    assert not outcome.world.names
    asked = sum(call.verb == "cancel" and call.done for call in outcome.calls)
    assert sum(len(cancels(outcome, member)) for member in outcome.pids) == asked == outcome.world.history.count(Cancel)


def done(outcome: RunOutcome, verb: str) -> list[Call]:
    return [call for call in outcome.calls if call.verb == verb and call.done]


def cancels(outcome: RunOutcome, member: int) -> list[Cancel]:
    received = [receipt.value for receipt in outcome.received.get(member, ())]
    return [event for event in received if isinstance(event, Cancel)]


def own_ends(program: Program, member: int) -> bool:
    return any(step.process == member and step.verb in ("return", "raise") for step in program.steps)


@given(ENFORCED)
def test_who_is_cancelled_with_an_enforced_deadline_ends_by_it(program: Program) -> None:
    """What its members see of I13."""
    outcome = run(program)

    for member in outcome.received:
        for event in cancels(outcome, member):
            if event.deadline_ns is not None and event.deadline_ns <= outcome.world.now_ns:
                assert not outcome.lives(member), f"{member} lives on after {event}"


@given(VALUES, st.one_of(st.text(max_size=5), VALUES))
def test_what_main_returns_besides_is_an_error_where_it_is_a_text(value: object, problem: object) -> None:
    """I9: where main returns a second value that is a text, the result is an error that contains its text."""

    def scenario(world: World) -> None:
        world.load_app("properties/_lua/ends")
        pid = world.spawn("app:returns", "app:processes", value, problem)
        world.run()
        ended = world.outcome(pid)
        assert ended is not None
        if isinstance(problem, str):
            assert ended.error is not None, f"{problem!r} is no error"
            assert problem in ended.error.message, f"{ended.error} does not say {problem!r}"
        else:
            assert ended.error is None, f"{problem!r} is an error"
            assert world.result(pid) == value

    run(scenario)


@given(st.lists(st.booleans(), max_size=4))
def test_a_process_has_its_pid_after_every_upgrade(upgrades: list[bool]) -> None:
    """I3: ``pid`` of a process is the same at every call, also after an upgrade."""

    async def main(process: Process, left: list[bool], seen: list[str]) -> list[str]:
        seen = [*seen, process.pid]
        await process.send(process.pid, "topic")
        seen = [*seen, str((await process.inbox.receive()).sender), process.pid]
        if left:
            process.upgrade("app:other" if left[0] else None, left[1:], seen)
        return seen

    def scenario(world: World) -> None:
        world.define("app:main", main)
        world.define("app:other", main)
        pid = world.spawn("app:main", "app:processes", upgrades, [])
        world.run()
        assert set(world.result(pid)) == {pid}, f"{pid} was {world.result(pid)}"

    run(scenario)
