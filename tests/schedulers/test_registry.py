"""A strategy is a name with numbers, each of which has its range; what a search says it used makes the run again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simcore import Uniform, UsageError
from simcore.kernel.action import Action, Label
from simcore.kernel.choices import Choices
from simcore.schedulers.registry import SCHEDULERS, make_scheduler, make_search, scheduler_given, written_forms


@pytest.mark.parametrize("strategy", ["fifo", "uniform", "pct", "pct:1", "pct:3,412", "pct:100,1000000000"])
def test_every_written_form_makes_a_scheduler_of_its_name_and_a_search(strategy: str) -> None:
    assert make_scheduler(strategy).name == strategy.partition(":")[0]
    assert make_search(strategy).round([1]) == ["fifo"]


@pytest.mark.parametrize("name", SCHEDULERS)
def test_what_a_search_says_of_a_schedule_can_be_made_again(name: str) -> None:
    (used,) = make_search(name).round([2])

    assert make_scheduler(used).name == name
    assert make_search(used).round([2]) == [used]


@pytest.mark.parametrize(
    ("strategy", "told"),
    [
        ("unifrom", "there is no strategy 'unifrom'; did you mean uniform? (choose from fifo, uniform, pct)"),
        ("", "there is no strategy ''"),
        ("pct:", "depth is a whole number from 1 to 100, not ''"),
        ("pct:0", "depth is a whole number from 1 to 100, not '0'"),
        ("pct:101", "not '101'"),
        ("pct:3,", "length is a whole number from 1 to 1000000000, not ''"),
        ("pct:3,-4", "not '-4'"),
        ("pct:٣", "not '٣'"),
        ("pct:" + "9" * 5_000, "depth is a whole number"),
        ("pct:1,2,3", "has too many parameters: pct[:depth,length] is how it reads"),
        ("uniform:1", "has too many parameters: uniform is how it reads"),
        ("fifo:", "has too many parameters: fifo is how it reads"),
    ],
)
def test_what_is_no_strategy_is_refused_by_name(strategy: str, told: str) -> None:
    for make in (make_scheduler, make_search):
        with pytest.raises(UsageError) as caught:
            make(strategy)
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (3, "strategy takes a scheduler such as Uniform(), or a name such as 'uniform', not 3"),
        (Uniform, "strategy takes a scheduler and not its class; write Uniform()"),
        ("unifrom", "there is no strategy 'unifrom'; did you mean uniform?"),
    ],
)
def test_what_python_code_gives_is_an_object_or_a_name(wrong: Any, told: str) -> None:
    mine = Uniform(7)

    assert scheduler_given(mine) is mine
    assert scheduler_given("pct:4").name == "pct"
    with pytest.raises(UsageError, match=re.escape(told)):
        scheduler_given(wrong)


def test_the_list_names_the_parameters() -> None:
    assert written_forms() == ["fifo", "uniform", "pct[:depth,length]"]


@pytest.mark.parametrize("strategy", SCHEDULERS)
def test_a_scheduler_picks_what_is_ready(strategy: str) -> None:
    scheduler = make_scheduler(strategy)
    scheduler.begin(Choices(3))
    ready: list[Action] = [_Named(path) for path in "abcd"]

    assert all(0 <= scheduler.pick(ready[: 2 + step % 3]) < 2 + step % 3 for step in range(200))


class _Named(Action):
    """An action of the process called *path*."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def label(self) -> Label:
        return Label("step", self._path)
