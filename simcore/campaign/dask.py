"""Playing on other machines: the workers of a dask scheduler take the place of the pool. The one file that knows dask.

A worker that dies loses nothing: the scheduler gives its work to another one, and after some deaths says so.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from simcore.campaign.deaths import PlayersLost, WorkerDied
from simcore.campaign.machine import monotonic_s
from simcore.campaign.players import PATIENCE_S, Players
from simcore.campaign.state import State, state_of
from simcore.campaign.suspects import Suspecting
from simcore.campaign.task import perform, unmended
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from simcore.campaign.work import Answer, Wanted, Work

CONNECT_S: Final = 10
RETRIES: Final = 2
GONE_AFTER_S: Final = 10
"""A scheduler that does not answer for so long, or has no worker, will not come back."""
BATCH_S: Final = 0.05
"""A hand-over to another machine costs milliseconds, so less work than this is not worth one."""

_one_at_a_time: Final = threading.Lock()
"""A worker may have several threads, and its process one current folder."""
_checked: Final[list[tuple[Wanted, State]]] = []


def perform_far(state: State, wanted: Wanted, works: Sequence[Work]) -> list[Answer]:
    """Do *works* in a worker, if what it has is what the command has.

    Raises:
        PlayersLost: it is not, as of a worker that came when the command ran already; or the user's code has broken it
            for good.
    """
    with _one_at_a_time:
        broken = unmended()
        if broken:
            # Nobody puts another one in its place, and what is played there is not to be believed.
            raise PlayersLost(
                f"the dask worker {_own_address()} was left broken by what it has played ({broken}); restart it"
            )
        if (wanted, state) not in _checked:
            difference = state.difference(state_of(wanted))
            if difference is not None:
                raise PlayersLost(
                    f"the dask worker {_own_address()} has {difference}; it was given work and refused it"
                )
            _checked[:] = [(wanted, state)]
        return perform(wanted, works)


@contextmanager
def cluster(address: str, wanted: Wanted) -> Generator[Players, None, None]:
    """Give the workers of the scheduler at *address*.

    Raises:
        UsageError: dask is not installed, nobody answers, or a worker has another simcore, Python or project.
    """
    client = _client(address)
    try:
        state = state_of(wanted)
        workers = _fitting(client, address, wanted, state)
        with_state = partial(perform_far, state)
        with Suspecting(_Far(client.get_executor(retries=RETRIES, pure=False))) as far:
            yield Players(
                wanted,
                far,
                with_state,
                # One for each: what waits at a worker that dies is suspected with what the worker did.
                at_once=workers,
                patience_s=PATIENCE_S,
                batch_s=BATCH_S,
                lost=_Watchman(client, address).lost,
            )
    finally:
        # Where the scheduler is gone it cannot be told of the end, and dask would say so in many words.
        with contextlib.suppress(Exception):
            client.close(timeout=1)


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(f"--dask needs the extra of that name, pip install 'simcore[dask]': {error}") from None
    _reach(address)
    connect: Any = Client  # it is not typed
    try:
        return connect(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"--dask {address}: no scheduler answers there: {reason}; tcp://HOST:PORT is meant") from None


def _reach(address: str) -> None:
    """See whether anybody answers at *address* at all: dask itself would take long to say no."""
    try:
        place = urlsplit(address)
        if place.scheme not in ("tcp", "tls") or not place.hostname or not place.port:
            raise ValueError("this is no address")
        socket.create_connection((place.hostname, place.port), CONNECT_S).close()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise UsageError(f"--dask {address}: no scheduler answers there: {reason}; tcp://HOST:PORT is meant") from None


def _fitting(client: Any, address: str, wanted: Wanted, ours: State) -> int:
    """Return how many workers there are; each has to have what we have."""
    found: dict[str, Any] = client.run(_theirs, wanted, on_error="return")
    if not found:
        raise UsageError(f"--dask {address}: the scheduler has no worker; start one with `dask worker {address}`")
    for worker, theirs in sorted(found.items()):
        reason = f"has {ours.difference(theirs)}" if isinstance(theirs, State) else f"cannot be used: {theirs}"
        if theirs != ours:
            raise UsageError(f"--dask {address}: the worker {worker} {reason}; nothing was run")
    return len(found)


def _theirs(wanted: Wanted) -> State:
    """Return the state of the worker that this runs in."""
    return state_of(wanted)


def _own_address() -> str:
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:
        return "of this process"


class _Watchman:
    """Sees whether the scheduler and at least one worker are there."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._well_s = monotonic_s()

    def lost(self) -> str | None:
        """Return why nobody has played for too long, or None."""
        if self._client.status == "running" and self._client.scheduler_info()["workers"]:
            self._well_s = monotonic_s()
        if monotonic_s() - self._well_s < GONE_AFTER_S:
            return None
        what = "the dask scheduler is gone" if self._client.status != "running" else "no dask worker is left"
        return f"{what} ({self._address})"


class _Far(Executor):
    """The executor of dask, whose lost work is told as that of a dead process is."""

    def __init__(self, inner: Executor) -> None:
        self._inner = inner

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Let a worker do *function*."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._inner.submit(function, *arguments, **named).add_done_callback(partial(_pass_on, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Cancel what is under way: what is wanted of it was waited for."""
        self._inner.shutdown(wait=False)


def _pass_on(future: Future[Any], done: Future[Any]) -> None:
    from distributed import KilledWorker

    if done.cancelled():
        future.set_exception(PlayersLost("the dask scheduler has given up the work; is it gone?"))
        return
    error = done.exception()
    if isinstance(error, KilledWorker):
        future.set_exception(WorkerDied("was a dask worker; several have died of it"))
    elif error is not None:
        future.set_exception(error)
    else:
        future.set_result(done.result())
