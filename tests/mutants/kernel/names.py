"""Names that outlive their owner, or belong to the wrong one."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

END: Final = "simcore/process/end.py"
NAMES: Final = "simcore/graph/names.py"

RELEASE: Final = """\
        names = list(self._owned.pop(pid, ()))
        for name in names:
            del self._owners[name]
"""

MUTANTS: Final = (
    Mutant(
        name="M35",
        wrong="the names of a process are free when its end was told, and not before",
        changes=(
            Change(
                END,
                """\
    if runtime.names.of(record.pid):
        runtime.kernel.enable(ReleaseNames(record))
    else:
        _nameless(record)
""",
                "    _nameless(record)\n",
            ),
            Change(
                END,
                '        assert not self._exits_open, "G5: all EXITs come before any LINK_DOWN"\n',
                """\
        names = self._record.runtime.names.release(self._record.pid)
        if names:
            self._record.runtime.observer.nameless(self._record, names)
""",
            ),
        ),
    ),
    Mutant(
        name="M36",
        wrong="who is terminated keeps its names",
        changes=(
            Change(
                END,
                "    if runtime.names.of(record.pid):\n",
                "    if runtime.names.of(record.pid) and not record.terminate_requested:\n",
            ),
        ),
    ),
    Mutant(
        name="M37",
        wrong="a register takes the name from whoever has it",
        changes=(
            Change(
                NAMES,
                '            raise AlreadyExists(f"name already registered: {name}")\n',
                "            self.unregister(name)\n",
            ),
        ),
    ),
    Mutant(
        name="M38",
        wrong="where a register for another needs a permission of its own, it needs none",
        changes=(
            Change(
                "simcore/process/verbs/naming.py",
                "    foreign = pid != record.pid and runtime.options.foreign_register_permission\n",
                "    foreign = False\n",
            ),
        ),
        options={"foreign_register_permission": True},
    ),
    Mutant(
        name="M39",
        wrong="the end of one that had a name once takes it from who has it now",
        changes=(
            Change(
                NAMES,
                """\
            owned = self._owned[owner]
            del owned[name]
            if not owned:
                del self._owned[owner]
""",
                "            pass\n",
            ),
            Change(NAMES, "            del self._owners[name]\n", "            self._owners.pop(name, None)\n"),
        ),
    ),
    Mutant(
        name="M40",
        wrong="who has a name cannot register it again",
        changes=(
            Change(
                NAMES,
                "        if owner is not None and owner != pid:\n",
                "        if owner is not None:\n",
            ),
        ),
    ),
    Mutant(
        name="M41",
        wrong="of several names of a process only the first is freed by its end",
        changes=(
            Change(NAMES, "names = list(self._owned.pop(pid, ()))\n", "names = list(self._owned.pop(pid, ()))[:1]\n"),
        ),
    ),
    Mutant(
        name="M42",
        wrong="whom a name means is looked up when the message is delivered",
        changes=(
            Change(
                "simcore/process/verbs/messaging.py",
                '    record.commands.append(Command("do:send", record, task, target, _deliver, envelope))\n',
                """\
    def deliver(command: Command) -> None:
        command.target = resolve(command.record.runtime, operation.destination)
        _deliver(command)

    record.commands.append(Command("do:send", record, task, target, deliver, envelope))
""",
            ),
        ),
        shown_by="properties/messaging.py::test_what_was_sent_before_is_received_before",
    ),
    Mutant(
        name="M43",
        wrong="the first look-up of a name after its owner's end finds the dead",
        changes=(
            Change(
                NAMES,
                "        self._owned: dict[Pid, dict[str, None]] = {}\n",
                "        self._owned: dict[Pid, dict[str, None]] = {}\n        self._late: dict[str, Pid] = {}\n",
            ),
            Change(
                NAMES,
                """\
        owner = self._owners.get(name)
        if owner is None:
            raise NotFound(f"name not registered: {name}")
""",
                """\
        late = self._late.pop(name, None)
        owner = self._owners.get(name) or late
        if owner is None:
            raise NotFound(f"name not registered: {name}")
""",
            ),
            Change(NAMES, RELEASE, f"{RELEASE}            self._late[name] = pid\n"),
        ),
    ),
)
