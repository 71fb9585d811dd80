"""What must hold of a whole run: it comes to rest, leaves nothing behind, and time only goes on: I96, I97, I99
(process 15)."""

from simcore import Changes, World, always

from ._history import NEVER, History, judge

PERFORMED = (
    "send",
    "spawn",
    "monitor",
    "unmonitor",
    "link",
    "unlink",
    "cancel",
    "terminate",
    "register",
    "lookup",
    "unregister",
    "sleep",
    "setoptions",
)
"""What is answered whatever others do."""


@always
def a_run_comes_to_rest_and_leaves_nothing(world: World, changes: Changes) -> None:
    """A run goes on while it can, its time never goes back, and nothing of the dead is left (I96, I97, I99)."""
    if changes.at_the_end and world.log:
        judge(world, INVARIANTS)


def what_is_ready_goes_on(history: History) -> None:
    """I96: a ready process eventually steps, and a posted command is eventually completed."""
    if not history.is_over:
        return
    for ask in history.asked(*PERFORMED):
        if history.lived(ask.pid, history.now):
            history.check("I96", not history.is_waiting(ask), ask.at, "{} has no answer although all is over", ask)
    for pid, letters in history.unread.items():
        life = history.lives.get(pid)
        if life is not None and letters and history.lived(pid, history.now):
            last = max(each.at for each in letters)
            # In the middle of a step it takes nothing in; each later step does.
            right = bool(life.steps_after(last))
            history.check("I96", right, last, "{} does not step although it has mail", pid)
    for life in history.births:
        if life.ended is None:
            history.check("I96", life.steps, life.at, "{} never steps", life.pid)


def nothing_is_left_of_who_has_ended(history: History) -> None:
    """I97: after all processes ended, names, monitors, links, subscriptions and timers are all gone: no leaks."""
    world = history.world
    if world is None or not history.is_over or any(life.gone_at == NEVER for life in history.births):
        return
    if not history.births:
        return
    left = [*world.names.items(), *world.graph.links(), *world.graph.monitors()]
    history.check("I97", not left, history.now, "all have ended, and {} is left", left)
    for life in history.births:
        fired = [at for at, _, given in history.firings if given.pid == life.pid and at > life.ended_at]
        history.check("I97", not fired, life.ended_at, "{} has ended, and a timer of it fires", life.pid)


def time_goes_on(history: History) -> None:
    """I99: virtual time never decreases; a timer and a sleep never end early."""
    now_ns = 0
    for action in history.actions:
        right = action.entry.instant_ns >= now_ns
        history.check("I99", right, action.at, "time goes back from {} ns to {} ns", now_ns, action.entry.instant_ns)
        now_ns = action.entry.instant_ns
    due: dict[int, list[int]] = {}
    for at, timer in history.timers:
        due.setdefault(timer.channel.number, []).append(timer.due_ns)
        history.check("I99", timer.due_ns >= history.action(at).entry.instant_ns, at, "{} is past already", timer)
    for at, instant_ns, given in history.firings:
        if given.channel.number in due:
            right = instant_ns in due[given.channel.number]
            history.check(
                "I99", right, at, "a timer of {} fires at {} ns, and not as it was set", given.pid, instant_ns
            )
    for ask in history.asked("sleep"):
        if ask.is_answered and ask.failed is None:
            right = ask.answered_ns >= ask.now_ns + max(0, ask.fields["duration_ns"])
            history.check("I99", right, ask.answered, "{} ends at {} ns, which is early", ask, ask.answered_ns)


INVARIANTS = (what_is_ready_goes_on, nothing_is_left_of_who_has_ended, time_goes_on)
