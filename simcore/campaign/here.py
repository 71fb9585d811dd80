"""Playing in this process, where a debugger can stop: an executor that is done when it is asked."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from simcore.campaign.interrupts import insist
from simcore.campaign.task import sent
from simcore.model.interrupts import is_interrupt, playing, quitting, refuse_to_go_on

if TYPE_CHECKING:
    from collections.abc import Callable


class Here(Executor):
    """Does at once what is submitted. Somebody's Ctrl-C leaves ``submit``, also where the user's code has caught it."""

    @playing
    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Call *function* and return a future that is done."""
        future: Future[Any] = Future()
        insist()
        try:
            with quitting():
                future.set_result(function(*arguments, **named))
        except BaseException as error:
            if is_interrupt(error):
                raise
            future.set_exception(sent(error))
        refuse_to_go_on()
        return future
