"""What must hold of services: I87 to I95 (process 14)."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simcore import Changes, Process, ProcessError, World, always, run
from simcore.words import ServiceDeclared, ServiceStands

from ._history import NEVER, History, Life, judge

EDGES = {
    "Unknown": ("Starting",),
    "Starting": ("Running", "Failed", "Exited"),
    "Running": ("Stopping", "Failed", "Exited"),
    "Failed": ("Starting", "Stopping"),
    "Stopping": ("Stopped", "Failed"),
    "Stopped": ("Starting",),
    "Exited": ("Starting",),
}


@always
def services_are_run_as_they_were_declared(world: World, changes: Changes) -> None:
    """A service goes from state to state, is tried again and is stopped as it was declared (I87 to I95)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def of_each(history: History) -> Iterator[tuple[ServiceDeclared, list[tuple[int, ServiceStands]]]]:
    """Give each service with its states, the oldest first."""
    for id, declared in history.services.items():
        yield declared, [each for each in history.stands if each[1].id == id]


def services_follow_their_edges(history: History) -> None:
    """I87: the transitions of a service follow the edges of process 14.2 only."""
    for declared, stands in of_each(history):
        state = "Unknown"
        for at, each in stands:
            right = each.old == state and each.new in EDGES[state]
            history.check("I87", right, at, "{} goes from {} to {}", declared.id, state, each.new)
            state = each.new


def children(history: History, stands: list[tuple[int, ServiceStands]]) -> list[Life]:
    """Return the processes of a service, in order."""
    pids = dict.fromkeys(each.pid for _, each in stands if each.new == "Running" and each.pid is not None)
    return [history.lives[pid] for pid in pids if pid in history.lives]


def a_service_has_one_child(history: History) -> None:
    """I88: a service has one living child at most."""
    if "leak_on_stop_timeout" in history.options.quirks:
        return
    for declared, stands in of_each(history):
        lives = children(history, stands)
        for before, after in pairwise(lives):
            right = before.ended_at < after.at
            history.check("I88", right, after.at, "{} starts {} beside {}", declared.id, after.pid, before.pid)


def retries_keep_their_distance(history: History) -> None:
    """I89: consecutive starts of a service are separated by the computed delay at least, which is that of its count
    with its jitter (not under ``flat_backoff``)."""
    flat = "flat_backoff" in history.options.quirks
    for at, retry in history.retries:
        declared = history.services.get(retry.id)
        if declared is None:
            continue
        base_ns = base_of(declared, 1 if flat else retry.attempt)
        spread_ns = base_ns * abs(declared.jitter) + 1
        right = max(0, base_ns - spread_ns) <= retry.delay_ns <= base_ns + spread_ns
        history.check("I89", right, at, "{} waits {} ns before retry {}", retry.id, retry.delay_ns, retry.attempt)
        since_ns = history.action(at).entry.instant_ns
        again = next((each for each in history.stands if each[0] > at and each[1].id == retry.id), None)
        if (
            again is not None
            and again[1].new == "Starting"
            and history.action(again[0]).entry.action == "service:retry"
        ):
            right = history.action(again[0]).entry.instant_ns >= since_ns + retry.delay_ns
            history.check("I89", right, again[0], "{} is tried again before {} ns are over", retry.id, retry.delay_ns)


def base_of(declared: ServiceDeclared, attempt: int) -> float:
    """Return the delay before a retry without its jitter; the first is not capped (process 14.6)."""
    factor = declared.backoff_factor if declared.backoff_factor > 0 else 1.0
    if attempt == 1:
        return declared.initial_delay_ns
    return min(declared.initial_delay_ns * factor ** min(attempt - 1, 200), declared.max_delay_ns)


def runs_of_failures(
    history: History, declared: ServiceDeclared, stands: list[tuple[int, ServiceStands]]
) -> Iterator[tuple[int, int, bool]]:
    """Give each failure that may be tried again: when, how many there were in a row without a stable time between, and
    whether its process was stable."""
    count, running_ns = 0, -1
    for at, each in stands:
        action = history.action(at)
        if each.new == "Starting" and action.entry.action != "service:retry":
            count = 0
        elif each.new == "Running":
            running_ns = action.entry.instant_ns
        elif each.new == "Failed" and each.old in ("Running", "Starting"):
            up_ns = action.entry.instant_ns - running_ns if each.old == "Running" else 0
            stable = bool(up_ns) and up_ns >= declared.stable_threshold_ns
            # A stable time sets the count to 0 and not to 1, so the failure after it is a first one again.
            count = 0 if stable else count + 1
            yield at, max(count, 1), stable


def what_fails_too_often_is_given_up(history: History) -> None:
    """I90: with max_attempts there are no more consecutive failures without a stable time than that before the service
    is given up."""
    for declared, stands in of_each(history):
        for at, count, _ in runs_of_failures(history, declared, stands) if declared.max_attempts else ():
            again = retry_after(history, declared.id, at)
            right = again is None or count < declared.max_attempts
            history.check("I90", right, at, "{} has failed {} times and is tried again", declared.id, count)


def retry_after(history: History, id: str, at: int) -> int | None:
    """Return the count of the retry that a failure brings, or None where it brings none."""
    after = next((since for since, each in history.stands if since > at and each.id == id), NEVER)
    return next((each.attempt for since, each in history.retries if at <= since < after and each.id == id), None)


def a_stable_time_forgives(history: History) -> None:
    """I91: a child that lives for stable_threshold or longer resets the count: the next retry is the first."""
    for declared, stands in of_each(history):
        for at, _, stable in runs_of_failures(history, declared, stands):
            again = retry_after(history, declared.id, at)
            if stable and again is not None:
                history.check("I91", again == 1, at, "{} was stable, and is tried again as {}", declared.id, again)


def retries_are_counted(history: History) -> None:
    """I90: what is tried again is counted: one more for each failure in a row."""
    for declared, stands in of_each(history):
        for at, count, _ in runs_of_failures(history, declared, stands):
            again = retry_after(history, declared.id, at)
            right = again in (None, count)
            history.check("I90", right, at, "{} is tried again as {}, and not as {}", declared.id, again, count)


def what_ended_normally_stays(history: History) -> None:
    """I92: a normal end, or an error that is not retryable, means no restart."""
    for declared, stands in of_each(history):
        lives = {life.pid: life for life in children(history, stands)}
        for place, (at, each) in enumerate(stands):
            life = lives.get(each.pid) if each.pid is not None else None
            if each.old != "Running" or life is None or life.ended is None or not is_final(history, life):
                continue
            if each.new in ("Exited", "Failed"):
                retried = retry_after(history, declared.id, at) is not None
                right = each.new == "Exited" and not retried
                history.check("I92", right, at, "{} is {} after {} ended for good", declared.id, each.new, life.pid)
            if each.new == "Exited":
                later = stands[place + 1 : place + 2]
                again = bool(later) and history.action(later[0][0]).entry.action == "service:retry"
                history.check(
                    "I92", not again, at, "{} is started again although {} ended for good", declared.id, life.pid
                )


def is_final(history: History, life: Life) -> bool:
    """Tell whether an end is one after which nobody tries again: normal, or by an own error that says so."""
    error = life.error
    own = isinstance(error, ProcessError) and life.own_end != NEVER and error.retryable is False
    return error is None or own


def dependencies_come_first_and_go_last(history: History) -> None:
    """I93: a dependent is never Starting before all its dependencies are Running (at the first start), and no
    dependency enters Stopping while a dependent is Running during an ordered stop."""
    state: dict[str, str] = dict.fromkeys(history.services, "Unknown")
    for at, each in history.stands:
        declared = history.services.get(each.id)
        needed = [] if declared is None else [id for id in declared.depends_on if id in history.services]
        if each.new == "Starting" and each.old == "Unknown":
            for id in needed:
                right = state[id] != "Unknown" and has_run(history, id, at)
                history.check("I93", right, at, "{} starts, and {}, which it needs, is {}", each.id, id, state[id])
        if each.new == "Stopping" and history.action(at).entry.action == "service:stop":
            for id, other in history.services.items():
                if each.id in other.depends_on and other.depends_on:
                    right = state[id] != "Running"
                    history.check("I93", right, at, "{} stops, and {}, which needs it, is {}", each.id, id, state[id])
        state[each.id] = each.new


def has_run(history: History, id: str, until: int) -> bool:
    """Tell whether a service was Running once."""
    return any(at < until and each.id == id and each.new == "Running" for at, each in history.stands)


def what_is_to_stop_is_not_started(history: History) -> None:
    """I94: after a stop was requested there is no restart."""
    for declared, stands in of_each(history):
        wanted = True
        for at, each in stands:
            if each.new == "Starting":
                if not wanted or each.old in ("Failed", "Stopped"):
                    by_itself = history.action(at).entry.action == "service:retry"
                    history.check(
                        "I94", wanted or not by_itself, at, "{} was to stop, and is started again", declared.id
                    )
                history.check(
                    "I94", each.wanted, at, "{} starts, and is not to run", declared.id
                ) if not each.wanted else None
            wanted = each.wanted
        for at, retry in history.retries:
            if retry.id == declared.id:
                before = [each.wanted for since, each in stands if since <= at]
                history.check(
                    "I94", not before or before[-1], at, "{} was to stop, and is to be tried again", declared.id
                )


def other_branches_start(history: History) -> None:
    """I95: independent branches start even if another branch failed."""
    if not history.is_over:
        return
    asked = [action for action in history.actions if action.entry.action in ("service:start", "outside:start_service")]
    failed = {each.id for _, each in history.stands if each.new == "Failed"}
    for action in asked:
        id = action.entry.subject or action.entry.path.removeprefix("world/")
        declared = history.services.get(id)
        if declared is None or not failed - {id} or declared.depends_on or history.host_stops(declared.host):
            continue
        begun = any(each.id == id and each.new == "Starting" for _, each in history.stands)
        history.check("I95", begun, action.at, "{} needs nobody, and is not started, and {} failed", id, sorted(failed))


INVARIANTS = (
    services_follow_their_edges,
    a_service_has_one_child,
    retries_keep_their_distance,
    what_fails_too_often_is_given_up,
    a_stable_time_forgives,
    retries_are_counted,
    what_ended_normally_stays,
    dependencies_come_first_and_go_last,
    what_is_to_stop_is_not_started,
    other_branches_start,
)


@given(st.lists(st.sampled_from((1, 3, 6)), min_size=1, max_size=4), st.integers(0, 3))
def test_a_child_that_lived_long_enough_begins_anew(seconds: list[int], max_attempts: int) -> None:
    """I91: a child that lives for stable_threshold, here 5 s, resets the count of failures; others add to it (I90)."""
    births: list[int] = []

    async def breaks(process: Process) -> None:
        births.append(process.now_ns)
        await process.sleep(f"{seconds[min(len(births), len(seconds)) - 1]}s")
        raise RuntimeError("it breaks")

    def scenario(world: World) -> None:
        births.clear()
        world.define("app:breaks", breaks)
        restart = {"initial_delay": "100ms", "max_attempts": max_attempts}
        world.service("app:service", process="app:breaks", host="app:processes", auto_start=True, restart=restart)
        world.run(until="30s")
        wanted, count = 1, 0
        for each in seconds:
            count = 0 if each >= 5 else count + 1
            if max_attempts and max(count, 1) >= max_attempts:
                break
            wanted += 1
        else:
            assert len(births) >= wanted, f"started {len(births)} times, and at least {wanted} were due"
            return
        assert len(births) == wanted, f"started {len(births)} times, and {wanted} were due"

    run(scenario)
