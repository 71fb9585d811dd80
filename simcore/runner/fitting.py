"""A schedule fitted to a changed source: labels that are there no more are read as what takes their place, by order.

What counts is the kind of the action, who acts and whom it concerns: by path, else by role, which is a path without the
numbers of its processes. A search tries the same with processes and actions that were moved by a few.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from simcore.model.run import Deviation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOVED_MAX: Final = 12
"""So many roles, and so many processes, are counted otherwise, the first that a schedule names."""
_LABEL: Final = re.compile(r"(?P<verb>[^#]+)#(?P<occurrence>\d+)@(?P<path>.*?)(?:->(?P<receiver>.*))?", re.S)
_SEGMENT: Final = re.compile(r"(?P<name>.*)\.(?P<number>\d+)", re.S)
_ROLE_NUMBERS: Final = re.compile(r"\.\d+(?=/|$)")


class LabelParts(NamedTuple):
    """A label as it is written: the parts of ``Label``, and its occurrence."""

    verb: str
    occurrence: int
    path: str
    receiver: str

    def __str__(self) -> str:
        tail = f"->{self.receiver}" if self.receiver else ""
        return f"{self.verb}#{self.occurrence}@{self.path}{tail}"


def read_label(text: str) -> LabelParts | None:
    """Return the parts of a label; None where *text* is none."""
    found = _LABEL.fullmatch(text)
    if found is None:
        return None
    return LabelParts(found["verb"], int(found["occurrence"]), found["path"], found["receiver"] or "")


def role(path: str) -> str:
    """Return *path* without the numbers of its processes."""
    return _ROLE_NUMBERS.sub("", path)


# -- by order


def by_order(deviations: Sequence[Deviation], performed: Iterable[str]) -> list[Deviation] | None:
    """Return *deviations* with labels of a run that performs others; None where there is nothing to be changed.

    Args:
        deviations: a schedule.
        performed: the labels of what the run performs, in order.
    """
    order = Order(performed)
    fitted = _relabelled(deviations, order.instead_of(deviations))
    return None if fitted == list(deviations) else fitted


class Order:
    """The labels of a run, by kind and in order.

    Args:
        performed: as of ``by_order``.
    """

    def __init__(self, performed: Iterable[str]) -> None:
        self._texts = dict.fromkeys(performed)
        labels = [label for label in map(read_label, self._texts) if label is not None]
        self._paths = dict.fromkeys(path for each in labels for path in (each.path, each.receiver) if path)
        self._by_kind: dict[tuple[str, str], list[LabelParts]] = {}
        for each in labels:
            self._by_kind.setdefault((each.verb, each.path), []).append(each)

    def instead_of(self, deviations: Sequence[Deviation]) -> Callable[[str], str]:
        """Return what gives for each label of *deviations* that is there no more the one that takes its place."""
        mentioned = [label for each in deviations for label in map(read_label, (each.at, each.take)) if label]
        paths = self._paths_instead([path for each in mentioned for path in (each.path, each.receiver) if path])

        def instead(text: str) -> str:
            label = read_label(text)
            if text in self._texts or label is None:
                return text
            moved = label._replace(
                path=paths.get(label.path, label.path), receiver=paths.get(label.receiver, label.receiver)
            )
            return str(moved) if str(moved) in self._texts else self._nearest(moved) or text

        return instead

    def _nearest(self, label: LabelParts) -> str:
        """Return the action of the same kind and path whose place in order is nearest to that of *label*."""
        alike = self._by_kind.get((label.verb, label.path), [])
        same = [each for each in alike if each.receiver == label.receiver] or alike
        return str(same[min(label.occurrence, len(same)) - 1]) if same else ""

    def _paths_instead(self, mentioned: Sequence[str]) -> dict[str, str]:
        """Return for each of the paths that are there no more the one that takes its place, if any does."""
        # One that is called otherwise now has a role that the schedule does not know.
        taken, roles, instead = set(mentioned), {role(each) for each in mentioned}, dict[str, str]()
        for path in dict.fromkeys(mentioned):
            if path in self._paths:
                continue
            free = [each for each in self._paths if each not in taken and each.count("/") == path.count("/")]
            same = [each for each in free if role(each) == role(path)]
            several = same or [each for each in free if role(each) not in roles]
            found = min(several, key=partial(_numbers_apart, path), default=None)
            if found is not None:
                instead[path] = found
                taken.add(found)
        return instead


def _numbers_apart(one: str, other: str) -> int:
    """Return how far the numbers of two paths are apart; the first of several that are alike is the nearest."""
    pairs = zip(_ROLE_NUMBERS.findall(one), _ROLE_NUMBERS.findall(other), strict=False)
    return sum(abs(int(left[1:]) - int(right[1:])) for left, right in pairs)


def _relabelled(deviations: Iterable[Deviation], instead: Callable[[str], str]) -> list[Deviation]:
    return [Deviation(instead(each.at), each.of, instead(each.take)) for each in deviations]


# -- moved by a few


def moved(deviations: Sequence[Deviation]) -> Iterator[list[Deviation]]:
    """Give *deviations* with the processes of one role counted otherwise, then with later and earlier actions: as where
    one more or one less came before."""
    mentioned = [label for each in deviations for label in map(read_label, (each.at, each.take)) if label]
    paths = dict.fromkeys(path for each in mentioned for path in (each.path, each.receiver) if path)
    roles = dict.fromkeys(above for path in paths for above in _roles_in(path))
    for by in (1, -1, 2):
        for each in islice(roles, MOVED_MAX):
            yield _relabelled(deviations, partial(_renumbered, whose=each, by=by))
    for by in (1, -1, 2):
        for each in islice(paths, MOVED_MAX):
            yield _relabelled(deviations, partial(_later, path=each, by=by))


def _roles_in(path: str) -> Iterator[str]:
    """Give the roles of *path* and of those who have made it, but for the world, the nearest first."""
    steps = role(path).split("/")
    yield from ("/".join(steps[:amount]) for amount in range(len(steps), 1, -1))


def _renumbered(text: str, whose: str, by: int) -> str:
    label = read_label(text)
    if label is None:
        return text
    return str(label._replace(path=_counted(label.path, whose, by), receiver=_counted(label.receiver, whose, by)))


def _counted(path: str, whose: str, by: int) -> str:
    """Return *path* with *by* added to the number of the process in it that has the role *whose*."""
    steps = path.split("/")
    place = whose.count("/")
    found = _SEGMENT.fullmatch(steps[place]) if place < len(steps) else None
    if found is None or role("/".join(steps[: place + 1])) != whose:
        return path
    steps[place] = f"{found['name']}.{max(int(found['number']) + by, 0)}"
    return "/".join(steps)


def _later(text: str, path: str, by: int) -> str:
    label = read_label(text)
    if label is None or label.path != path:
        return text
    return str(label._replace(occurrence=max(label.occurrence + by, 1)))
