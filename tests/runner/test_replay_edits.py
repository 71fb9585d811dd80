"""What is still there is never said to be gone, and what is mended never to be reproduced, whatever was edited."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

import pytest

from simcore.model.replay_answer import ReplayAnswer
from tests.runner.edited import MEETING, TALK, Edit, edit, failing, project_of, replayed, shipped

THERE: Final = (ReplayAnswer.REPRODUCED, ReplayAnswer.NEARBY)
MENDED: Final = (ReplayAnswer.GONE, ReplayAnswer.UNKNOWN)

TALK_FILE: Final = "scenarios/talk.py"
SEND: Final = "    await process.send(boss, word)\n"
HEAD: Final = '    head = world.spawn("app:boss", "app:host")\n'
SPAWN: Final = '        world.spawn("app:speaker", "app:host", head, word)\n'
IDLE: Final = "async def idle(process: Process) -> None:\n    await process.inbox.receive()\n\n\n@scenario"
LOOKUP: Final = "    try:\n        await process.registry.lookup('x')\n    except Exception:\n        pass\n"
TALK_EDITS: Final = {
    "a line that prints": edit(TALK_FILE, (SEND, f"    print(word)\n{SEND}")),
    "an idle process more": edit(
        TALK_FILE,
        ("@scenario", IDLE),
        (HEAD, f'    world.define("app:idle", idle)\n    world.spawn("app:idle", "app:host")\n{HEAD}'),
    ),
    "a renamed definition": edit(TALK_FILE, ("app:speaker", "app:talker")),
    "two renamed definitions": edit(TALK_FILE, ("app:speaker", "app:talker"), ("app:boss", "app:chief")),
    "a renamed helper": edit(TALK_FILE, ("speaker(", "talker("), ('"app:speaker", speaker', '"app:speaker", talker')),
    "a spawn of the same kind before": edit(TALK_FILE, (HEAD, f'    world.spawn("app:boss", "app:host")\n{HEAD}')),
    "a message more": edit(TALK_FILE, (SEND, f'    await process.send(process.pid, "own")\n{SEND}')),
    "spawns in another order": edit(
        TALK_FILE, ('words == ["a", "b", "c"]', 'words == ["c", "b", "a"]'), ('for word in "abc"', 'for word in "cba"')
    ),
    "another payload": edit(TALK_FILE, (SEND, '    await process.send(boss, word, "text")\n')),
    "a lookup more": edit(TALK_FILE, (SEND, LOOKUP + SEND)),
}
TALK_MENDED: Final = {
    "the claim": edit(TALK_FILE, ("words ==", "sorted(words) ==")),
    "the order": edit(TALK_FILE, (SPAWN, f"{SPAWN}        world.run()\n")),
}
ROOM_FILE: Final = "scenarios/check_then_register.py"
HASTY: Final = "scenarios/check_then_register.py::hasty_visitors_meet"
OPENED: Final = '        opened = await process.spawn("app:room", HOST)\n        await process.registry'
ROOM_EDITS: Final = {
    "a line that prints": edit(ROOM_FILE, (OPENED, f'        print("nobody here")\n{OPENED}')),
    "a third visitor": edit(ROOM_FILE, ("range(2)", "range(3)")),
    "a renamed definition": edit(ROOM_FILE, ("app:hasty", "app:quick")),
    "another name": edit(ROOM_FILE, ('"room"', '"hall"')),
    "a step more": edit(ROOM_FILE, (OPENED, f"        await process.sleep(0)\n{OPENED}")),
}
ROOM_MENDED: Final = {
    "the visitor": edit(ROOM_FILE, ('meet(world, "app:hasty")', 'meet(world, "app:careful")')),
}
ORDERS: Final = "scenarios/orders"
SERVED: Final = "scenarios/orders::shop.orders:a_returning_customer_is_served_by_name"
LOOK: Final = "    local pid = process.registry.lookup(lane_name(customer))\n"
NOTICE: Final = "    process.send(protocol.COORDINATOR, protocol.SHIPPED, order.id)\n"
ORDERS_EDITS: Final = {
    "a log line": edit(f"{ORDERS}/coordinator.lua", (LOOK, f'    log:info("assigning")\n{LOOK}')),
    "a renamed helper": edit(f"{ORDERS}/coordinator.lua", ("start_lane", "begin_lane")),
    "a lookup more": edit(f"{ORDERS}/coordinator.lua", (LOOK, f'    process.registry.lookup("nobody")\n{LOOK}')),
    "a message more": edit(f"{ORDERS}/lane.lua", (NOTICE, f'    process.send(protocol.COORDINATOR, "seen")\n{NOTICE}')),
    "other names": edit(f"{ORDERS}/coordinator.lua", ('"orders.lane."', '"orders.lanes."')),
}
ORDERS_MENDED: Final = {
    "the coordinator": edit(
        f"{ORDERS}/orders_test.lua",
        ('a_returning_customer("shop.orders:coordinator")', 'a_returning_customer("shop.orders:tracking_coordinator")'),
    ),
}


def undone(folder: Path, change: Edit) -> str:
    return (folder / change.file).read_text()


Answers: TypeAlias = dict[str, list[ReplayAnswer]]


def answers(folder: Path, item: str, edits: dict[str, Edit], seeds: range, amount: int) -> Answers:
    """Return what the replays of a case of each seed answer after each of *edits*, one at a time."""
    found: Answers = {name: [] for name in edits}
    for seed in seeds:
        case = failing(folder, item, seed)
        for name, change in edits.items():
            before = undone(folder, change)
            change.make(folder)
            found[name].append(replayed(folder, case, amount).answer)
            (folder / change.file).write_text(before)
    return found


def wrong(found: Answers, allowed: tuple[ReplayAnswer, ...]) -> dict[str, list[str]]:
    return {name: [*map(str, several)] for name, several in found.items() if not {*several} <= {*allowed}}


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project_of(tmp_path, {TALK_FILE: TALK}))
    return tmp_path


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(shipped(tmp_path, "check_then_register.py"))
    return tmp_path


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(shipped(tmp_path, "orders"))
    return tmp_path


def test_an_order_that_somebody_counts_on_is_found_again_after_each_edit_that_leaves_it(talk: Path) -> None:
    assert wrong(answers(talk, MEETING, TALK_EDITS, range(24), 300), THERE) == {}


def test_an_order_that_nobody_counts_on_any_more_is_never_reproduced(talk: Path) -> None:
    assert wrong(answers(talk, MEETING, TALK_MENDED, range(6), 40), MENDED) == {}


def test_a_shipped_race_is_found_again_after_each_edit_that_leaves_it(room: Path) -> None:
    assert wrong(answers(room, HASTY, ROOM_EDITS, range(24), 300), THERE) == {}


def test_a_shipped_race_that_is_mended_is_never_reproduced(room: Path) -> None:
    assert wrong(answers(room, HASTY, ROOM_MENDED, range(6), 40), MENDED) == {}


def test_the_race_of_a_shipped_application_is_found_again_after_each_edit_that_leaves_it(orders: Path) -> None:
    assert wrong(answers(orders, SERVED, ORDERS_EDITS, range(2), 300), THERE) == {}


def test_the_race_of_a_shipped_application_that_is_mended_is_never_reproduced(orders: Path) -> None:
    assert wrong(answers(orders, SERVED, ORDERS_MENDED, range(2), 10), MENDED) == {}
