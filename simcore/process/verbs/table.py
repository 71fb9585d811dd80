"""Which verb family gives which operation its meaning: one table for both front ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model import operations
from simcore.process.verbs import (
    bus,
    calling,
    controlling,
    coroutines,
    functions,
    messaging,
    naming,
    options,
    relating,
    spawning,
    timing,
    upgrading,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.process.state.runtime import Handler

HANDLERS: Final[Mapping[type, Handler]] = {
    operations.Send: messaging.send,
    operations.Inbox: messaging.inbox,
    operations.Events: messaging.events,
    operations.Listen: messaging.listen,
    operations.Unlisten: messaging.unlisten,
    operations.Subscribe: messaging.subscribe_own,
    operations.Spawn: spawning.spawn,
    operations.RunAndWait: calling.run_and_wait,
    operations.CallFunction: functions.call_function,
    operations.StartFunction: functions.start_future,
    operations.CancelFunction: functions.cancel_future,
    operations.SubscribeBus: bus.subscribe,
    operations.SendBus: bus.send,
    operations.UnsubscribeBus: bus.unsubscribe,
    operations.Upgrade: upgrading.upgrade,
    operations.Monitor: relating.monitor,
    operations.Unmonitor: relating.unmonitor,
    operations.Link: relating.link,
    operations.Unlink: relating.unlink,
    operations.Terminate: controlling.terminate,
    operations.Cancel: controlling.cancel,
    operations.SetOptions: options.set_options,
    operations.Register: naming.share,
    operations.Lookup: naming.share,
    operations.Unregister: naming.share,
    operations.Sleep: timing.sleep,
    operations.WaitEvent: timing.wait_event,
    operations.ChannelReceive: coroutines.receive,
    operations.ChannelSend: coroutines.give,
    operations.ChannelClose: coroutines.close,
    operations.Select: coroutines.choose,
    operations.Go: coroutines.go,
}
