"""Whether what a coroutine was given is what it was to be given, for both front ends."""

from __future__ import annotations

from typing import Any

from simcore import Cancel, Exit, LinkDown, Message, ProcessError

from .channels import Got
from .parties import Item, Letter


def same(wanted: Any, found: Any) -> bool:
    """Tell whether two values are equal, and of one type; NaN is equal to itself."""
    if type(wanted) is not type(found):
        return False
    if isinstance(wanted, (list, tuple)):
        return len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(wanted, dict):
        return same(list(wanted.items()), list(found.items()))
    if isinstance(wanted, ProcessError):
        return same_error(wanted, found)
    return bool(wanted == found or (wanted != wanted and found != found))


def same_error(wanted: ProcessError, found: Any) -> bool:
    """Tell whether two errors say the same."""
    if not isinstance(found, ProcessError):
        return False
    details = same(dict(wanted.details or {}), dict(found.details or {}))
    return (wanted.kind, wanted.message, wanted.retryable) == (found.kind, found.message, found.retryable) and details


def is_answer(got: Got, found: Any) -> bool:
    """Tell whether *found* is the answer of a receive, or of a select."""
    if not isinstance(found, tuple):
        return False
    if got.place is None:
        return len(found) == 2 and found[1] is got.ok and is_item(got.item, found[0])
    return len(found) == 3 and (found[0], found[2]) == (got.place, got.ok) and is_item(got.item, found[1])


def is_item(item: Item | None, found: Any) -> bool:
    """Tell whether *found* is what a channel held."""
    if item is None:
        return found is None
    if item.letter is None:
        return same(item.value, found)
    if isinstance(found, tuple):
        return is_lua(item.letter, item.form, found)
    return is_python(item.letter, item.form, found)


def value_of(packed: Any) -> Any:
    """Return the value of a payload: None, the value, or the list of values (I30); of anything else that itself."""
    return packed.value() if hasattr(packed, "value") else packed


def is_python(letter: Letter, form: str, found: Any) -> bool:
    """Tell whether *found* is what a Python process is given of a letter in this form (process 3.8, 3.9, 4.1)."""
    if form == "message":
        good = isinstance(found, Message) and (found.topic, found.sender) == (letter.topic, letter.sender)
        return good and same(value_of(letter.packed), value_of(found.payload))
    if form == "raw":
        return same(value_of(letter.packed), value_of(found) if hasattr(found, "value") else found)
    if form == "event":
        return is_event(letter, found)
    # The firing of a timer: its instant.
    return isinstance(found, int)


def is_event(letter: Letter, found: Any) -> bool:
    """Tell whether *found* is the event of a letter, with a value of its own (I34, I35, O25)."""
    event: Any = letter.event
    if type(event) is not type(found) or (event.sender, event.at_ns) != (found.sender, found.at_ns):
        return False
    if isinstance(event, Cancel):
        return bool(event == found)
    if event.error is None or found.error is None:
        good = event.error is found.error
    else:
        good = same_error(event.error, found.error)
    return good and (isinstance(event, LinkDown) or same(value_of(letter.packed), value_of(found.value)))


def is_lua(letter: Letter, form: str, found: tuple[Any, ...]) -> bool:
    """Tell whether *found* is what Lua is given of a letter in this form (process 3.8, 16.1)."""
    if form == "message":
        return found == ("message", in_lua(letter.topic), letter.sender and in_lua(letter.sender), letter.packed.data)
    if form == "raw":
        return found == ("raw", letter.packed.data)
    if form == "event":
        return is_lua_event(letter, found)
    return found[0] in ("time", "payload", "error", "raw")


def is_lua_event(letter: Letter, found: tuple[Any, ...]) -> bool:
    """Tell whether *found* speaks of the event of a letter: kind, sender, error and value."""
    event, data = letter.event, found[1]
    assert event is not None
    good = found[0] == "event" and event.KIND.encode() in data and str(event.sender).encode() in data
    error = None if isinstance(event, Cancel) else event.error
    if error is not None:
        return good and error.message.encode("utf-8", "surrogatepass") in data
    return good and (not isinstance(event, Exit) or found[2] == letter.packed.data)


def in_lua(text: str) -> str:
    """Return a text as Lua has it: a character for each byte of its UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
