"""What came after what in the run of a program: orders that no single call shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.messages import Cancel, Exit, LinkDown, Message
from simcore.programs.words import deadline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.programs.account import Account, Call, Receipt

NAMES_HELD: Final = 2


def orders(account: Account) -> Iterator[str]:
    """Give each order that the run has shown, in words."""
    read: dict[int, list[Receipt]] = {}
    for receipt in account.receipts:
        read.setdefault(receipt.process, []).append(receipt)
    for receipts in read.values():
        yield from _of_reader(receipts)
    calls = [call for call in account.calls.values() if call.done]
    yield from _of_pairs(calls)
    yield from _of_deadlines(calls)
    yield from _of_readers(calls, read, account)
    yield from _of_names(account)
    for call in account.calls.values():
        if call.finished is None:
            yield f"{call.verb} without an answer {call.met}"


def _of_reader(receipts: Sequence[Receipt]) -> Iterator[str]:
    """Give what one member has read behind something else of the same sender."""
    words: dict[str, None] = {}
    for receipt in receipts:
        value = receipt.value
        if isinstance(value, list) or value.sender is None:
            continue
        word = _WORDS[type(value)]
        yield from (
            f"{before.partition(' ')[0]} then {word} of one sender"
            for before in words
            if before.endswith(f" {value.sender}")
        )
        words[f"{word} {value.sender}"] = None


_WORDS: Final[dict[type, str]] = {Message: "MESSAGE", Exit: "EXIT", LinkDown: "LINK_DOWN", Cancel: "CANCEL"}


def _of_pairs(calls: Sequence[Call]) -> Iterator[str]:
    """Give what two calls have done to one process."""
    met: dict[object, dict[str, int]] = {}
    for call in calls:
        if call.target_pid is None or call.verb.removesuffix("_by_name") not in _PAIRED:
            continue
        verb = call.verb.removesuffix("_by_name")
        before = met.setdefault(call.target_pid, {})
        for other, process in before.items():
            yield f"{other} then {verb} of one process by {'one' if process == call.process else 'two'}"
        before[verb] = call.process


def _of_deadlines(calls: Sequence[Call]) -> Iterator[str]:
    """Tell whether two deadlines were set for one process."""
    limited: dict[object, int] = {}
    for call in calls:
        is_limit = call.verb.removesuffix("_by_name") == "cancel" and deadline_of(call.value) is not None
        if is_limit and limited.setdefault(call.target_pid, call.value) != call.value:
            yield "two deadlines for one process"


_PAIRED: Final = ("monitor", "unmonitor", "link", "unlink", "cancel", "terminate")


def _of_readers(calls: Sequence[Call], read: dict[int, list[Receipt]], account: Account) -> Iterator[str]:
    """Give what a member has done behind something that it read, or read behind something that it did."""
    for call in calls:
        for receipt in read.get(call.process, ()):
            if receipt.at < call.began and call.verb in _AFTER:
                yield f"{call.verb} after {_word(receipt)} was read"
            elif receipt.at > call.began and call.verb == "upgrade":
                yield f"{_word(receipt)} read after an upgrade"
    for member, receipts in read.items():
        ending = account.endings.get(member)
        if ending is not None and ending.error is None and any(isinstance(each.value, Cancel) for each in receipts):
            yield "a normal end after CANCEL was read"


_AFTER: Final = ("untrap", "unmonitor", "unlink", "monitor", "upgrade")


def _word(receipt: Receipt) -> str:
    return "a bare payload" if isinstance(receipt.value, list) else _WORDS[type(receipt.value)]


def _of_names(account: Account) -> Iterator[str]:
    """Give how names went from one to another."""
    owners: dict[str, int] = {}
    for call in account.calls.values():
        if call.verb == "register" and call.done:
            before = owners.get(call.name)
            if before is not None and before != call.process:
                ended = before in account.endings and account.endings[before].ended < call.began
                yield f"a name is taken again after {'its owner ended' if ended else 'it was freed'}"
            owners[call.name] = call.process
    if account.names_held() >= NAMES_HELD:
        yield "several names are held at the end"
