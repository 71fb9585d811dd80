"""What a process waits for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.model.messages import EVENTS_TOPIC, INBOX_TOPIC
from simcore.story.phrases import Speaker, waited_for
from simcore.story.words import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simcore.model.operations import Operation
    from simcore.process.state.record import ProcessRecord


def waits(record: ProcessRecord, operations: Iterable[Operation], name: Callable[[str], str]) -> list[str]:
    """Say what the coroutines of *record* wait for that have yielded *operations*, each thing once.

    Args:
        record: the process.
        operations: see above.
        name: what the process with a pid is called.
    """
    speaker = Speaker(name=name, channel=lambda channel: channel_in_words(record, channel))
    return list(dict.fromkeys(waited_for(operation, speaker) for operation in operations))


def channel_in_words(record: ProcessRecord, channel: Any) -> str:
    """Say what a *channel* is to the process that waits for it."""
    for topic, subscription in record.subscriptions.items():
        if subscription.channel is channel:
            return {INBOX_TOPIC: "its inbox", EVENTS_TOPIC: "its events"}.get(topic, f"the topic {named(topic)}")
    return "a channel of its own"
