"""Errors of the user's that lie of themselves, or are false: none of them passes for another one, or for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Failure, Process, ProcessError, UsageError, World, run
from simcore.campaign.direct import explore
from simcore.model.errors import NotHeld
from tests.worlds import HOST


def of(base: type[BaseException], **lies: object) -> BaseException:
    made: BaseException = type("Liar", (base,), lies)("said")
    return made


def raises(*_: object) -> bool:
    raise SystemExit(0)


class Text(str):
    """A text that lets nobody look at it."""

    __slots__ = ()
    __eq__ = __ne__ = __str__ = __format__ = raises  # type: ignore[assignment]  # that is what it is for
    __hash__ = str.__hash__


def a_list() -> Any:
    """Return a list that says that it is a text."""
    return type("List", (list,), {"__class__": property(lambda _: str)})()


MADE: dict[str, Callable[[], BaseException]] = {
    "false": lambda: of(Exception, __bool__=lambda _: False),
    "empty": lambda: of(Exception, __len__=lambda _: 0),
    "false, to end all": lambda: of(BaseException, __bool__=lambda _: False),
    "raises where it is asked whether it is": lambda: of(Exception, __bool__=raises),
    "raises wherever it is looked at": lambda: of(Exception, __getattribute__=raises),
    "a false failure": lambda: type("Liar", (Failure,), {"__bool__": lambda _: False})("claim", "said"),
    "a false error of a process": lambda: of(ProcessError, __bool__=lambda _: False),
    "says that it is an error of a process": lambda: of(Exception, __class__=property(lambda _: ProcessError)),
    "an error of a process with a list": lambda: ProcessError(a_list()),
    "a failure with a list": lambda: Failure("claim", a_list()),
    "a failure with a text": lambda: Failure(Text("claim"), Text("said")),
    "a wrong use with a text": lambda: UsageError(Text("said")),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_what_a_scenario_raises_never_passes(
    make: Callable[[], BaseException], tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))

    def scenario(world: World) -> None:
        raise make()

    with pytest.raises(NotHeld):
        explore(scenario, schedules=1)


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_what_a_process_ends_with_never_passes(
    make: Callable[[], BaseException], tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))

    async def fails(process: Process) -> None:
        raise make()

    def scenario(world: World) -> None:
        world.define("app:fails", fails)
        pid = world.spawn("app:fails", HOST)
        world.run()
        world.result(pid)

    with pytest.raises(NotHeld):
        explore(scenario, schedules=1)


def test_a_false_error_leaves_a_run_of_a_property() -> None:
    def body(world: World) -> None:
        raise MADE["empty"]()

    with pytest.raises(Exception, match="said"):
        run(body)
