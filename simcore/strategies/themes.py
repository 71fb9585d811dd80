"""What a drawn program is mostly about. Of seventy verbs that all come alike, two that belong together seldom meet; so
most programs do without most of them (Groce and others, "Swarm Testing", ISSTA 2012), each in favour of a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.strategies.weights import BYTES, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.model.programs import Verb

LUA_OFTEN: Final = 4
"""So many times as often as any other theme comes that of Lua."""
ALL_UNTIL: Final = 64
"""Up to this byte a program is about everything."""

_TALK: Final[tuple[Verb, ...]] = ("send", "receive", "spawn")
_ENDS: Final[tuple[Verb, ...]] = (
    *("return", "return", "return", "raise", "raise", "raise", "terminate", "terminate", "go_raise", "upgrade_unknown"),
)
_RELATIONS: Final[tuple[Verb, ...]] = (
    *("monitor", "unmonitor", "link", "unlink", "trap", "untrap"),
    *("spawn_monitored", "spawn_linked", "spawn_linked_monitored"),
)

THEMES: Final[tuple[tuple[Verb, ...], ...]] = (
    # Who is told of an end, and how often.
    (*_TALK, *_RELATIONS, *_ENDS, "take", "cancel"),
    # Several who watch one.
    ("monitor", "monitor", "spawn_monitored", "unmonitor", "receive", "send", *_ENDS, *_ENDS),
    # Links, and what is read of them before they are trapped no more.
    (
        "trap",
        "trap",
        "link",
        "spawn_linked",
        "spawn_linked_monitored",
        "receive",
        "take",
        "untrap",
        "unlink",
        *_ENDS,
        "send",
    ),
    # Ends that meet each other, and those that have not begun.
    (
        "spawn_linked",
        "spawn_monitored",
        "monitor",
        "link",
        *_ENDS,
        *_ENDS,
        "terminate_by_name",
        "register",
        "cancel",
        "receive",
    ),
    # Names, and whoever is reached by one.
    (
        *("register", "lookup", "unregister", "register_other", "send_by_name", "monitor_by_name", "unmonitor_by_name"),
        *("link_by_name", "unlink_by_name", "cancel_by_name", "terminate_by_name", "spawn", "receive", "trap", *_ENDS),
    ),
    # Builders and their names.
    (
        *("build_spawn", "build_spawn_monitored", "build_spawn_linked", "build_spawn_linked_monitored", "build_exec"),
        *("register", "send_by_name", "receive", "can", "grant", "revoke", "revoke", *_ENDS),
    ),
    # Results that are waited for, and code that is replaced.
    (
        *("call", "exec", "build_exec", "upgrade", "upgrade", "send", "receive", "take", "trap", "link", "monitor"),
        *("register", "listen_plain", "cancel", *_ENDS),
    ),
    # Messages and topics.
    (
        *("send", "send", "send_by_name", "register", "listen", "listen_plain", "unlisten", "take", "receive", "go"),
        *("spawn", "upgrade", "after", "outside_send", "trap", "link", "monitor", *_ENDS),
    ),
    # Services and hosts.
    (
        *(
            "start_service",
            "stop_service",
            "start_service",
            "stop_host",
            "stop_host",
            "stop_host",
            "send",
            "cancel",
            "monitor",
            "link",
            "trap",
        ),
        *("spawn", "spawn_linked_monitored", "call", "receive", "outside_send", "outside_send", "outside_send", *_ENDS),
    ),
)

LUA_THEME: Final[tuple[Verb, ...]] = (
    *("function", "function_later", "function_cancel", "subscribe", "unsubscribe", "publish", "publish"),
    *("timer", "ticker", "timer_stop", "timer_reset", "receive", "receive", "take", "sleep", "spawn", "send", *_ENDS),
)
"""What Lua alone has, where it is drawn: functions, the bus, timers."""


class Themes:
    """The tables of verbs of the themes, as far as programs may be about them.

    Args:
        verbs: that may be drawn.
        are_mixed: whether every program is about all of them.
    """

    def __init__(self, verbs: Sequence[Verb], *, are_mixed: bool) -> None:
        self._all = table_of(verbs)
        lua = [LUA_THEME] * LUA_OFTEN if LUA_THEME[0] in verbs else []
        themes = () if are_mixed else (*THEMES, *lua)
        self._tables = [table_of([verb for verb in theme if verb in verbs]) for theme in themes]

    def table(self, byte: int) -> tuple[Verb, ...]:
        """Return for each byte but 0 the verb that it means in a program whose theme is *byte*."""
        if byte < ALL_UNTIL or not self._tables:
            return self._all
        return self._tables[(byte - ALL_UNTIL) * len(self._tables) // (BYTES - ALL_UNTIL)]
