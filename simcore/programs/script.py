"""A program as a script of the public interface, which a person can paste and run: it does the same, action by
action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simcore.model.programs import CALLS, LUA_VERBS, OUTSIDE, SAME_IN_ALL, SPAWNS, WORLD
from simcore.model.texts import represented
from simcore.programs import places
from simcore.programs.errand import BY_NAME
from simcore.programs.helpers import helpers
from simcore.programs.payloads import extra
from simcore.programs.places import GROUP, MILLISECOND_NS, NOBODY, RESERVED, UNKNOWN
from simcore.programs.words import WRONG_DEADLINES, WRONG_IDS, WRONG_OPTIONS, WRONG_TOPICS, deadline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simcore.model.programs import PolicyRule, Program, Step

INDENT: Final = "    "


def script(program: Program) -> str:
    """Return *program* as a script; its ``log`` is that of a run of the program."""
    if any(step.verb in LUA_VERBS for step in program.steps):
        return "\n".join([*_played(program), ""])
    steps, around = [*_members(program), *_outside(program)], [*helpers(program), *_services(program)]
    world = list(_world(program))
    head = _head(program, "\n".join((*steps, *around, *world)))
    return "\n".join([*head, *steps, "", "", SAME_IN_ALL, *around, "", "", WORLD, *world, ""])


def _played(program: Program) -> Iterator[str]:
    """What Lua alone offers cannot be written in Python: the program is played as it is."""
    verbs = ", ".join(dict.fromkeys(step.verb for step in program.steps if step.verb in LUA_VERBS))
    yield f"# Members in Lua alone have {verbs}, so that this plays the program itself."
    yield "from simcore import Options, run"
    yield "from simcore.strategies import PolicyRule, Program, ServiceRule, Step"
    yield ""
    yield f"log = run({program!r}).world.log"


def _head(program: Program, text: str) -> Iterator[str]:
    """Give what a script begins with, as far as the *text* of the rest needs it."""
    if "suppress(" in text:
        yield "from contextlib import suppress"
        yield ""
    words = set(re.findall("[A-Za-z]+", text))
    yield f"from simcore import {', '.join(name for name in _NAMES if name in words)}"
    if program.deviations:
        yield "from simcore.strategies import Deviating"
    yield ""
    yield "known = {}  # the pid of each member that others know, by its number"
    if "pid_of(" in text:
        yield ""
        yield ""
        yield "def pid_of(number):"
        yield f"{INDENT}return known.get(number, {str(NOBODY)!r})"


_NAMES: Final = ("Actor", "Fifo", "Options", "ProcessError", "Scope", "Uniform", "World", "allow", "deny")


# -- members


def _members(program: Program) -> Iterator[str]:
    """Give for each member that does anything a function of its steps."""
    children = program.children()
    for number in sorted({step.process for step in program.steps} - {OUTSIDE}):
        role = f"  # a {program.roles[number]}" if number < len(program.roles) else ""
        yield from ("", "", f"async def steps_of_{number}(process, reader, greeting, start, ends):{role}")
        places_of = [place for place, step in enumerate(program.steps) if step.process == number]
        is_guarded = any(program.steps[place].verb == "upgrade" for place in places_of)
        for place in places_of:
            step = program.steps[place]
            body = _step(program, place, step, children.get(place))
            if is_guarded:
                # What was done before an upgrade is behind it.
                yield f"{INDENT}if start <= {place}:"
                yield from (f"{INDENT}{INDENT}{line}" for line in body)
            else:
                yield from (f"{INDENT}{line}" for line in body)


def _step(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    """Return the lines of one step."""
    if step.verb == "return":
        return [f"return [{step.process}, {step.value}]"]
    if step.verb == "raise":
        return [f'raise RuntimeError("member {step.process} fails as it should")']
    if step.verb == "receive":
        return [f"await reader.take(late=process.after({(step.value + 1) * MILLISECOND_NS:_}))"]
    lines = _VERBS[step.verb.removesuffix(BY_NAME)](program, place, step, child)
    return ["with suppress(ProcessError):", *(INDENT + line for line in lines)]


def _aim(step: Step) -> str:
    return repr(places.name(step.name)) if step.verb.endswith(BY_NAME) else f"pid_of({step.target})"


def _ns(step: Step) -> str:
    return f"{step.value * MILLISECOND_NS:_}"


def _send(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    topic = RESERVED if step.verb == "send_reserved" else places.topic(step.name)
    return [f"await process.send({_aim(step)}, {topic!r}, {place}, {represented(extra(step.value))})"]


def _on_destination(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    return [f"await process.{step.verb.removesuffix(BY_NAME)}({_aim(step)})"]


def _cancel(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    return [f'await process.cancel({_aim(step)}, {deadline_of(step.value)!r}, reason="step {place}")']


def _register_wrong(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    arguments = f'{places.name(step.name)!r}, "no pid"' if step.value % 2 else '""'
    return [f"await process.registry.register({arguments})"]


def _upgrade(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    served = step.process >= program.service(0)
    arguments = f"greeting, {place + 1}" if served else f"{step.process}, greeting, {place + 1}, ends"
    return [f"process.upgrade(None, {arguments})"]


def _go(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    destination = f"{_aim(step)}, {places.topic(step.name)!r}, {place}, {step.value}"
    return _begun(f"send_later, begun, {_ns(step)}, {destination}")


def _begun(arguments: str) -> list[str]:
    return ["begun = process.channel(1)", f"process.go({arguments})", "await begun.receive()"]


def _hand_over(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    return [
        f"channel = process.channel({step.value % 3})",
        f"process.go(put, channel, {place})",
        "await channel.receive()",
    ]


def _start(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    """Return what starts another; its pid is known from then on, unless it was called."""
    verb = step.verb.removeprefix("build_")
    verb = "spawn" if verb in ("spawn_unknown", "spawn_nowhere") else verb.removesuffix("_unknown")
    definition = UNKNOWN if step.verb.endswith("_unknown") else places.DEFINITION
    host = places.NOWHERE if step.verb == "spawn_nowhere" else places.host(program, step.target)
    ends = ', 0, "ends"' if step.verb in CALLS else ""
    arguments = f"{definition!r}, {host!r}, {child}, {represented(extra(step.value))}{ends}"
    is_told = step.verb in SPAWNS and step.verb not in CALLS and "name" not in step.builder
    known = f"known[{child}] = " if is_told else ""
    if not step.verb.startswith("build_"):
        return [f"{known}await process.{verb}({arguments})"]
    return [
        f'builder = process.with_context({{"step": {place}}})',
        *(f"builder = builder.{_setting(setting, place, step)}" for setting in step.builder),
        f"{known}await builder.{verb}({arguments})",
    ]


def _setting(setting: str, place: int, step: Step) -> str:
    return {
        "context": f'with_context({{"by": {step.process}}})',
        "actor": f"with_actor(Actor({places.OTHER_ACTOR!r}))",
        "scope": f"with_scope(process.named_scope({GROUP!r}))",
        "name": f"with_name({places.name(step.name)!r})",
        "message": f"with_message({places.topic(step.name)!r}, {place}, {step.value})",
    }[setting]


def _build_wrong(program: Program, place: int, step: Step, child: int | None) -> list[str]:
    wrong = 'with_name("")' if step.value % 2 else f'with_message("@pid/inbox", {place})'
    return [f"process.with_context({{}}).{wrong}"]


def _options(step: Step) -> str:
    wrong = WRONG_OPTIONS[step.value % len(WRONG_OPTIONS)]
    return ", ".join(f"{name}={value!r}" for name, value in wrong.items())


def _plain(line: Callable[[Step], str]) -> Callable[[Program, int, Step, int | None], list[str]]:
    return lambda program, place, step, child: [line(step)]


_VERBS: Final[Mapping[str, Callable[[Program, int, Step, int | None], list[str]]]] = {
    "send": _send,
    "send_reserved": _send,
    "take": _plain(lambda step: "reader.take_now()"),
    "sleep": _plain(lambda step: f"await process.sleep({_ns(step)})"),
    "listen": _plain(
        lambda step: (
            f"reader.topics[{places.topic(step.name)!r}] = process.listen({places.topic(step.name)!r}, message=True)"
        )
    ),
    "listen_plain": _plain(
        lambda step: f"reader.topics[{places.topic(step.name)!r}] = process.listen({places.topic(step.name)!r})"
    ),
    "listen_wrong": _plain(lambda step: f"process.listen({WRONG_TOPICS[step.value % len(WRONG_TOPICS)]!r})"),
    "unlisten": _plain(lambda step: f"reader.unlisten({places.topic(step.name)!r})"),
    "after": lambda program, place, step, child: [f'reader.timers["timer{place}"] = process.after({_ns(step)})'],
    "trap": _plain(lambda step: "await process.set_options(trap_links=True)"),
    "untrap": _plain(lambda step: "await process.set_options(trap_links=False)"),
    "options_wrong": _plain(lambda step: f"await process.set_options({_options(step)})"),
    "can": lambda program, place, step, child: [
        "process.id, process.get_options(), process.context",
        f'process.can("process.send", {_aim(step)})',
    ],
    "go": _go,
    "go_raise": lambda program, place, step, child: _begun(f"raise_later, begun, {_ns(step)}"),
    "hand_over": _hand_over,
    "monitor": _on_destination,
    "unmonitor": _on_destination,
    "link": _on_destination,
    "unlink": _on_destination,
    "terminate": _on_destination,
    "cancel": _cancel,
    "cancel_wrong": _plain(
        lambda step: f"await process.cancel({_aim(step)}, {WRONG_DEADLINES[step.value % len(WRONG_DEADLINES)]!r})"
    ),
    "register": _plain(lambda step: f"await process.registry.register({places.name(step.name)!r})"),
    "lookup": _plain(lambda step: f"await process.registry.lookup({places.name(step.name)!r})"),
    "unregister": _plain(lambda step: f"await process.registry.unregister({places.name(step.name)!r})"),
    "register_other": _plain(
        lambda step: f"await process.registry.register({places.name(step.name)!r}, pid_of({step.target}))"
    ),
    "register_wrong": _register_wrong,
    "upgrade": _upgrade,
    "upgrade_unknown": _plain(lambda step: f"process.upgrade({UNKNOWN!r})"),
    **dict.fromkeys(
        (*SPAWNS, "spawn_unknown", "spawn_nowhere", "call_unknown"),
        _start,
    ),
    "build_wrong": _build_wrong,
    "call_wrong": lambda program, place, step, child: [
        f"await process.call({WRONG_IDS[step.value % len(WRONG_IDS)]!r}, {places.host(program, step.target)!r})"
    ],
}


# -- what is around the members


def _outside(program: Program) -> Iterator[str]:
    if not any(step.process == OUTSIDE for step in program.steps):
        return
    yield from ("", "", "def outside():")
    for place, step in enumerate(program.steps):
        if step.process == OUTSIDE:
            yield f"{INDENT}yield world.environment.timeout({_ns(step)})"
            yield f"{INDENT}with suppress(ProcessError):"
            yield f"{INDENT}{INDENT}world.{_from_outside(program, place, step)}"


def _from_outside(program: Program, place: int, step: Step) -> str:
    policy = places.policy_id(step.value % len(program.book()))
    return {
        "outside_send": f"send(pid_of({step.target}), {places.topic(step.name)!r}, {place}, {step.value})",
        "start_service": f"start_service({places.service(step.target)!r})",
        "stop_service": f"stop_service({places.service(step.target)!r})",
        "stop_host": f"stop_host({places.host(program, step.target)!r}, {places.GRACE_NS:_})",
        "shut_down": f"shut_down({places.GRACE_NS:_})",
        "grant": f"policies.grant({policy!r}, {GROUP!r})",
        "revoke": f"policies.revoke({policy!r}, {GROUP!r})",
    }[step.verb]


def _services(program: Program) -> Iterator[str]:
    """Give the behaviours of the services."""
    for place in range(len(program.services)):
        yield from ("", "", f"async def served{place}(process, greeting=None, start=0):")
        yield f"{INDENT}return await member(process, {program.service(place)}, greeting, start)"


def _world(program: Program) -> Iterator[str]:
    acting = sorted({step.process for step in program.steps} - {OUTSIDE})
    yield f"STEPS = {{{', '.join(f'{number}: steps_of_{number}' for number in acting)}}}"
    yield from (f"world = World({_arguments(program)})", "log = world.log")
    yield f"world.host({places.HOST!r})"
    for number, limit in enumerate(program.hosts, 1):
        yield f"world.host({places.host(program, number)!r}, max_processes={limit})"
    for place, rule in enumerate(program.book()):
        yield f"world.policies.add({_policy(place, rule)})"
        yield f"world.policies.grant({places.policy_id(place)!r}, {GROUP!r})"
    yield f"world.define({places.DEFINITION!r}, member)"
    for place in range(len(program.services)):
        yield from _service(program, place)
    for number in range(program.processes):
        yield from _spawn(program, number)
    if any(step.process == OUTSIDE for step in program.steps):
        yield "world.environment.process(outside())"
    yield "world.run()"
    yield 'if __name__ == "__main__":'
    yield f"{INDENT}for entry in log:"
    yield f'{INDENT}{INDENT}print(entry.step, entry.action, entry.path, entry.subject, *entry.effects, sep="  ")'


def _arguments(program: Program) -> str:
    strategy = "Uniform()" if program.seed else "Fifo()"
    if program.deviations:
        strategy = f"Deviating({strategy}, {program.deviations!r})"
    changed = program.options.changed() if program.options is not None else {}
    options = ", ".join(f"{name}={value!r}" for name, value in changed.items())
    return f"{program.seed}, {strategy}{f', Options({options})' if options else ''}"


def _policy(place: int, rule: PolicyRule) -> str:
    return f"{rule.effect}({rule.action!r}, {rule.resource!r}, id={places.policy_id(place)!r})"


def _binding(rules: Sequence[PolicyRule] | None) -> str:
    if rules is None:
        return ""
    policies = ", ".join(_policy(place, rule) for place, rule in enumerate(rules))
    return f", actor=Actor({places.ACTOR!r}), scope=Scope([{policies}])"


def _service(program: Program, place: int) -> Iterator[str]:
    rule = program.services[place]
    needs = "" if rule.depends_on is None else f", depends_on=[{places.service(rule.depends_on)!r}]"
    yield f"world.define({places.served(place)!r}, served{place})"
    yield (
        f"world.service({places.service(place)!r}, process={places.served(place)!r}, "
        f"host={places.host(program, rule.host)!r}, auto_start={rule.auto_start}{needs}, "
        f"restart={ {**places.RESTART, 'max_attempts': rule.max_attempts}!r}{_binding(program.policies)})"
    )


def _spawn(program: Program, number: int) -> Iterator[str]:
    binding = _binding(program.rules_of(number))
    yield f"known[{number}] = world.spawn({places.DEFINITION!r}, {places.HOST!r}, {number}{binding})"
