"""Whether what two processes were given is two things: nobody's change of a value is seen by another (I28, O25)."""

from __future__ import annotations

from typing import Any, Final

from simcore import Exit, Message
from simcore.words import Answered

from .model import Model
from .parties import Member

CHANGEABLE: Final = (list, dict, set, bytearray)


def look(model: Model, member: Member, said: Answered) -> None:
    """Look at what a coroutine is given; an object that can be changed belongs to one process alone."""
    for part in parts(said.given):
        if isinstance(part, CHANGEABLE):
            owner, _ = model.given.setdefault(id(part), (member, part))
            if owner is not member and "builder_no_copy" not in model.options.quirks:
                raise model.part(
                    f"a copy of {member.pid}'s own", f"the very object of {owner.pid}", "I28, process 3.7, O25"
                )


def parts(given: Any) -> list[Any]:
    """Return the values inside of what is given: of a receive, of a select, of a message, of an EXIT."""
    values = list(given) if isinstance(given, tuple) else [given]
    return [
        each.payload if isinstance(each, Message) else each.value if isinstance(each, Exit) else each for each in values
    ]
