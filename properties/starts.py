"""What must hold of starts: spawns with and without a builder, calls, upgrades, contexts: I63 to I71."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import Changes, Pid, Process, World, always, run
from simcore.words import Born

from ._history import NEVER, Ask, History, judge


@always
def what_is_started_is_what_was_asked_for(world: World, changes: Changes) -> None:
    """What is started is what was asked for, with what it inherits (I63 to I71)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def starts(history: History) -> list[tuple[Ask, Born]]:
    """Return what was asked for with the process that it made."""
    asks = history.performed("spawn", "runandwait")
    return [(ask, history.lives[pid].born) for ask in asks for pid in history.born_of(ask) if pid in history.lives]


def a_builder_gives_what_it_holds(history: History) -> None:
    """I63: a start from a builder uses exactly its settings, whatever was made of that builder since."""
    for ask, born in starts(history):
        built = ask.fields["settings"]
        if built is not None:
            wanted = (repr(dict(built.values)), built.actor, built.scope)
            found = (repr(dict(born.values)), born.actor, born.scope)
            history.check("I63", found == wanted, ask.at, "{} has {}, and its builder held {}", born.pid, found, wanted)


def a_child_inherits_the_context(history: History) -> None:
    """I64: the context of a child is that of its parent, with the values of the builder laid over; the child does not
    change that of its parent."""
    for ask, born in starts(history):
        parent = history.lives.get(ask.pid)
        if parent is None:
            continue
        inherited = dict(parent.born.values)
        built = ask.fields["settings"]
        laid_over = inherited | ({} if built is None else dict(built.values))
        right = repr(dict(born.values)) == repr(laid_over)
        history.check("I64", right, ask.at, "{} has the context {}, and not {}", born.pid, dict(born.values), laid_over)


def a_child_acts_as_its_parent(history: History) -> None:
    """I65: actor and scope of a child equal those of its parent unless with_actor or with_scope was used; the same for
    grandchildren."""
    for ask, born in starts(history):
        parent = history.lives.get(ask.pid)
        built = ask.fields["settings"]
        if parent is None:
            continue
        actor, scope = (parent.born.actor, parent.born.scope) if built is None else (built.actor, built.scope)
        right = (born.actor, born.scope) == (actor, scope)
        history.check(
            "I65",
            right,
            ask.at,
            "{} acts as {} under {}, and not as {} under {}",
            born.pid,
            born.actor,
            born.scope,
            actor,
            scope,
        )


def a_builders_messages_come_first(history: History) -> None:
    """I66: the messages of with_message are put into the mailbox in order, before anything else is."""
    if "weak_with_message" in history.options.quirks:
        return
    for ask, born in starts(history):
        built = ask.fields["settings"]
        if built is None or not built.messages:
            continue
        wanted = list(built.messages)
        first = [each for each in history.sent_to(born.pid) if each.sent.event is None]
        found = [(each.sent.topic, each.sent.packed) for each in first[: len(wanted)]]
        right = found == wanted and all(each.sent.sender is None for each in first[: len(wanted)])
        history.check("I66", right, ask.at, "{} was given {} first, and not {}", born.pid, found, wanted)


def a_call_returns_the_result(history: History) -> None:
    """I67: call returns exactly once, with the result of the child, and never brings the caller an EXIT."""
    for ask, born in starts(history):
        child = history.lives[born.pid]
        if ask.verb != "runandwait":
            continue
        if ask.is_answered and ask.verb == "runandwait":
            right = child.ended is not None and child.gone_at < ask.answered and is_result(ask, child.ended)
            history.check(
                "I67",
                right,
                ask.answered,
                "{} returns {}, and the result is {}",
                ask,
                ask.failed or ask.value,
                child.ended,
            )
        elif history.is_over and history.is_waiting(ask):
            history.check("I67", child.ended is None, ask.at, "{} has not returned, and its child has ended", ask)
        told = history.exits.get((ask.pid, born.pid), [])
        if ask.pid not in history.watchers.get(born.pid, ()):
            history.check("I67", not told, ask.at, "{} brings an EXIT of {}", ask, born.pid)


def is_result(ask: Ask, ended: object) -> bool:
    """Tell whether the answer of a call is a result."""
    error, packed = getattr(ended, "error", None), getattr(ended, "packed", None)
    if error is not None or ask.failed is not None:
        return error is not None and ask.failed is not None and str(error) == str(ask.failed)
    found = ask.value
    whole = found.value() if hasattr(found, "value") else found
    return found == packed or repr(whole) == repr(packed.value())  # type: ignore[union-attr]  # without an error


def an_abandoned_child_goes_on(history: History) -> None:
    """I68: the child of a call whose caller has ended still reaches its own result."""
    if history.options.cancel_call_child_on_caller_exit:
        return
    for ask, born in starts(history):
        caller, child = history.lives.get(ask.pid), history.lives[born.pid]
        if ask.verb != "runandwait" or caller is None or not caller.ended_at < child.ended_at:
            continue
        ending = [] if caller.ending is None else history.letters_of(caller.ending)
        letters = [each for each in ending if each.sent.receiver == born.pid]
        history.check("I68", not letters, caller.ended_at, "the end of {} tells {}, which it called", ask.pid, born.pid)
        if child.ended is not None:
            right = child.ending is not caller.ending and (child.own_end != NEVER or has_cause(history, born.pid))
            history.check("I68", right, child.ended_at, "{} ended with its caller {}", born.pid, ask.pid)


def has_cause(history: History, pid: Pid) -> bool:
    """Tell whether an end that is not a program's own has a cause: a terminate, a link, a host, a deadline."""
    life = history.lives[pid]
    said = "" if life.error is None else life.error.message
    if "process terminated" in said:
        asked = [each for each in history.performed("terminate") if each.is_done and each.action is not None]
        return history.host_stops(life.born.host) or any(
            each.action.entry.receiver == pid for each in asked if each.action
        )
    return bool(said)


def an_upgrade_keeps_all_but_the_code(history: History) -> None:
    """I69: upgrade keeps pid, names, monitors, links, context and every unread message, in order; trap_links becomes
    false."""
    for at, upgraded in history.upgrades:
        action = history.action(at)
        # What the step did before the swap is its own matter.
        swap = max((word for word in history.words_of(upgraded.pid) if word < at), default=action.at)
        kinds = ("unmonitored", "unlinked", "unnamed", "ended", "gone")
        others = [each for _, each in history.between(swap, at) if getattr(each, "kind", "") in kinds]
        later = [letter for letter in history.letters_of(action) if letter.at > swap]
        history.check("I69", not others and not later, at, "the upgrade of {} does {}", upgraded.pid, [*others, *later])
        life = history.lives.get(upgraded.pid)
        kept = life is None or upgraded.pid == life.pid == action.entry.actor
        history.check("I69", kept, at, "{} is upgraded as {}", action.entry.actor, upgraded.pid)


def no_old_code_runs(history: History) -> None:
    """I70: no code of the old incarnation runs after an upgrade, and no answer to an old command resumes new code."""
    for life in history.births:
        words = history.coroutines_of(life.pid) if life.upgrades else []
        for since in life.upgrades:
            old = {number for number, first in life.coroutines.items() if first < since and number >= 0}
            runs = [at for at, number in words if at > since and number in old]
            history.check("I70", not runs, since, "{} runs a coroutine from before its upgrade", life.pid)


def a_failed_upgrade_is_an_error(history: History) -> None:
    """I71: a failed upgrade gives an error as result, and the usual notices."""
    for ask in history.asked("upgrade"):
        life = history.lives.get(ask.pid)
        if life is None or life.ended is None:
            continue
        swapped = [at for at in life.upgrades if at > ask.at]
        if swapped or life.steps_after(ask.at) or life.own_end != NEVER:
            continue
        said = "" if life.error is None else life.error.message
        right = said.startswith("upgrade: ") or history.is_ended_by_others(life)
        history.check(
            "I71",
            right,
            life.ended_at,
            "{} failed to become {}, and ended with {}",
            life.pid,
            ask.fields["source"],
            life.error,
        )


INVARIANTS = (
    a_builder_gives_what_it_holds,
    a_child_inherits_the_context,
    a_child_acts_as_its_parent,
    a_builders_messages_come_first,
    a_call_returns_the_result,
    an_abandoned_child_goes_on,
    an_upgrade_keeps_all_but_the_code,
    no_old_code_runs,
    a_failed_upgrade_is_an_error,
)


# -- what builders are


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=2), min_size=1, max_size=4))
def test_a_builder_is_what_it_was_made_as(layers: list[dict[str, int]]) -> None:
    """I63: builders never change: a start from an older builder uses exactly its own settings."""

    async def main(process: Process) -> list[object]:
        builders = [process.with_context(layers[0])]
        for layer in layers[1:]:
            builders.append(builders[-1].with_context(layer))
        return [await builder.exec("app:child", "app:processes") for builder in builders]

    async def child(process: Process) -> dict[str, object]:
        return dict(process.context)

    def scenario(world: World) -> None:
        world.define("app:main", main)
        world.define("app:child", child)
        pid = world.spawn("app:main", "app:processes")
        world.run()
        laid: dict[str, int] = {}
        for layer, found in zip(layers, world.result(pid), strict=True):
            laid = laid | layer
            assert found == laid, f"{found} and not {laid}"

    run(scenario)
