"""The bus: who wants which events, and who is given them (lua 6.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from . import locally
from .model import Model
from .parties import ALIVE, Coroutine, Member, Promise


def subscribe_bus(model: Model, member: Member, coroutine: Coroutine, fields: Any) -> object:
    """Give the channel of a new subscription."""
    wish = Wish(None, member, fields["system"], fields["kind"])
    if member.phase == ALIVE:
        model.bus.append(wish)
        member.pending[wish] = lambda: model.bus.remove(wish)
    return wish


@dataclass(eq=False)
class Wish(Promise):
    """A subscription to the bus."""

    member: Any = None
    system: str = ""
    kind: str = ""


def send_bus(model: Model, fields: Any) -> None:
    """Give an event to all who want it, in the order of their subscriptions."""
    for wish in list(model.bus):
        if fits(wish.system, fields["system"]) and fits(wish.kind, fields["kind"]):
            locally.give(model, wish.member, wish, again=True)


def fits(pattern: str, text: str) -> bool:
    """Tell whether a pattern of the bus means a text: a star is one part, two are any, a tail of two is optional."""
    tail = pattern.endswith(".**")
    parts = re.split(r"(\*\*|\*)", pattern.removesuffix(".**") if tail else pattern)
    translated = "".join({"**": ".*", "*": "[^.]*"}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(translated + (r"(\..*)?" if tail else ""), text, re.DOTALL) is not None
