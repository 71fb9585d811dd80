"""The swap of a process's incarnation at the end of a step (process 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import ProcessError, process_error
from simcore.process.end import close_coroutines, finish
from simcore.process.state.envelope import Envelope
from simcore.process.state.record import ProcessOutcome

if TYPE_CHECKING:
    from simcore.model.operations import Upgrade
    from simcore.process.state.record import ProcessRecord


class UpgradeRequested(BaseException):
    """Thrown by ``process.upgrade`` of a Python process: it never returns, and no ``except Exception`` may stop it."""

    def __init__(self, operation: Upgrade) -> None:
        super().__init__(operation)
        self.operation = operation


def request_upgrade(record: ProcessRecord, operation: Upgrade) -> None:
    """Note the upgrade; the first request of a step counts."""
    if record.upgrade is None:
        record.upgrade = operation


def swap(record: ProcessRecord) -> None:
    """Replace the old incarnation (process 10.2): pid, names, monitors, links, context and unread messages stay;
    coroutines, subscriptions, timers, outstanding answers and this step's commands go; ``trap_links`` is false
    again."""
    request, record.upgrade = record.upgrade, None
    assert request is not None
    runtime = record.runtime
    # Before the close, which empties mailbox and buffers.
    unread = _unread(record)
    close_coroutines(record)
    record.commands.clear()
    record.mailbox.extend(unread)
    # With `trap_links` false again, one of these kills the new incarnation before its first line (process 10.4).
    record.downs = sum(envelope.is_link_down for envelope in unread)
    record.trap_links = record.link_killed = False
    source = request.source or record.id
    # The new code is looked for when the old is gone, as in the observed runtime: there is no way back (process 10.3).
    definition = runtime.definitions.get(source)
    if definition is None:
        finish(
            record,
            ProcessOutcome(error=process_error(f"upgrade: create failed: factory not found: {source}", "NotFound")),
        )
        return
    old, record.id = record.id, source
    if runtime.scribe is not None:
        runtime.scribe.handed(record, request.arguments)
    try:
        record.front, coroutine = definition.start(record, request.arguments)
    except ProcessError as error:
        message = f"upgrade: init failed: {error.message}"
        finish(record, ProcessOutcome(error=process_error(message, error.kind, details=error.details)))
        return
    runtime.kernel.trace.fold(request.arguments)
    runtime.observer.upgraded(record, old)
    record.main = record.start_task(coroutine)
    record.runnable.append((record.main, None, None))
    record.wake()


def _unread(record: ProcessRecord) -> list[Envelope]:
    """Return what the old code did not read, in the order of its arrival: the mailbox, what lay in the buffer of a
    topic that it listens to or has listened to, and what has arrived since the step began."""
    stalled = [] if "upgrade_drops_stalled" in record.runtime.options.quirks else [*record.unread(), *_put_back(record)]
    stalled.sort(key=lambda envelope: envelope.order)
    arrived = [each for each in record.incoming if isinstance(each, Envelope)]
    if arrived:
        # They come into the mailbox past `drain`, which keeps this mark.
        record.order = arrived[-1].order
    # What was on its way to a channel of the old code is stale.
    return [envelope for envelope in (*stalled, *arrived) if envelope.channel is None]


def _put_back(record: ProcessRecord) -> list[Envelope]:
    subscriptions = (*record.subscriptions.values(), *record.ended_subscriptions)
    unread = [envelope for each in subscriptions for envelope in each.unread()]
    for envelope in unread:
        record.runtime.observer.put_back(record, envelope)
    return unread
