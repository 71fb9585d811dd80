"""What must hold of registered names: one owner at most, free with its owner's end, found by all: I55 to I62
(process 11)."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import Changes, Exit, LinkDown, Pid, RunOutcome, World, always, run, sometimes
from simcore.strategies import Call, Program, programs, seen

from ._history import NEVER, Ask, History, judge

AT_THE_END = 1_000_000_000
PROGRAMS = programs(
    policies=st.none(),
    verbs=(
        "register",
        "lookup",
        "send_by_name",
        "terminate",
        "return",
        "raise",
        "spawn_linked_monitored",
        "unregister",
        "trap",
        "sleep",
        "receive",
        "register",
        "lookup",
    ),
)
TOLD = programs(
    max_processes=2,
    policies=st.none(),
    verbs=("spawn_monitored", "register", "return", "receive", "lookup"),
)


@always
def names_are_bound_and_freed_as_the_registry_says(world: World, changes: Changes) -> None:
    """A name has one owner, is free with its end, and is found by everybody (I55 to I62)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def a_name_has_one_owner(history: History) -> None:
    """I55: at every instant a name maps to one pid at most."""
    for name, changes in history.names.items():
        owner: Pid | None = None
        for at, pid in changes:
            if pid is not None:
                right = owner in (None, pid)
                history.check("I55", right, at, "{} is bound to {}, and {} holds it", name, pid, owner)
            owner = pid


def who_is_registered(ask: Ask) -> Pid:
    """Return the pid that a register names: its own, or another one."""
    return ask.pid if ask.fields["pid"] is None else Pid(str(ask.fields["pid"]))


def a_bound_name_is_refused(history: History) -> None:
    """I56: to register a name that another process holds fails with AlreadyExists and leaves it bound as it was."""
    for ask in history.performed("register"):
        assert ask.action is not None
        owner = history.owner(ask.fields["name"], ask.action.at)
        if owner is None or owner == who_is_registered(ask) or (ask.error and ask.error.kind == "PermissionDenied"):
            continue
        # Whether who is to have it lives is asked first.
        kinds = ("AlreadyExists",) if ask.fields["pid"] is None else ("AlreadyExists", "NotFound", "Invalid")
        right = ask.error is not None and ask.error.kind in kinds and not history.names_changed(ask)
        history.check("I56", right, ask.action.at, "{} is answered with {}, and {} holds it", ask, ask.error, owner)


def to_register_again_changes_nothing(history: History) -> None:
    """I57: to register the same pair again is idempotent."""
    for ask in history.performed("register"):
        assert ask.action is not None
        owner = history.owner(ask.fields["name"], ask.action.at)
        if owner is not None and owner == who_is_registered(ask) and history.lived(owner, ask.action.at):
            denied = ask.error is not None and ask.error.kind == "PermissionDenied"
            right = (ask.error is None or denied) and not history.names_changed(ask)
            history.check("I57", right, ask.action.at, "{} by its owner is answered with {}", ask, ask.error)


def names_are_free_before_an_end_is_told(history: History) -> None:
    """I58: every name of a process is unbound between its end and the first notice of it; no other names are
    touched."""
    had: dict[Pid, dict[str, None]] = {}
    for name, changes in history.names.items():
        for _, pid in changes:
            if pid is not None:
                had.setdefault(pid, {})[name] = None
    for life in history.births:
        if life.ended is None:
            continue
        held = [name for name in had.get(life.pid, ()) if history.owner(name, life.ended_at) == life.pid]
        told = min(history.first_notice(life.pid), life.gone_at)
        for name in held if told != NEVER else ():
            right = history.owner(name, told) != life.pid
            history.check("I58", right, told, "{} has ended and left, and holds {}", life.pid, name)
    for action in history.actions:
        if action.entry.action == "names":
            foreign = [each.name for each in action.of("unnamed") if each.pid != action.entry.actor]
            history.check("I58", not foreign, action.at, "the end of {} frees {}", action.entry.actor, foreign)


def a_lookup_finds_the_owner(history: History) -> None:
    """I59: a lookup yields who holds the name at that moment: one that lives, or has ended and is not yet nameless."""
    for ask in history.performed("lookup"):
        if not ask.is_answered:
            continue
        assert ask.action is not None
        owner = history.owner(ask.fields["name"], ask.action.at)
        found = ask.value if ask.failed is None else None
        right = found == owner and (found is None or history.was_there(found, ask.action.at))
        history.check("I59", right, ask.action.at, "{} yields {}, and {} holds it", ask, found, owner)


def unregister_tells_what_it_did(history: History) -> None:
    """I60: unregister returns true exactly when it removed a binding."""
    for ask in history.performed("unregister"):
        if ask.error is not None or not ask.is_answered:
            continue
        assert ask.action is not None
        removed = history.owner(ask.fields["name"], ask.action.at) is not None
        right = ask.value is removed and (ask.fields["name"] in history.names_changed(ask)) == removed
        history.check("I60", right, ask.action.at, "{} returns {}, and removed is {}", ask, ask.value, removed)


def a_pid_is_never_a_name(history: History) -> None:
    """I61: a destination in the shape of a pid is never resolved by name, and one that is bound in that shape is
    none."""
    for ask in history.performed("send", "monitor", "unmonitor", "link", "unlink", "cancel", "terminate"):
        text = ask.fields["destination"]
        if text.startswith("{") and text.endswith("}") and "|" in text and ask.action is not None:
            receiver = ask.action.entry.receiver
            pid = Pid(text)
            right = receiver is None or (receiver.host, receiver.unique) == (pid.host, pid.unique)
            history.check("I61", right, ask.action.at, "{} concerns {}", ask, receiver)
    for name, changes in history.names.items():
        if name.startswith("{") and name.endswith("}") and "|" in name:
            history.refuse("I61", changes[0][0], "{} is bound as a name", name)


def one_name_is_one_process(history: History) -> None:
    """I62: of several starts under one free name exactly one makes a process, and all return its pid (under
    ``signal``)."""
    for ask in history.performed("spawn"):
        settings = ask.fields["settings"]
        if settings is None or not settings.name or ask.action is None:
            continue
        owner = history.owner(settings.name, ask.action.at)
        made = history.born_of(ask)
        right = ask.error is not None or (made == ([] if owner else made) and (owner is not None or len(made) == 1))
        history.check("I62", right, ask.action.at, "{} makes {}, and {} holds the name", ask, made, owner)
        if ask.is_answered and ask.error is None:
            wanted = owner if owner is not None else made[0]
            right = (
                ask.failed is None and ask.value == wanted and history.options.name_conflict == "signal"
            ) or not owner
            right = right and ask.value == wanted
            history.check("I62", right, ask.answered, "{} returns {}, and {} holds the name", ask, ask.value, wanted)


INVARIANTS = (
    a_name_has_one_owner,
    a_bound_name_is_refused,
    to_register_again_changes_nothing,
    names_are_free_before_an_end_is_told,
    a_lookup_finds_the_owner,
    unregister_tells_what_it_did,
    a_pid_is_never_a_name,
    one_name_is_one_process,
)


# -- at every change


@always
def a_name_looks_up_to_its_owner(world: World, changes: Changes) -> None:
    """The names that are listed are those that are found, each with the same owner (I55)."""
    owners = {each.name: each.pid if each.kind == "named" else None for each in changes.of("named", "unnamed")}
    if changes.at_the_end:
        owners |= world.names.items()
    for name, owner in owners.items():
        assert world.names.get(name) == owner, f"{name} belongs to {owner}, and {world.names.get(name)} is found"


@sometimes
def a_name_is_refused(world: World) -> None:
    """A process wants a name that another holds."""
    assert "register AlreadyExists" in seen(world)


@sometimes
def a_message_by_name_arrives(world: World) -> None:
    """A message that was sent to a name reaches whoever holds it."""
    assert "send_by_name arrived" in seen(world)


@sometimes
def a_name_is_unknown(world: World) -> None:
    """A process looks up a name that nobody holds."""
    assert "lookup NotFound" in seen(world)


@given(programs(max_processes=4, max_operations=30))
def test_the_dead_own_no_names(program: Program) -> None:
    """What its members see of I58."""
    world = run(program).world

    for name, pid in world.names.items():
        assert world.alive(pid), f"{name} outlived {pid}"


@given(PROGRAMS)
def test_however_a_process_ends_its_names_are_free(program: Program) -> None:
    """What its members see of I58."""
    outcome = run(program)

    owners = set(outcome.world.names.values())
    assert not [member for member in outcome.endings if outcome.pids[member] in owners]


@given(PROGRAMS)
def test_a_name_has_one_owner_at_a_time(program: Program) -> None:
    """What its members see of I55."""
    outcome = run(program)

    for call in registrations(outcome):
        others = [each for each in registrations(outcome) if each.name == call.name and each.pid != call.pid]
        holders = [each for each in others if surely_held(outcome, each, call.began, end_of(call))]
        assert not holders, f"{call.pid} takes {call.name} while {holders[0].pid} holds it"


@given(PROGRAMS)
def test_a_name_is_refused_only_where_another_may_hold_it(program: Program) -> None:
    """What its members see of I56."""
    outcome = run(program)

    for call in outcome.calls:
        if call.verb == "register" and call.error is not None:
            assert call.error.kind == "AlreadyExists"
            others = [each for each in registrations(outcome) if each.name == call.name and each.pid != call.pid]
            assert [each for each in others if may_hold(outcome, each, call)], f"{call} is refused, and nobody has it"


@given(PROGRAMS)
def test_a_held_name_is_found(program: Program) -> None:
    """What its members see of I59."""
    outcome = run(program)

    for call in outcome.calls:
        if call.verb in ("lookup", "send_by_name") and call.finished is not None:
            held = [each for each in registrations(outcome) if each.name == name_of(call)]
            sure = [each for each in held if surely_held(outcome, each, call.began, call.finished)]
            if call.verb == "lookup" and sure:
                assert call.result == sure[0].pid, f"{sure[0].pid} holds {call.name}, and the look-up says {call}"
            elif sure:
                assert call.error is None, f"{sure[0].pid} holds the name, and {call}"
    for registered in registrations(outcome):
        if surely_held(outcome, registered, AT_THE_END, AT_THE_END):
            assert outcome.world.names.get(registered.name) == registered.pid


@given(PROGRAMS)
def test_a_look_up_answers_nobody_who_lost_the_name_before(program: Program) -> None:
    """What its members see of I59."""
    outcome = run(program)

    for call in outcome.calls:
        if call.verb == "lookup" and call.done:
            asked = [each for each in registrations(outcome) if each.name == call.name and each.pid == call.result]
            assert [each for each in asked if each.began < end_of(call)], f"{call} finds who never took the name"
            nameless = ended_nameless(outcome, asked[0].process)
            assert nameless is None or nameless > call.began, f"{call} finds who lost all its names at {nameless}"


@given(TOLD)
def test_who_is_told_of_an_end_finds_no_name_of_the_dead(program: Program) -> None:
    """What its members see of I39, I58."""
    outcome = run(program)

    for receipts in outcome.received.values():
        for receipt in receipts:
            if isinstance(receipt.value, (Exit, LinkDown)):
                assert not receipt.names, f"{receipt}, and the dead still holds {receipt.names}"
                later = [call for call in outcome.calls if call.verb == "lookup" and call.began > receipt.at]
                assert not [call for call in later if call.result == receipt.value.sender]


@given(PROGRAMS)
def test_to_free_a_name_tells_whether_somebody_had_it(program: Program) -> None:
    """What its members see of I60."""
    outcome = run(program)

    for call in outcome.calls:
        if call.verb == "unregister" and call.finished is not None:
            held = [each for each in registrations(outcome) if each.name == call.name]
            if [each for each in held if surely_held(outcome, each, call.began, call.finished, but=call)]:
                assert call.result is True
            if not [each for each in held if may_hold(outcome, each, call)]:
                assert call.result is False


def registrations(outcome: RunOutcome) -> list[Call]:
    """Return the registrations that took effect, or may have."""
    return [call for call in outcome.calls if call.verb == "register" and call.error is None]


def name_of(call: Call) -> str:
    """Return the registered name of *call*; a message by name has its topic there, which has the same number."""
    return call.name.replace("t", "n") if call.verb == "send_by_name" else call.name


def end_of(call: Call) -> int:
    return AT_THE_END if call.finished is None else call.finished


def ended_nameless(outcome: RunOutcome, member: int) -> int | None:
    ending = outcome.endings.get(member)
    return None if ending is None else ending.nameless


def surely_held(outcome: RunOutcome, held: Call, since: int, until: int, but: Call | None = None) -> bool:
    """Tell whether what *held* took was certainly held all the time between two moments."""
    ending = outcome.endings.get(held.process)
    if not held.done or end_of(held) > since or (ending is not None and ending.ended < until):
        return False
    frees = [call for call in outcome.calls if call.verb == "unregister" and call.name == held.name and call is not but]
    return not [free for free in frees if end_of(free) > held.began and free.began < until]


def may_hold(outcome: RunOutcome, held: Call, at: Call) -> bool:
    """Tell whether what *held* took may have been held at some moment of the call *at*."""
    nameless = ended_nameless(outcome, held.process)
    if held.began > end_of(at) or (nameless is not None and nameless < at.began):
        return False
    frees = [call for call in outcome.calls if call.verb == "unregister" and call.name == held.name and call.done]
    return not [free for free in frees if free.began > end_of(held) and end_of(free) < at.began]
