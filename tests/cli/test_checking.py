"""A check from end to end: whether the same seed gives the same trace twice."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.cli.project import edit, objects


def test_check_finds_no_difference_where_there_is_none(call: Call) -> None:
    ended = call("check", "first_come", "--schedules", "2", "--format", "jsonl")

    assert ended.code == 0
    assert [each.get("same") for each in objects(ended.out)] == [True, True, None]


def test_check_shows_both_sides_of_the_first_difference(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        'world.send(pid, "hello")',
        'world.send(pid, min({"a", "b", "c", "d"}, key=hash))',
    )
    edit(folder / "scenarios/pairs.py", '    assert world.result(pid) == "hello"\n', "")

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 4
    assert "DIFFERS" in ended.out
    assert "PYTHONHASHSEED=0" in ended.out
    assert "PYTHONHASHSEED=1" in ended.out


def test_check_compares_what_is_told_of_a_failure(call: Call, folder: Path) -> None:
    edit(
        folder / "scenarios/pairs.py",
        '    assert world.result(pid) == "hello"\n',
        "    names = {f'name {number}' for number in range(20)}\n    assert not names, ' and '.join(names)\n",
    )

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 4
    assert "the traces are the same, but not: message" in ended.out


def test_check_takes_a_set_in_a_message_for_what_it_is(call: Call, folder: Path) -> None:
    """Its order follows the hash seed; what is told of it does not."""
    edit(
        folder / "scenarios/pairs.py",
        '    assert world.result(pid) == "hello"\n',
        "    names = {f'name {number}' for number in range(20)}\n    assert names == {object()}, f'lost {names}'\n",
    )

    assert call("check", "first_come", "--schedules", "2").code == 0


def test_check_takes_an_address_in_what_a_process_sends_of_an_error_for_what_it_is(call: Call, folder: Path) -> None:
    """What programs see of an error of Python's own may be sent on, and then it is in the digest."""
    edit(
        folder / "scenarios/pairs.py",
        "    return message.topic\n",
        "    return message.topic\n\n"
        "async def failing(process: Process) -> None:\n"
        "    raise ValueError(f\"{object()} {set('abcdef')}\")\n\n"
        "async def telling(process: Process, to: str) -> None:\n"
        "    await process.spawn_monitored('app:failing', 'app:host')\n"
        "    event = await process.events.receive()\n"
        "    await process.send(to, str(event.error))\n",
    )
    edit(
        folder / "scenarios/pairs.py",
        '    world.send(pid, "hello")\n    world.run()\n    assert world.result(pid) == "hello"\n',
        "    world.define('app:failing', failing)\n    world.define('app:telling', telling)\n"
        "    world.spawn('app:telling', 'app:host', pid)\n    world.run()\n"
        "    assert 'ValueError: <object object at' in world.result(pid)\n",
    )

    ended = call("check", "first_come", "--schedules", "1")

    assert ended.code == 0, ended.out
