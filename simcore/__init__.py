"""Deterministic simulation testing of systems of processes. The names below are the whole public door, in groups;
``help(World)`` and the like says more of each.

To define a system:
    ``World``, which holds it; ``Process``, what a ``Behaviour`` has in hand; ``Channel``, ``Selected``,
    ``SpawnBuilder``; ``Random``, its chance.
Who may do what:
    ``allow`` and ``deny`` give a ``Policy``; ``Actor``, ``Scope``.
To run it:
    ``@scenario``; ``explore``, which plays many schedules; ``run``, which plays one and gives a ``RunOutcome``;
    ``replay`` of a case, with its ``ReplayAnswer``; ``Sim``, the fixture ``sim`` of pytest; ``Options``; the
    schedules ``Fifo`` and ``Uniform``.
To check it:
    ``@always``, which may look at ``Changes``, each a ``Change``, alone; ``@sometimes``.
To look at what has happened, in the ``Log`` of a world:
    ``LogEntry``, an action, with each ``Effect`` of it: a ``Change``, ``Sent``, ``Received``, ``Refusal``, ``Denial``,
    ``Upgraded``, ``LogRecord``.
To tell of it:
    ``@report``, of ``Results``, ``ItemResult``, ``Verdict``.
Values that a behaviour meets:
    ``Pid``, ``Message``, and an ``Event``: an ``Exit``, a ``LinkDown`` or a ``Cancel``.
Errors of the simulated program:
    ``ProcessError`` with ``InvalidArgument``, ``NotFound``, ``PermissionDenied``, ``AlreadyExists``.
Errors of a run:
    ``Failure`` and ``Deadlock`` (a property does not hold), ``BoundReached``, ``NondeterminismDetected``, and
    ``UsageError`` for a mistake in the use of simcore; like those of the program all below ``SimcoreError``.

``simcore.strategies`` draws whole programs for Hypothesis, ``simcore.lua`` loads Lua applications,
``simcore.words`` are the effects of the log that only a model of the semantics needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simcore.campaign.direct import explore as explore
    from simcore.campaign.direct import replay as replay
    from simcore.kernel.chance import Random as Random
    from simcore.model.changes import Change as Change
    from simcore.model.changes import Changes as Changes
    from simcore.model.effects import Denial as Denial
    from simcore.model.effects import Effect as Effect
    from simcore.model.effects import LogEntry as LogEntry
    from simcore.model.effects import LogRecord as LogRecord
    from simcore.model.effects import Received as Received
    from simcore.model.effects import Refusal as Refusal
    from simcore.model.effects import Sent as Sent
    from simcore.model.effects import Upgraded as Upgraded
    from simcore.model.errors import AlreadyExists as AlreadyExists
    from simcore.model.errors import BoundReached as BoundReached
    from simcore.model.errors import Deadlock as Deadlock
    from simcore.model.errors import Failure as Failure
    from simcore.model.errors import InvalidArgument as InvalidArgument
    from simcore.model.errors import NondeterminismDetected as NondeterminismDetected
    from simcore.model.errors import NotFound as NotFound
    from simcore.model.errors import PermissionDenied as PermissionDenied
    from simcore.model.errors import ProcessError as ProcessError
    from simcore.model.errors import SimcoreError as SimcoreError
    from simcore.model.errors import UsageError as UsageError
    from simcore.model.markers import always as always
    from simcore.model.markers import report as report
    from simcore.model.markers import scenario as scenario
    from simcore.model.markers import sometimes as sometimes
    from simcore.model.messages import Cancel as Cancel
    from simcore.model.messages import Event as Event
    from simcore.model.messages import Exit as Exit
    from simcore.model.messages import LinkDown as LinkDown
    from simcore.model.messages import Message as Message
    from simcore.model.options import Options as Options
    from simcore.model.outcome import ItemResult as ItemResult
    from simcore.model.outcome import Results as Results
    from simcore.model.outcome import Verdict as Verdict
    from simcore.model.pid import Pid as Pid
    from simcore.model.replay_answer import ReplayAnswer as ReplayAnswer
    from simcore.plugin.sim import Sim as Sim
    from simcore.python.builder import SpawnBuilder as SpawnBuilder
    from simcore.python.channel import Channel as Channel
    from simcore.python.channel import Selected as Selected
    from simcore.python.definition import Behaviour as Behaviour
    from simcore.python.process import Process as Process
    from simcore.runner.run import run as run
    from simcore.runner.run_outcome import RunOutcome as RunOutcome
    from simcore.schedulers.fifo import Fifo as Fifo
    from simcore.schedulers.uniform import Uniform as Uniform
    from simcore.security.actor import Actor as Actor
    from simcore.security.policy import Policy as Policy
    from simcore.security.policy import allow as allow
    from simcore.security.policy import deny as deny
    from simcore.security.scope import Scope as Scope
    from simcore.world.log import Log as Log
    from simcore.world.world import World as World

_HOMES = {
    "Actor": "simcore.security.actor",
    "AlreadyExists": "simcore.model.errors",
    "Behaviour": "simcore.python.definition",
    "BoundReached": "simcore.model.errors",
    "Cancel": "simcore.model.messages",
    "Change": "simcore.model.changes",
    "Changes": "simcore.model.changes",
    "Channel": "simcore.python.channel",
    "Deadlock": "simcore.model.errors",
    "Denial": "simcore.model.effects",
    "Effect": "simcore.model.effects",
    "Event": "simcore.model.messages",
    "Exit": "simcore.model.messages",
    "Failure": "simcore.model.errors",
    "Fifo": "simcore.schedulers.fifo",
    "InvalidArgument": "simcore.model.errors",
    "ItemResult": "simcore.model.outcome",
    "LinkDown": "simcore.model.messages",
    "Log": "simcore.world.log",
    "LogEntry": "simcore.model.effects",
    "LogRecord": "simcore.model.effects",
    "Message": "simcore.model.messages",
    "NondeterminismDetected": "simcore.model.errors",
    "NotFound": "simcore.model.errors",
    "Options": "simcore.model.options",
    "PermissionDenied": "simcore.model.errors",
    "Pid": "simcore.model.pid",
    "Policy": "simcore.security.policy",
    "Process": "simcore.python.process",
    "ProcessError": "simcore.model.errors",
    "Random": "simcore.kernel.chance",
    "Received": "simcore.model.effects",
    "Refusal": "simcore.model.effects",
    "ReplayAnswer": "simcore.model.replay_answer",
    "Results": "simcore.model.outcome",
    "RunOutcome": "simcore.runner.run_outcome",
    "Scope": "simcore.security.scope",
    "Selected": "simcore.python.channel",
    "Sent": "simcore.model.effects",
    "SimcoreError": "simcore.model.errors",
    "Sim": "simcore.plugin.sim",
    "SpawnBuilder": "simcore.python.builder",
    "Uniform": "simcore.schedulers.uniform",
    "Upgraded": "simcore.model.effects",
    "UsageError": "simcore.model.errors",
    "Verdict": "simcore.model.outcome",
    "World": "simcore.world.world",
    "allow": "simcore.security.policy",
    "always": "simcore.model.markers",
    "deny": "simcore.security.policy",
    "explore": "simcore.campaign.direct",
    "replay": "simcore.campaign.direct",
    "report": "simcore.model.markers",
    "run": "simcore.runner.run",
    "scenario": "simcore.model.markers",
    "sometimes": "simcore.model.markers",
}
"""Where each public name lives. They are resolved at first use, so that ``simcore --help`` loads none of it."""

__version__ = "0.1.0"
__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]  # it takes the imports above


if not TYPE_CHECKING:  # a type checker takes the imports above, and so sees a name that is misspelt

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'simcore' has no attribute {name!r}")
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
