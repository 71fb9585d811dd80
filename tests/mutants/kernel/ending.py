"""Cancel, terminate, upgrade, calls and timers that end too much, too little or at the wrong time."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

COMMAND: Final = "simcore/process/command.py"
CONTROLLING: Final = "simcore/process/verbs/controlling.py"
END: Final = "simcore/process/end.py"
STEP: Final = "simcore/process/step.py"
TIMING: Final = "simcore/process/verbs/timing.py"
UPGRADE: Final = "simcore/process/upgrade.py"

CANCELLED: Final = "    enqueue(receiver, Envelope(EVENTS_TOPIC, command.record.pid, event=command.data))\n"
SWAPPED: Final = "    source = request.source or record.id\n"

MUTANTS: Final = (
    Mutant(
        name="M56",
        wrong="where deadlines are enforced, the deadline of a cancel ends nobody",
        changes=(
            Change(
                CONTROLLING,
                '    if command.data.deadline_ns is not None and runtime.options.cancel_deadline == "enforce":\n',
                "    if False:\n",
            ),
        ),
        options={"cancel_deadline": "enforce"},
    ),
    Mutant(
        name="M57",
        wrong="a cancel ends the process at once",
        changes=(Change(CONTROLLING, CANCELLED, f"{CANCELLED}    request_end(receiver)\n"),),
    ),
    Mutant(
        name="M58",
        wrong="a cancel of one that sleeps or waits for an answer is lost",
        changes=(
            Change(
                CONTROLLING,
                "from simcore.process.command import Command\n",
                "from simcore.process.command import Command, Return, SleepTimer\n",
            ),
            Change(
                CONTROLLING,
                CANCELLED,
                f"    waits = any(isinstance(each, (Return, SleepTimer)) for each in receiver.pending)\n"
                f"    if not waits:\n    {CANCELLED}",
            ),
        ),
    ),
    Mutant(
        name="M59",
        wrong="who is terminated does one step more if it has something to do",
        changes=(
            Change(
                STEP,
                "        if record.terminate_requested:\n            terminated(record)\n",
                "        if record.terminate_requested and not (record.incoming or record.runnable):\n"
                "            terminated(record)\n",
            ),
        ),
    ),
    Mutant(
        name="M60",
        wrong="a terminate of one that has ended ends the newest process",
        changes=(
            Change(
                CONTROLLING,
                "    request_end(runtime.living(command.target) or runtime.route(command.target))\n",
                """\
    newest = next(reversed(runtime.routes.values()), None) if command.target in runtime.records else None
    request_end(runtime.living(command.target) or newest or runtime.route(command.target))
""",
            ),
        ),
    ),
    Mutant(
        name="M61",
        wrong="who was terminated has ended normally",
        changes=(
            Change(
                END,
                "    record.outcome = ProcessOutcome(error=record.end_error or process_error(TERMINATED, INTERNAL),"
                " imposed=True)\n",
                "    record.outcome = ProcessOutcome(error=record.end_error, imposed=True)\n",
            ),
        ),
    ),
    Mutant(
        name="M62",
        wrong="an upgrade loses what was not read",
        changes=(Change(UPGRADE, "    unread = _unread(record)\n", "    unread = []\n"),),
    ),
    Mutant(
        name="M63",
        wrong="an upgrade is told to the linked as if the process had failed",
        changes=(
            Change(
                UPGRADE,
                SWAPPED,
                f"""\
    from simcore.process import end as ends

    for peer in runtime.topology.peers(record.pid):
        event = ends.LinkDown(record.pid, process_error("upgraded", "Internal"), runtime.now_ns)
        runtime.topology.unlink(record.pid, peer)
        ends._notify(runtime, peer, Envelope(ends.EVENTS_TOPIC, record.pid, event=event))
{SWAPPED}""",
            ),
        ),
    ),
    Mutant(
        name="M64",
        wrong="an upgrade to what does not exist leaves a process that never runs and never ends",
        changes=(
            Change(
                UPGRADE, "    if definition is None:\n", "    if definition is None:\n        record.paused = True\n"
            ),
            Change(
                UPGRADE,
                """\
        finish(
            record,
            ProcessOutcome(error=process_error(f"upgrade: create failed: factory not found: {source}", "NotFound")),
        )
""",
                "",
            ),
        ),
    ),
    Mutant(
        name="M65",
        wrong="an upgrade frees the names of the process",
        changes=(Change(UPGRADE, SWAPPED, f"    runtime.names.release(record.pid)\n{SWAPPED}"),),
    ),
    Mutant(
        name="M66",
        wrong="an answer for the code before an upgrade, or for another coroutine, goes to who waits now",
        changes=(
            Change(
                COMMAND,
                "        return self in self.record.pending\n",
                "        return self.record.phase == ALIVE\n",
            ),
            Change(
                COMMAND,
                "        if self.enabled:\n            self.record.runtime.kernel.disable(self)\n",
                "        return\n",
            ),
            Change(
                COMMAND,
                "        del self.record.pending[self]\n"
                "        self.record.complete(self.task, self.value, self.error)\n\n\nclass SleepTimer",
                """\
        waiting = [each for each in self.record.pending if isinstance(each, Return)]
        if waiting and self.record.phase == ALIVE:
            del self.record.pending[waiting[0]]
            self.record.complete(waiting[0].task, self.value, self.error)


class SleepTimer""",
            ),
        ),
    ),
    Mutant(
        name="M67",
        wrong="a caller never hears that what it called has failed",
        changes=(
            Change(
                END,
                "        if record.caller is not None:\n",
                "        if record.caller is not None and (outcome.error is None or record.caller.record is None):\n",
            ),
        ),
    ),
    Mutant(
        name="M68",
        wrong="to stop a timer answers that it was going to fire although it has",
        changes=(
            Change(
                TIMING,
                'going\n        to."""\n        was_going_to = self._withdraw()\n',
                'going\n        to."""\n        was_going_to = self._withdraw() or bool(self.channel.buffer)\n',
            ),
        ),
        language="lua",
        known="hardly any drawn program stops a timer that has fired and was not read",
    ),
    Mutant(
        name="M69",
        wrong="a timer that is reset when it is due fires for both",
        changes=(
            Change(
                TIMING,
                "        was_going_to = self._withdraw()\n        if was_going_to and self._record",
                """\
        is_due = self._timer is not None and not self._timer.is_waiting
        was_going_to = is_due or self._withdraw()
        if was_going_to and self._record""",
            ),
        ),
        language="lua",
        known="hardly any drawn program resets a timer at the instant at which it is due",
    ),
)
