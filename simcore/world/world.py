"""One simulated world: its definitions, its processes, its time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from sys import _getframe
from typing import TYPE_CHECKING, Any

from simcore.check.deadlocks import Deadlocks
from simcore.check.endings import Endings
from simcore.check.invariants import rules
from simcore.check.recent import Recent
from simcore.kernel.choices import Choices, checked_seed
from simcore.kernel.kernel import Kernel
from simcore.model.durations import format_duration
from simcore.model.errors import Failure, UsageError
from simcore.model.folders import folder_given
from simcore.model.messages import Event, Exit, Message
from simcore.model.options import Options, checked_options
from simcore.model.payload import pack
from simcore.model.pid import Pid, parse_pid
from simcore.model.texts import represented
from simcore.process.state.envelope import Envelope
from simcore.process.state.observer import Observer, together
from simcore.process.state.runtime import WORLD, Runtime
from simcore.process.verbs.table import HANDLERS
from simcore.python.definition import Behaviour, PythonDefinition
from simcore.schedulers.fifo import Fifo
from simcore.schedulers.registry import scheduler_given
from simcore.supervision.identity import Identity
from simcore.supervision.service import ServiceObserver
from simcore.supervision.spec import ServiceSpec
from simcore.supervision.supervisor import Supervisor
from simcore.world.denials import DenialsView
from simcore.world.driver import Driver
from simcore.world.history import History
from simcore.world.hosts import HostsView, host_spec
from simcore.world.log import Log, Writer
from simcore.world.outside import Outside
from simcore.world.policies import Policies
from simcore.world.services import ServicesView, check_place, duration_of, ids_of, restart_of
from simcore.world.unrun import heed
from simcore.world.views import GraphView, NamesView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.kernel.chance import Random
    from simcore.kernel.environment import Environment
    from simcore.kernel.scheduler import Scheduler
    from simcore.lua.application import Application
    from simcore.lua.bridge.states import LuaStates
    from simcore.process.state.record import ProcessOutcome
    from simcore.security.actor import Actor
    from simcore.security.scope import Scope


class World:
    """A world of processes under a virtual clock and one schedule.

    Three calls make it live: ``define`` says what there is, ``spawn`` starts it, ``run`` lets time pass::

        world.define("app:greeter", greeter)
        pid = world.spawn("app:greeter", "app:processes")
        world.run(until="5s")

    Then look. Of one process: ``result``, ``outcome``, ``alive`` and ``mailbox``, each of a pid. Of all of them, views
    that are always of this moment:

    - ``names``: who holds which registered name;
    - ``graph``: links and monitors, also as ``networkx``, Graphviz and GraphML;
    - ``history``: how many messages and events were enqueued;
    - ``log``: each action with what it did, for who asks before the first run;
    - ``denials``: what the policies did not allow; ``policies``: who may do what, which can be changed;
    - ``services`` and ``hosts``: how they stand;
    - ``now_ns``, ``digest``, ``environment`` (SimPy's), ``random`` (chance that follows from the seed).

    Args:
        seed: all chance of the world derives from it.
        strategy: who decides what happens next, such as ``Uniform()``, or its name, such as ``"pct:3"``; oldest first
            by default. One object serves one world.
        options: dialect, strictness and bounds; None is the defaults.
        observers: who looks on besides the invariants.
        root: the folder that a relative path given to ``load_app`` starts from; None is the current folder.

    Raises:
        UsageError: an argument is no such thing.
    """

    def __init__(
        self,
        seed: int = 0,
        strategy: Scheduler | str | None = None,
        options: Options | None = None,
        *,
        observers: Sequence[Observer | ServiceObserver] = (),
        root: str | os.PathLike[str] | None = None,
    ) -> None:
        if not isinstance(observers, Sequence):
            raise UsageError(f"observers takes a list of observers, not {represented(observers)}")
        self.kernel: Kernel = Kernel(
            choices=Choices(checked_seed(seed)),
            scheduler=Fifo() if strategy is None else scheduler_given(strategy),
            options=Options() if options is None else checked_options(options),
        )
        # The checks come before what they look at, and are attached afterwards: no event may be missed.
        self._rules = rules()
        self.endings: Endings = Endings()
        looking_on = (*self._rules, self.endings, *observers)
        self.runtime: Runtime = Runtime(self.kernel, together(Observer, looking_on), HANDLERS)
        self.deadlocks: Deadlocks = Deadlocks(self.runtime)
        self.recent: Recent = Recent(self.runtime)
        self.supervisor: Supervisor = Supervisor(self.runtime, together(ServiceObserver, looking_on))
        self.services: ServicesView = ServicesView(self.supervisor)
        self.hosts: HostsView = HostsView(self.supervisor)
        self.history: History = History(self.runtime.enqueued)
        self.graph: GraphView = GraphView(self.runtime)
        self.names: NamesView = NamesView(self.runtime.names)
        self.denials: DenialsView = DenialsView(self.runtime.denials)
        self.lua_states: LuaStates | None = None
        """Who lends the world its Lua state and takes it back when the world is over; without one it makes its own."""
        self._policies = Policies(self.runtime)
        self._writer = Writer(self.runtime, self.supervisor.observer)
        self._root: Path = Path() if root is None else folder_given("root", root)
        unrun = heed(self, _getframe(1))
        self._driver = Driver(self.supervisor, self._rules, self.recent, self._writer, self.deadlocks, unrun)
        self._outside = Outside(self.supervisor, self.deadlocks, self._driver)
        self._parts = frozenset(vars(self)) - {"lua_states"}
        # Last, so that whoever looks on finds the world whole.
        self.runtime.observer.attach(self)

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            """Set what is not a part of the world itself."""
            self._refuse_change_of(name)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            """Take away what is not a part of the world itself."""
            self._refuse_change_of(name)
            super().__delattr__(name)

    def _refuse_change_of(self, name: str) -> None:
        """Raise where *name* is a part of the world: without it nobody could tell what becomes of its run."""
        if name == "__class__" or name in vars(self).get("_parts", ()):
            advice = "write a class of your own that has the world"
            raise UsageError(f"world.{name} is the world's own and cannot be changed; {advice}")

    def __repr__(self) -> str:
        kernel = self.kernel
        living = len(self.runtime.routes) + len(self.runtime.stopping)
        # Not by which schedule: asserts tell it, and a replay that follows the case has to tell the same.
        played = f"{kernel.actions:,} actions, seed {kernel.choices.seed}"
        amount = f"{living} of {len(self.runtime.records)} processes alive"
        return f"<World at {format_duration(kernel.now_ns)}: {amount}, {played}>"

    # -- making

    def define(self, id: str, behaviour: Behaviour) -> None:
        """Let the ``async def`` *behaviour* be spawned as *id* (``namespace:name``); a later one replaces it.

        Raises:
            UsageError: it is no ``async def`` function.
        """
        self.runtime.define(PythonDefinition(id, behaviour))

    def load_app(self, folder: str | Path) -> None:
        """Define all that a Lua application holds: processes, functions, hosts, services and policies (lua 3).

        Args:
            folder: the folder with its ``_index.yaml``; a relative one starts from the world's *root*.

        Raises:
            UsageError: the application cannot be loaded; the message names file, line and field.
            BoundReached: ``lua_memory_max`` is too small.
        """
        # Here, so that a world of Python processes never loads Lua.
        from simcore.lua import load_app

        self.install(load_app(self._root / folder_given("load_app", folder)))

    def install(self, application: Application) -> None:
        """Define all that an application holds which ``simcore.lua.load_app`` has loaded; raises as ``load_app``."""
        from simcore.lua import install

        self._writer.close()
        install(application, self.supervisor, self.lua_states)
        self._outside.has_apps = True

    def spawn(
        self,
        id: str,
        host: str,
        *args: Any,
        actor: Actor | None = None,
        scope: Scope | None = None,
    ) -> Pid:
        """Start a process from outside, at once and without any permission; return its pid.

        A host that is not known is made, unless an application was loaded and there are hosts.

        Args:
            id: what ``define`` or an application has defined.
            host: where it runs, such as ``app:processes``.
            args: what its behaviour is called with after the ``Process``; they are copied.
            actor, scope: whom it acts as, and under which policies; without both nothing is denied (process 12.1).

        Raises:
            ProcessError: the contract's reasons for a spawn to fail (process 7.3).
            BoundReached: ``processes_max``.
        """
        return self._outside.spawn(id, host, args, actor, scope)

    def call(self, id: str, *args: Any, actor: Actor | None = None, scope: Scope | None = None) -> Pid:
        """Start a function, as ``funcs.call`` of Lua would; the result is that of the pid that is returned (lua 6.5).

        Args:
            id: of the function.
            args: its arguments; they are copied.
            actor, scope: as of ``spawn``.

        Raises:
            ProcessError: it is not defined, or its module body fails.
        """
        return self._outside.call(id, args, actor, scope)

    def send(self, destination: str, topic: str, *payload: Any) -> None:
        """Enqueue a message from outside, at once and without any permission; its sender is None (process 3.2).

        Args:
            destination: a pid, its text, or a registered name.
            topic: any text that does not begin with ``@``.
            payload: any number of values, which are copied.

        Raises:
            NotFound: no such process, or no such name.
            ProcessError: kind ``Unavailable``, the host of the process stops.
            InvalidArgument: the topic begins with ``@``, or a value cannot be copied.
        """
        self._outside.send(destination, topic, payload)

    # -- services and hosts

    def service(
        self,
        id: str,
        *,
        process: str,
        host: str,
        args: Sequence[Any] = (),
        auto_start: bool = False,
        depends_on: Sequence[str] = (),
        restart: Mapping[str, Any] | None = None,
        start_timeout: str | int = "10s",
        stop_timeout: str | int = "10s",
        stable_threshold: str | int = "5s",
        start_delay: str | int = 0,
        actor: Actor | None = None,
        scope: Scope | None = None,
        groups: Sequence[str] = (),
        policies: Sequence[str] = (),
    ) -> None:
        """Declare a supervised process (process 14).

        A host that is not known is made, unless an application was loaded.

        Args:
            id: its own id; services and hosts depend on each other by it.
            process, host: what is run, and where.
            args: what the process is given.
            auto_start: start it when the world runs next.
            depends_on: services and hosts that must run first; a name without a namespace is of the service's own.
            restart: ``initial_delay`` (1s), ``max_delay`` (90s), ``backoff_factor`` (2.0), ``jitter`` (0.1) and
                ``max_attempts`` (0, for ever); a zero means the default.
            start_timeout, stop_timeout: bounds of a start, and of the asking to stop.
            stable_threshold: an uptime that forgives earlier failures.
            start_delay: how long each start takes, to look at a slow one.
            actor, scope: whom the process acts as, and under which policies.
            groups, policies: ids whose policies are added to the scope at each start (process 12.4).

        Raises:
            UsageError: the id is taken, a field makes no sense, or services need each other in a circle.
        """
        self._writer.close()
        check_place(id, process, host)
        what = f"service {id}"
        if not self._outside.has_apps:
            self._outside.know_host(host)
        spec = ServiceSpec(
            id=id,
            process=process,
            host=host,
            arguments=pack(tuple(args)),
            auto_start=auto_start,
            depends_on=ids_of("service", id, "depends_on", depends_on),
            identity=Identity(actor=actor, scope=scope, groups=tuple(groups), policies=tuple(policies)),
            restart=restart_of(id, restart or {}),
            start_timeout_ns=duration_of(what, "start_timeout", start_timeout),
            stop_timeout_ns=duration_of(what, "stop_timeout", stop_timeout),
            stable_threshold_ns=duration_of(what, "stable_threshold", stable_threshold),
            start_delay_ns=duration_of(what, "start_delay", start_delay),
        )
        self.supervisor.declare(spec)

    def host(
        self,
        id: str,
        *,
        max_processes: int = 0,
        auto_start: bool = True,
        depends_on: Sequence[str] = (),
        stop_timeout: str | int = "10s",
    ) -> None:
        """Declare a process host, which is a service itself (process 14.13).

        It runs at once where it needs nothing. Until it has been started, a spawn on it fails.

        Args:
            id: its own id; services on it, and who names it in ``depends_on``, start after it and stop before it.
            max_processes: so many processes at once; 0 is no limit.
            auto_start: start it when the world runs next, not only when a service needs it.
            depends_on: services and hosts that must run first; a name without a namespace is of the host's own.
            stop_timeout: the grace that its processes have where a stop names no other (process 2.6).

        Raises:
            UsageError: the id is taken by a service, a field makes no sense, or services need each other in a circle.
        """
        spec = host_spec(id, max_processes, auto_start=auto_start, depends_on=depends_on, stop_timeout=stop_timeout)
        self._writer.close()
        self.supervisor.declare_host(spec)

    def start_service(self, id: str) -> None:
        """Let a service run, and before it all that it needs; it begins when the world runs (process 14.9).

        Raises:
            NotFound: there is no such service.
            ProcessError: it needs something that is unknown.
        """
        self._outside.start_service(id)

    def stop_service(self, id: str) -> None:
        """Stop a service, and before it all that need it; it goes on when the world runs (process 14.8, 14.12).

        Raises:
            NotFound: there is no such service.
        """
        self._outside.stop_service(id)

    def stop_host(self, id: str, grace: str | int | None = None) -> None:
        """Stop a host for ever, after all that need it: no spawn and no message gets in, its processes are asked to
        end, and those that have not ended within *grace* are made to (process 2.6). One that was never started stays so
        (process 14.8).

        Args:
            id: the host.
            grace: a duration; None is the host's own stop timeout, 10s unless it was declared with another.

        Raises:
            NotFound: there is no such host.
            InvalidArgument: *grace* is no duration of 0 or more.
        """
        self._outside.stop_host(id, grace)

    def shut_down(self, grace: str | int | None = None) -> None:
        """Stop all services and hosts in their order, what needs others before them (process 14.12, 14.13).

        Args:
            grace: what the processes of every host have; None is the stop timeout of each.

        Raises:
            InvalidArgument: *grace* is no duration of 0 or more.
        """
        self._outside.shut_down(grace)

    # -- time

    def run(self, until: str | int | Any = None) -> None:
        """Let the world go on. May be called again and again, and goes on where it stopped.

        Args:
            until: an absolute virtual time (a text such as ``"5s"`` or an int of nanoseconds): everything before it is
                done, nothing at it; a SimPy event: until it was processed; None: until nothing can happen any more.

        Raises:
            Deadlock: the event cannot come, because nothing can happen any more.
            Failure: a property does not hold.
            BoundReached: a bound of the options was reached.
            UsageError: the world runs already.
            InvalidArgument: *until* lies in the past, or is no time and no event.
        """
        self._driver.run(until)

    def run_while(self, may_advance: Callable[[], bool] | None) -> None:
        """Let the world go on to quiescence, or until *may_advance* answers False when time is about to pass."""
        self._driver.run_while(may_advance)

    def is_quiescent(self) -> bool:
        """Tell whether the world has run, and nothing can happen in it any more unless the outside does something."""
        return self._driver.is_quiescent()

    @property
    def is_judged(self) -> bool:
        """Whether somebody judges how its runs end: of one that is made by hand nobody does."""
        return self._driver.is_judged

    @is_judged.setter
    def is_judged(self, is_judged: bool) -> None:
        self._driver.is_judged = is_judged

    @property
    def failure(self) -> Failure | None:
        """The first property that did not hold, even if a scenario's body swallowed it."""
        return self._driver.failure

    @property
    def ending(self) -> BaseException | None:
        """What was to end more than a process, such as a bound, or ``pytest.skip`` in a behaviour, even if a body
        swallowed it."""
        return self._driver.ending

    def forgive(self, ending: BaseException) -> None:
        """Let *ending* end nothing, since who has caught it says what it means."""
        self._driver.forgive(ending)

    @property
    def now_ns(self) -> int:
        """The virtual time in nanoseconds."""
        return self.kernel.now_ns

    @property
    def random(self) -> Random:
        """Chance for the code around the processes: a ``random.Random`` whose numbers follow from the seed. Each
        process has its own as ``process.random``."""
        return self.kernel.choices.random_for(WORLD)

    @property
    def log(self) -> Log:
        """What has happened, action by action, each with what it did. It is written for who asks before the first
        action, and costs nothing where nobody does: ``log = world.log`` before the first ``run``.

        Raises:
            UsageError: it is asked for first when actions were performed already.
        """
        return self._writer.log()

    @property
    def environment(self) -> Environment:
        """The ``simpy.Environment`` that owns the time; ordinary SimPy processes and resources can live in it."""
        return self.kernel.environment

    @property
    def policies(self) -> Policies:
        """The policies of the world and their groups; they can be changed while processes live (process 12.4, N31)."""
        return self._policies

    # -- looking

    def alive(self, pid: str) -> bool:
        """Tell whether the process of this pid was started and is not *ended* yet (process 15.1.2)."""
        return self.runtime.living(Pid(pid)) is not None

    def result(self, pid: str) -> Any:
        """Return the value that a process ended with, a new copy at each call.

        Raises:
            ProcessError: it ended with this error.
            Deadlock: it lives, and nothing can happen any more (process 15.1.3).
            LookupError: it lives, or there never was such a process.
        """
        outcome = self.outcome(pid)
        if outcome is None:
            self._refuse_result(pid)
            raise LookupError(f"{pid} lives; run the world until it has ended")
        if outcome.error is not None:
            # Without the way of an earlier raise: the places where the process raised it are in the error itself.
            raise outcome.error.with_traceback(None)
        return outcome.payload.value()

    def outcome(self, pid: str) -> ProcessOutcome | None:
        """Return how a process ended, or None while it lives. Raises ``LookupError`` where it never was."""
        record = self.runtime.records.get(parse_pid(pid))
        if record is None:
            raise LookupError(f"there is no process {pid} in this world")
        if record.alive:
            return None
        self.endings.asked(record.pid)
        return record.outcome

    def mailbox(self, pid: str) -> list[Message | Event]:
        """Return what lies unread in a living process's mailbox, the oldest first.

        Raises:
            LookupError: it has ended, or there never was such a process.
        """
        record = self.runtime.living(Pid(pid))
        if record is None:
            raise LookupError(f"there is no living process {pid} in this world")
        arrived = [each for each in record.incoming if isinstance(each, Envelope)]
        return [_unread(each) for each in (*record.unread(), *arrived) if each.channel is None]

    def _refuse_result(self, pid: str) -> None:
        if self.is_quiescent():
            raise self.deadlocks.no_result(Pid(pid))

    @property
    def digest(self) -> str:
        """The digest of all that has happened so far, as hexadecimal text; equal runs have equal ones."""
        return self.kernel.trace.digest()


def _unread(envelope: Envelope) -> Message | Event:
    event = envelope.event
    if event is None:
        return Message(envelope.topic, envelope.sender, envelope.payload.value())
    return Exit(event.sender, envelope.payload.value(), event.error, event.at_ns) if isinstance(event, Exit) else event
