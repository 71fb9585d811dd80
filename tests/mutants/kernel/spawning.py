"""Processes that are started wrongly, or leave something when they are not; builders that give the wrong things."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

BUILDER: Final = "simcore/python/builder.py"
PROCESS: Final = "simcore/python/process.py"
SPAWNING: Final = "simcore/process/verbs/spawning.py"
START: Final = "simcore/process/start.py"

NO_DEFINITION: Final = '        raise process_error(f"factory not found: {id}", NOT_FOUND)\n'
ACTION: Final = "from simcore.kernel.channel import SUSPEND\n"
ACTION_TOO: Final = "from simcore.kernel.action import Action, Label\nfrom simcore.kernel.channel import SUSPEND\n"
TABLE: Final = "\n\nVERBS: Final = (\n"
LATER: Final = '''

class Late(Action):
    """A monitor or a link that is made when the child could have run."""

    def __init__(self, child: ProcessRecord, make: object) -> None:
        super().__init__()
        self._child = child
        self._make = make

    def label(self) -> Label:
        return Label("do:with_message", self._child.path)

    def perform(self) -> None:
        if self._child.pid in self._child.runtime.topology:
            self._make()


VERBS: Final = (
'''

MUTANTS: Final = (
    Mutant(
        name="M27",
        wrong="a monitored spawn watches the child when that could have run already",
        changes=(
            Change(SPAWNING, ACTION, ACTION_TOO),
            Change(SPAWNING, TABLE, LATER),
            Change(
                SPAWNING,
                "        watch(runtime, parent, child.pid)\n",
                "        runtime.kernel.enable(Late(child, lambda: watch(runtime, parent, child.pid)))\n",
            ),
        ),
    ),
    Mutant(
        name="M28",
        wrong="a linked spawn links the child when that could have run already",
        changes=(
            Change(SPAWNING, ACTION, ACTION_TOO),
            Change(SPAWNING, TABLE, LATER),
            Change(
                SPAWNING,
                "        tie(runtime, parent, child.pid)\n",
                "        runtime.kernel.enable(Late(child, lambda: tie(runtime, parent, child.pid)))\n",
            ),
        ),
    ),
    Mutant(
        name="M29",
        wrong="a linked and monitored spawn only watches",
        changes=(Change(SPAWNING, "    if linked:\n        tie(", "    if linked and not monitored:\n        tie("),),
    ),
    Mutant(
        name="M30",
        wrong="a spawn of what does not exist counts as a process of its host for ever",
        changes=(Change(START, NO_DEFINITION, f"        host.processes += 1\n{NO_DEFINITION}"),),
    ),
    Mutant(
        name="M31",
        wrong="after a spawn of what does not exist the next process gets the pid of the last",
        changes=(Change(START, NO_DEFINITION, f"        runtime._pids = max(0, runtime._pids - 1)\n{NO_DEFINITION}"),),
    ),
    Mutant(
        name="M32",
        wrong="a child shares its arguments with its parent",
        changes=(
            Change(
                PROCESS,
                "from simcore.model.payload import Payload, pack\n",
                "from simcore.model.payload import Payload, pack, share\n",
            ),
            Change(
                PROCESS,
                "operations.Spawn(id, host, pack(args), monitored, linked)",
                "operations.Spawn(id, host, share(args), monitored, linked)",
            ),
        ),
        shown_by="properties/messaging.py::test_what_a_process_is_started_with_is_its_own",
    ),
    Mutant(
        name="M33",
        wrong="where a name conflict is an error, a spawn answers the holder of the name all the same",
        changes=(
            Change(
                SPAWNING,
                '        raise AlreadyExists(f"name already registered: {settings.name}")\n',
                "        return holder\n",
            ),
        ),
        options={"name_conflict": "error"},
    ),
    Mutant(
        name="M34",
        wrong="a process counts for the limit of its host from its first step on, and the limit is looked at before",
        changes=(
            Change(START, "        runtime.hosts[child.host].processes += 1\n", "        pass\n"),
            Change(
                "simcore/process/step.py",
                "        runtime.observer.stepping(record)\n",
                """\
        runtime.observer.stepping(record)
        if record.host in runtime.hosts and ("counted", "") not in record.numbers:
            record.numbers["counted", ""] = 1
            runtime.hosts[record.host].processes += 1
""",
            ),
            Change(
                "simcore/process/end.py",
                "        host.processes -= 1\n",
                '        host.processes -= ("counted", "") in record.numbers\n',
            ),
        ),
    ),
    Mutant(
        name="M53",
        wrong="the messages of a builder come when the process could have had others",
        changes=(
            Change(
                START,
                '    if messages and "weak_with_message" in runtime.options.quirks:\n',
                "    if messages:\n",
            ),
        ),
    ),
    Mutant(
        name="M54",
        wrong="a builder is changed by what is laid over it",
        changes=(
            Change(
                BUILDER,
                "        return SpawnBuilder(self._record, self._unawaited, settings)\n",
                "        self._settings = settings\n        return self\n",
            ),
        ),
        known="no drawn program goes on with a builder that another was made of",
    ),
    Mutant(
        name="M55",
        wrong="only the first process of a builder gets its messages",
        changes=(
            Change(
                BUILDER,
                "        return SpawnRequest(\n",
                "        held = self._settings\n"
                "        self._settings = settings.Settings(held.frame, held.name)\n"
                "        return SpawnRequest(\n",
            ),
            Change(
                BUILDER,
                "self._pack(args), monitored, linked, self._settings)",
                "self._pack(args), monitored, linked, held)",
            ),
        ),
        known="no drawn program starts two processes with one builder",
    ),
)
