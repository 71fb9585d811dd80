"""Every action and every operation has words: whoever adds one without them is told here."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any, Final

import pytest

import simcore
from simcore.model import operations
from simcore.model.operations import Operation
from simcore.process.verbs.spawning import spawn_verb
from simcore.story.phrases import PHRASES, WAITS, Speaker, in_words, waited_for

PACKAGE: Final = Path(inspect.getfile(simcore)).parent
FLOORS: Final = ("kernel", "process", "supervision", "python", "lua", "world")
KINDS: Final = ("do", "return", "shared", "fire", "service", "host", "outside")
VERB: Final = re.compile(rf"({'|'.join(KINDS)}):[a-z_.]+")
SPELLED: Final = {
    "process/verbs/calling.py": {f"{kind}:{verb}" for kind in ("do", "return") for verb in ("call", "exec")},
    "process/verbs/naming.py": {f"shared:{verb}" for verb in ("register", "lookup", "unregister")},
    "process/verbs/relating.py": {f"do:{verb}" for verb in ("monitor", "unmonitor", "link", "unlink")},
    "process/verbs/spawning.py": {
        f"do:{spawn_verb(monitored=monitored, linked=linked)}"
        for monitored in (True, False)
        for linked in (True, False)
    },
    "supervision/member.py": {f"{kind}:start" for kind in ("service", "host")},
    "supervision/service_events.py": {
        f"service:{verb}" for verb in ("spawn", "start_timeout", "retry", "stop_timeout")
    },
    "supervision/stop_order.py": {f"{kind}:stop" for kind in ("service", "host")},
}
"""The verbs that a file puts together while it runs."""


def sources() -> dict[str, ast.Module]:
    files = sorted(file for floor in FLOORS for file in (PACKAGE / floor).rglob("*.py"))
    return {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


SOURCES: Final = sources()


def texts(tree: ast.Module) -> set[str]:
    """Return the texts of a file, but for those of its rows of verbs: these hold the words that are looked for."""
    rows = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "VerbRow"]
    words = {id(node) for row in rows for node in ast.walk(row)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in words]
    return {node.value for node in nodes if isinstance(node.value, str)}


def labels_of(tree: ast.Module) -> set[str]:
    """Return the texts with which labels are made in place, such as ``Label("step", ...)`` and both of a choice."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    verbs = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Label" and call.args]
    choices = [
        each for verb in verbs for each in ((verb.body, verb.orelse) if isinstance(verb, ast.IfExp) else (verb,))
    ]
    return {each.value for each in choices if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def written_out() -> set[str]:
    found = {text for tree in SOURCES.values() for text in texts(tree) if VERB.fullmatch(text)}
    return found | {label for tree in SOURCES.values() for label in labels_of(tree)}


def put_together() -> set[str]:
    """Return the files that hold a formatted text which begins with a kind, or with ``KIND``, that of a member."""
    starts = tuple(f"{kind}:" for kind in KINDS)
    joined = [
        (file, node) for file, tree in SOURCES.items() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    ]
    heads = [(file, node.values[0]) for file, node in joined]
    kinds = {file for file, head in heads if getattr(head, "value", None) in starts}
    return kinds | {file for file, head in heads if getattr(getattr(head, "value", None), "attr", "") == "KIND"}


ALL: Final = sorted(written_out().union(*SPELLED.values()))


def test_the_labels_that_are_known_to_be_there_are_found() -> None:
    assert {"step", "end", "simpy", "down", "do:send", "fire:timeout", "host:grace", "outside:policy"} <= set(ALL)
    assert len(ALL) > 50


def test_each_file_that_puts_verbs_together_says_which() -> None:
    assert put_together() == set(SPELLED)


def test_the_timers_of_services_are_all_listed() -> None:
    tree = SOURCES["supervision/service.py"]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    timers = [call for call in calls if getattr(call.func, "attr", "") == "_set_timer"]
    verbs = {f"service:{call.args[0].value!s}" for call in timers if isinstance(call.args[0], ast.Constant)}

    assert verbs == SPELLED["supervision/service_events.py"]


@pytest.mark.parametrize("verb", ALL)
def test_an_action_has_words(verb: str) -> None:
    label = f"{verb}#3@world/app:boss.0->world/app:worker.1"

    said = in_words(label, {"world/app:boss.0": "boss#1", "world/app:worker.1": "worker#2"})

    assert said != label
    assert not set("#@{}_:") & set(said.replace("boss#1", "").replace("worker#2", "").replace("LINK_DOWN", "")), said


def test_there_are_no_words_for_what_there_is_not() -> None:
    assert set(PHRASES) == set(ALL)
    assert set(WAITS) == set(Operation.__subclasses__())


def test_a_service_and_a_host_are_said_by_their_ids() -> None:
    names = {"world/app:clock.0": "clock#1"}

    assert in_words("service:retry#2@world/app:clock", names) == "the retry of the service app:clock"
    assert (
        in_words("host:end#1@world/app:processes->world/app:clock.0", names)
        == "the forced end of clock#1 by the host app:processes"
    )


def test_a_label_without_words_is_said_as_it_is() -> None:
    assert in_words("new:verb#1@world/a:b.0", {}) == "new:verb#1@world/a:b.0"


VALUES: Final[dict[str, Any]] = {"duration_ns": 1_000_000, "cases": (), "source": "app:other"}


def made(kind: type[Operation]) -> Operation:
    names = kind.__struct_fields__
    required = names[: len(names) - len(kind.__struct_defaults__)]
    return kind(*(VALUES.get(name, f"the {name}\x1b") for name in required))


@pytest.mark.parametrize("kind", Operation.__subclasses__())
def test_an_operation_has_words(kind: type[Operation]) -> None:
    said = waited_for(made(kind), Speaker(name=lambda text: text.strip("\x1b"), channel=lambda _channel: "its inbox"))

    assert said
    assert "\x1b" not in said
    assert kind.__name__ not in said
    assert not re.search(r"object at|<", said)


def test_a_select_of_many_channels_stays_short() -> None:
    class Case:
        def __init__(self, channel: int) -> None:
            self.channel = channel

    select = operations.Select(tuple(Case(number) for number in range(20)))

    said = waited_for(select, Speaker(name=str, channel=lambda channel: f"channel {channel}"))

    assert said.endswith("channel 7 or 12 more")
