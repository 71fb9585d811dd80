"""The project's own ``always`` properties, asked after every change that they could speak of."""

from __future__ import annotations

from functools import cache
from types import CodeType
from typing import TYPE_CHECKING

from simcore.catalog.asserts import unread
from simcore.limits.alarm import stretch
from simcore.limits.moving import step_done
from simcore.limits.whereabouts import calls_for
from simcore.model.changes import Change, Changes
from simcore.model.errors import Failure, first_raised
from simcore.model.library_words import says_fail
from simcore.model.shapes import code_of
from simcore.runner.handed_back import refuse_result
from simcore.runner.judging import claim
from simcore.world.changing import Changing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.catalog.properties import ProjectProperty
    from simcore.world.world import World


class Watch(Changing):
    """Asks each property after actions that change processes, links, monitors, names or policies.

    What has changed is kept until the properties are asked, and no longer: it grows neither with the run nor with the
    world.
    """

    _world: World

    def __init__(self, properties: Sequence[ProjectProperty]) -> None:
        self._properties = tuple(properties)
        self._changes: list[Change] = []
        self._mistake: BaseException | None = None

    def attach(self, world: World) -> None:
        self._world = world

    def ask(self) -> None:
        """Ask every property now.

        Raises:
            Failure: one does not hold; the failure has the property's name.
        """
        self._ask(at_the_end=False)

    def ask_at_the_end(self) -> None:
        """Ask every property once more, of a run that is over; raises as ``ask``, and what a property has raised before
        that could not be asked."""
        if self._mistake is not None:
            raise self._mistake
        self._ask(at_the_end=True)

    def _ask(self, *, at_the_end: bool) -> None:
        changes = Changes(self._changes, at_the_end=at_the_end)
        self._changes.clear()
        for each in self._properties:
            try:
                _claim(each, self._world, *((changes,) if each.wants_changes else ()))
            except Failure:
                raise
            except AssertionError as error:
                raise Failure(each.id.rpartition("::")[2], f"{each.statement} {claim(error)}") from error
            except BaseException as error:
                # The body may swallow it; what could not be asked did not hold for all that.
                self._mistake = first_raised(self._mistake, error)
                raise

    def note(self, change: Change) -> None:
        self._changes.append(change)
        # Not asked here, in the middle of an action, where the world is half changed, but before the next one.
        self._world.kernel.attend(self.ask)


def watching(properties: Sequence[ProjectProperty]) -> list[Watch]:
    """Return who asks *properties*: nobody where there are none, so that those who claim nothing pay nothing."""
    return [Watch(properties)] if properties else []


def let_it_be_logged(world: World, properties: Iterable[ProjectProperty]) -> None:
    """Let the log of *world* be written where one of *properties* names it: they are asked too late to ask for it
    themselves."""
    if any(_names_the_log(code_of(each.function)) for each in properties):
        _ = world.log


@cache
def _names_the_log(code: CodeType | None) -> bool:
    # It may be the log of something else, which costs some time and changes nothing.
    if code is None:
        return False
    return "log" in code.co_names or any(isinstance(each, CodeType) and _names_the_log(each) for each in code.co_consts)


def holds(world: World, property: ProjectProperty) -> bool:
    """Tell whether a ``sometimes`` holds at the end of this run.

    Raises:
        UsageError: it returns something.
    """
    try:
        with stretch(f"the property {property.id}"), unread():
            _claim(property, world)
    except BaseException as error:
        # `pytest.fail` is no AssertionError, and says the same.
        if isinstance(error, AssertionError) or says_fail(error):
            return False
        raise
    return True


@calls_for(lambda names: f"the property {names['property'].id}")
def _claim(property: ProjectProperty, *asked_of: World | Changes) -> None:
    """Ask *property*, which takes its own time: of the step before it, and of the next property, none counts."""
    step_done()
    result = property.function(*asked_of)
    if result is not None:
        _refuse(result, property)
    step_done()


def _refuse(result: object, property: ProjectProperty) -> None:
    place, name = property.source_line, property.id.rpartition("::")[2]
    refuse_result(result, f"{place}: {name}" if place else name, "a property")
