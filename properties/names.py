"""What must hold of registered names: one owner at most, free with its owner's end, and found by all."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import Changes, Exit, LinkDown, RunOutcome, World, always, run, sometimes
from simcore.strategies import Call, Program, programs, seen

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
def a_name_looks_up_to_its_owner(world: World, changes: Changes) -> None:
    """The names that are listed are those that are found, each with the same owner."""
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
    world = run(program).world

    for name, pid in world.names.items():
        assert world.alive(pid), f"{name} outlived {pid}"


@given(PROGRAMS)
def test_however_a_process_ends_its_names_are_free(program: Program) -> None:
    outcome = run(program)

    owners = set(outcome.world.names.values())
    assert not [member for member in outcome.endings if outcome.pids[member] in owners]


@given(PROGRAMS)
def test_a_name_has_one_owner_at_a_time(program: Program) -> None:
    outcome = run(program)

    for call in registrations(outcome):
        others = [each for each in registrations(outcome) if each.name == call.name and each.pid != call.pid]
        holders = [each for each in others if surely_held(outcome, each, call.began, end_of(call))]
        assert not holders, f"{call.pid} takes {call.name} while {holders[0].pid} holds it"


@given(PROGRAMS)
def test_a_name_is_refused_only_where_another_may_hold_it(program: Program) -> None:
    outcome = run(program)

    for call in outcome.calls:
        if call.verb == "register" and call.error is not None:
            assert call.error.kind == "AlreadyExists"
            others = [each for each in registrations(outcome) if each.name == call.name and each.pid != call.pid]
            assert [each for each in others if may_hold(outcome, each, call)], f"{call} is refused, and nobody has it"


@given(PROGRAMS)
def test_a_held_name_is_found(program: Program) -> None:
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
    outcome = run(program)

    for call in outcome.calls:
        if call.verb == "lookup" and call.done:
            asked = [each for each in registrations(outcome) if each.name == call.name and each.pid == call.result]
            assert [each for each in asked if each.began < end_of(call)], f"{call} finds who never took the name"
            nameless = ended_nameless(outcome, asked[0].process)
            assert nameless is None or nameless > call.began, f"{call} finds who lost all its names at {nameless}"


@given(TOLD)
def test_who_is_told_of_an_end_finds_no_name_of_the_dead(program: Program) -> None:
    outcome = run(program)

    for receipts in outcome.received.values():
        for receipt in receipts:
            if isinstance(receipt.value, (Exit, LinkDown)):
                assert not receipt.names, f"{receipt}, and the dead still holds {receipt.names}"
                later = [call for call in outcome.calls if call.verb == "lookup" and call.began > receipt.at]
                assert not [call for call in later if call.result == receipt.value.sender]


@given(PROGRAMS)
def test_to_free_a_name_tells_whether_somebody_had_it(program: Program) -> None:
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
