"""What a process keeps from one run to the next is found, and told by its name."""

from __future__ import annotations

import decimal
import importlib
import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.campaign.leaks import state
from simcore.campaign.leaks.state import kept, kept_of_project, outlived

MODULE = """
import functools
import io
import itertools
import random
from collections import Counter, deque

RUNS = []
TABLE = {"a": {"b": [1]}}
WORDS = {"x", "y", "z"}
COUNTED = Counter()
LAST = deque(maxlen=3)
IDS = itertools.count()
ROUND = itertools.cycle("abc")
TEXT = io.StringIO()
CHANCE = random.Random(1)
WALKED = iter([1, 2, 3])


class Account:
    total = 0
    opened = []

    def seen(self, one, all=[]):
        all.append(one)


class Single:
    instance = None


class Slots:
    __slots__ = ("number",)


class Hostile:
    def __init__(self):
        self.number = 0

    def _raise(self, *_):
        raise SystemExit("no code of the user's is run")

    __repr__ = __eq__ = __hash__ = __iter__ = __len__ = __reduce__ = __reduce_ex__ = __getattr__ = _raise
    __class__ = property(_raise)


HOSTILE = Hostile()
SLOTS = Slots()
SLOTS.number = 0
PARTIAL = functools.partial(Account.seen, [])


def collect(one, seen=[], *, more={}):
    seen.append(one)
    more[one] = 1


def called():
    called.times = getattr(called, "times", 0) + 1


def counter():
    number = 0

    def count():
        nonlocal number
        number += 1

    return count


COUNT = counter()


@functools.lru_cache
def slow(one):
    return one


@functools.wraps(collect)
def wrapped(one, kept={}):
    kept[one] = 1


def endless():
    number = 0
    while True:
        number += 1
        yield number


GENERATOR = endless()


def again():
    global NEW
    NEW = 1
"""


def changes() -> dict[str, tuple[Callable[[Any], object], str]]:
    return {
        "list": (lambda kept: kept.RUNS.append(1), "state.py: RUNS was [], now [1]"),
        "nested": (lambda kept: kept.TABLE["a"]["b"].append(2), "state.py: TABLE was {'a': {'b': [1]}}, now {'a'"),
        "set": (lambda kept: kept.WORDS.discard("y"), "WORDS was set({'x', 'y', 'z'}), now set({'x', 'z'})"),
        "counter": (lambda kept: kept.COUNTED.update("a"), "COUNTED was Counter({}), now Counter({'a': 1})"),
        "deque": (lambda kept: kept.LAST.append(1), "LAST was deque([]), now deque([1])"),
        "count": (lambda kept: next(kept.IDS), "IDS was <count ((0))>, now <count ((1))>"),
        "cycle": (lambda kept: next(kept.ROUND), "state.py: ROUND was"),
        "text": (lambda kept: kept.TEXT.write("a"), "TEXT was '', now 'a'"),
        "random": (lambda kept: kept.CHANCE.random(), "CHANCE was <a generator at "),
        "iterator": (lambda kept: next(kept.WALKED), "state.py: WALKED was"),
        "class attribute": (lambda kept: setattr(kept.Account, "total", 3), "Account.total was 0, now 3"),
        "class container": (lambda kept: kept.Account.opened.append(1), "Account.opened was [], now [1]"),
        "method default": (lambda kept: kept.Account().seen(1), "Account.seen: the default of all was [], now [1]"),
        "singleton": (lambda kept: setattr(kept.Single, "instance", kept.Single()), "instance was None, now <Single>"),
        "slots": (lambda kept: setattr(kept.SLOTS, "number", 1), "SLOTS was <Slots number=0>, now <Slots number=1>"),
        "hostile": (
            lambda kept: object.__setattr__(kept.HOSTILE, "number", 1),
            "HOSTILE was <Hostile number=0>, now <Hostile number=1>",
        ),
        "partial": (lambda kept: kept.PARTIAL.args[0].append(1), "state.py: PARTIAL was partial(["),
        "default": (lambda kept: kept.collect(1), "collect: the default of seen was [], now [1]"),
        "named default": (lambda kept: kept.collect(1), "collect: the default of more was {}, now {1: 1}"),
        "attribute": (lambda kept: kept.called(), "called.times was not there, now 1"),
        "closure": (lambda kept: kept.COUNT(), "COUNT: the variable number that it closes over was 0, now 1"),
        "cache": (lambda kept: kept.slow(1), "the cache of state.py: slow was 0 hits, 0 misses, 0 kept, now 0 hits, 1"),
        "wrapped": (lambda kept: kept.wrapped(1), "wrapped: the default of kept was {}, now {1: 1}"),
        "generator": (
            lambda kept: next(kept.GENERATOR),
            "GENERATOR was <generator at instruction 0>{}, now <",
        ),
        "new name": (lambda kept: kept.again(), "state.py: NEW was not there, now 1"),
        "function": (lambda kept: setattr(kept, "again", None), "state.py: again was not there, now None"),
        "long": (lambda kept: kept.RUNS.extend(range(500)), "RUNS was [], now list of 500: [0, 1, 2"),
        "endless": (lambda kept: kept.RUNS.append(kept.RUNS), "RUNS was [], now [<list number 0>]"),
    }


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "state.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("state")
    del sys.modules["state"]


@pytest.fixture
def _few_modules(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user have two modules, and not the hundreds of all tests."""
    monkeypatch.setattr(state, "_own_modules", lambda: [module, sys.modules[__name__]])


@pytest.mark.parametrize("change", list(changes()))
def test_a_change_of_a_module_is_told_by_its_name(module: ModuleType, change: str) -> None:
    act, said = changes()[change]
    before = kept_of_project()

    act(module)
    lines = outlived(before, kept_of_project())

    assert any(said in line for line in lines), lines


@pytest.mark.usefixtures("_few_modules")
def test_a_process_in_which_nothing_has_happened_keeps_the_same() -> None:
    assert outlived(kept(), kept()) == []


def test_a_walk_moves_no_iterator_and_counts_as_no_use_of_a_cache(module: ModuleType) -> None:
    kept_of_project()

    assert (next(module.IDS), next(module.ROUND), next(module.WALKED), next(module.GENERATOR)) == (0, "a", 1, 1)
    assert module.slow.cache_info().misses == 0


def test_of_many_changes_the_first_are_named_and_the_rest_counted(module: ModuleType) -> None:
    before = kept_of_project()

    for number in range(12):
        setattr(module, f"NAME_{number}", number)
    lines = outlived(before, kept_of_project())

    assert (len(lines), lines[-1]) == (9, "and 4 more")


def test_a_module_that_is_imported_in_the_middle_is_one_change(module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("ONE = TWO = THREE = []\n", encoding="utf-8")
    before = kept_of_project()

    importlib.import_module("late")
    lines = outlived(before, kept_of_project())
    del sys.modules["late"]

    assert lines == ["late.py was imported"]


def test_what_hypothesis_keeps_with_a_test_and_its_strategies_is_nothing_that_outlives(module: ModuleType) -> None:
    @settings(max_examples=3, database=None)
    @given(st.integers(), st.data())
    def drawn(number: int, data: st.DataObject) -> None:
        data.draw(strategy)

    strategy: st.SearchStrategy[object] = st.lists(st.deferred(lambda: st.integers() | st.text())).filter(len)
    vars(module).update(drawn=drawn, strategy=strategy)
    before = kept_of_project()

    drawn()

    assert outlived(before, kept_of_project()) == []


@pytest.mark.usefixtures("_few_modules")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda patch: patch.setenv("LEFT_BEHIND", "1"), "os.environ['LEFT_BEHIND'] was not there, now '1'"),
        (lambda patch: patch.setattr(time, "sleep", lambda _: None), "time.sleep was <sleep>, now <<lambda>>"),
        (lambda patch: patch.setattr(decimal.getcontext(), "prec", 7), "the decimal context was [28, "),
        (lambda patch: patch.setattr(warnings, "filters", []), "the list of filters of warnings was "),
        (lambda patch: patch.chdir("/"), "the current folder was "),
        (lambda patch: patch.syspath_prepend("/nowhere"), "sys.path was "),
        (
            lambda patch: patch.setitem(sys.modules, "left_behind", os),
            "what stands in sys.modules under ",
        ),
        (lambda patch: patch.setattr("builtins.id", lambda _: 1), "the table of built-ins was "),
    ],
)
def test_what_python_keeps_for_everybody_is_told(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch], None], said: str
) -> None:
    before = kept()

    with monkeypatch.context() as patch:
        change(patch)
        lines = outlived(before, kept())

    assert any(line.startswith(said) for line in lines), lines


@pytest.mark.usefixtures("_few_modules")
def test_the_generator_of_the_module_random_is_told() -> None:
    drawn, before = random.getstate(), kept()

    random.random()
    lines = outlived(before, kept())
    random.setstate(drawn)

    assert [line.partition(" was ")[0] for line in lines] == ["the generator of the module random"]
