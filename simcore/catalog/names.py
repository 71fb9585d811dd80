"""Which item a text means: its id, with or without ``.py``, or any tail of it that no other item has."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from simcore.model.errors import UsageError
from simcore.model.item import without_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.catalog.item import Item
    from simcore.model.item import ItemFacts

NEAR_MAX: Final = 3
CANDIDATES_MAX: Final = 8
_SEPARATORS: Final = "/:."


def meant(items: Sequence[Item], text: str) -> list[Item]:
    """Return the one item that *text* is a tail of, or all items of the file or app that it names; else nothing.

    Who names a file may leave its ``.py`` out.

    Raises:
        UsageError: the tail is that of several items.
    """
    # From the narrowest meaning to the widest: a whole id is never ambiguous, even where it is the tail of another.
    for matches in (_exact(items, text), _at_a_boundary(items, text), _of_container(items, text), _ending(items, text)):
        if matches:
            return matches
    return []


def named(items: Sequence[Item], name: str) -> list[Item]:
    """Return the one item of a file or app that is called *name* in it, or nothing; an entry's namespace may be left
    out.

    Raises:
        UsageError: several are called so.
    """
    names = {item.id.partition("::")[2]: item for item in items}
    found = [names[name]] if name in names else [item for each, item in names.items() if each.endswith(f":{name}")]
    return _one(found, name)


def near(names: Iterable[str], text: str) -> str:
    """Return a sentence with the *names* most like *text*, or nothing where none is like it."""
    by_short = {_short(name): name for name in names}
    alike = difflib.get_close_matches(_short(text), by_short, NEAR_MAX, 0.6)
    holding = [short for short in by_short if text and text in short and short not in alike]
    found = [by_short[short] for short in [*alike, *holding][:NEAR_MAX]]
    return f"; did you mean {' or '.join(found)}?" if found else ""


def nearest(names: Iterable[str], part: str) -> list[str]:
    """Return the few *names* of which some stretch is most like *part*, the most alike first."""
    return sorted(names, key=lambda name: -_likeness(name, part))[:NEAR_MAX]


def _likeness(name: str, part: str) -> float:
    """Return how much *part* is like the stretch of *name* that lies where they agree most, from 0 to 1."""
    matcher = difflib.SequenceMatcher(None, name.lower(), part.lower(), autojunk=False)
    found = matcher.find_longest_match()
    start = max(found.a - found.b, 0)
    matcher.set_seq1(name.lower()[start : start + len(part)])
    return matcher.ratio()


def _exact(items: Sequence[Item], text: str) -> list[Item]:
    # As it stands first: a file `a.py` and an app `a` may hold the same names.
    return [item for item in items if item.id == text] or [item for item in items if without_suffix(item.id) == text]


def _at_a_boundary(items: Sequence[Item], text: str) -> list[Item]:
    return _one([item for item in items if any(_is_tail(id, text, _SEPARATORS) for id in _spellings(item))], text)


def _of_container(items: Sequence[Item], text: str) -> list[Item]:
    """Return the items of the file or app of that name: what stands before the ``::``."""
    spelled = {path: (path, without_suffix(path)) for path in map(container, items)}
    # As it stands first: a file `a.py` and an app `a` may lie side by side.
    found = [path for path in spelled if path == text]
    found = found or [path for path, each in spelled.items() if any(_is_tail(name, text, "/") for name in each)]
    if len(found) > 1:
        raise _ambiguous(found, text)
    return [item for item in items if container(item) in found]


def container(item: ItemFacts) -> str:
    """Return the path of the file or app that *item* is of."""
    return item.id.partition("::")[0]


def _is_tail(name: str, text: str, separators: str) -> bool:
    before = name.removesuffix(text)
    return name.endswith(text) and (not before or before[-1] in separators)


def _ending(items: Sequence[Item], text: str) -> list[Item]:
    return _one([item for item in items if any(id.endswith(text) for id in _spellings(item))], text)


def _spellings(item: Item) -> tuple[str, str]:
    return item.id, without_suffix(item.id)


def _one(items: list[Item], text: str) -> list[Item]:
    if len(items) > 1:
        raise _ambiguous([item.id for item in items], text)
    return items


def _ambiguous(names: list[str], text: str) -> UsageError:
    more = ", ..." if len(names) > CANDIDATES_MAX else ""
    candidates = ", ".join(names[:CANDIDATES_MAX])
    return UsageError(f"{text!r} may mean {candidates}{more}; write more of the name")


def _short(name: str) -> str:
    return re.split(r"::|/", name)[-1]
