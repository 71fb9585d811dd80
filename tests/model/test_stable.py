"""Texts are the same in every process: without addresses and private names, and with sets in their order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from simcore.catalog.mount import load_file, mount
from simcore.model.stable import SETS_MAX, stable
from tests.files import write_files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Foo object at 0x7f3a2b4c5d60>", "<Foo object at 0x…>"),
        ("<Foo object at 0x104f3a2b0> lost", "<Foo object at 0x…> lost"),
        ("id 0x7f3a2b4c5d60", "id 0x…"),
        ("the mask 0xff00", "the mask 0xff00"),
        ("{app:processes|0x00001} ended", "{app:processes|0x00001} ended"),
        ("at 0x1f, not 0x2f", "at 0x1f, not 0x2f"),
    ],
)
def test_an_address_is_told_as_one_and_another_number_as_it_is(text: str, expected: str) -> None:
    assert stable(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{'b', 'a'}", "{'a', 'b'}"),
        ("assert {'b', 'a'} == {'c', 'a'}", "assert {'a', 'b'} == {'a', 'c'}"),
        ("frozenset({'b', 'a'})", "frozenset({'a', 'b'})"),
        ("{10, 9, -1}", "{-1, 9, 10}"),
        ("{'b, c', 'a}'}", "{'a}', 'b, c'}"),
        ("""{"it's", 'a'}""", """{"it's", 'a'}"""),
        ("{('b', 2), ('a', 1)}", "{('a', 1), ('b', 2)}"),
        ("[{'b', 'a'}, {'d', 'c'}]", "[{'a', 'b'}, {'c', 'd'}]"),
        ("{'x': {'b', 'a'}, 'a': 1}", "{'x': {'a', 'b'}, 'a': 1}"),
        ("{frozenset({'d', 'c'}), frozenset({'b', 'a'})}", "{frozenset({'a', 'b'}), frozenset({'c', 'd'})}"),
        ("{<Color.RED: 1>, <Color.BLUE: 2>}", "{<Color.BLUE: 2>, <Color.RED: 1>}"),
        ("Order(items={'b', 'a'}, paid=False)", "Order(items={'a', 'b'}, paid=False)"),
        ("can't find {'b', 'a'}", "can't find {'a', 'b'}"),
        ("{b'b', b'a'}", "{b'a', b'b'}"),
        ("{Pid('{h|2}'), Pid('{h|1}')}", "{Pid('{h|1}'), Pid('{h|2}')}"),
        ("{None, 'a', 1}", "{'a', 1, None}"),
        ("lost {'b', 'a'} and {'d', 'c'}.", "lost {'a', 'b'} and {'c', 'd'}."),
    ],
)
def test_a_set_is_told_in_its_order(text: str, expected: str) -> None:
    assert stable(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{'a'}",
        "{'b': 1, 'a': 2}",
        "{b, a}",
        "the form {name, age} is wanted",
        "{app:processes|0x00002}, {app:processes|0x00001}",
        "{'b', 'a'",
        "{'b', 'a')}",
        "{{{",
        "}{",
        "{'b, 'a}",
        "{'b', 'a', ...}",
        "if x { return b, a }",
    ],
)
def test_what_is_no_set_stays_as_it_is(text: str) -> None:
    assert stable(text) == text


def test_what_a_broken_display_leaves_open_spoils_nothing_after_it() -> None:
    assert stable("{'b', 'a')} then {'b', 'a'}") == "{'b', 'a')} then {'a', 'b'}"


SETS = strategies.recursive(
    strategies.one_of(strategies.integers(), strategies.text(max_size=3), strategies.booleans(), strategies.none()),
    lambda inner: strategies.one_of(
        strategies.frozensets(inner, max_size=3),
        strategies.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


@given(value=SETS)
def test_a_text_is_only_put_in_order_and_means_the_same(value: Any) -> None:
    text = stable(f"assert {value!r}")

    assert eval(text.removeprefix("assert ")) == value
    assert sorted(text) == sorted(f"assert {value!r}")
    assert stable(text) == text


@given(text=strategies.text(alphabet="{}[](),:<>'\"\\a1 \n"))
def test_any_text_is_put_in_order_without_loss(text: str) -> None:
    assert sorted(stable(text).replace(" ", "")) == sorted(text.replace(" ", ""))


@pytest.mark.parametrize("unit", ["{", "{'", "{'\\'", "{<", "{}", "{'a', ", "{1,"])
def test_a_long_text_takes_a_time_that_grows_with_its_length(unit: str) -> None:
    """The test would not end if each character were looked at again and again."""
    text = unit * (SETS_MAX // len(unit) // 4)

    assert len(stable(text)) <= len(text) + 1


def test_the_private_name_of_a_module_is_told_as_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"shop/till.py": "class Till: pass\n"}))
    module = load_file(tmp_path / "shop/till.py", tmp_path / "shop", "shop/till.py")

    assert stable(f"{module.Till} is {module.Till()}") == (
        "<class 'shop/till.py::Till'> is <shop/till.py::Till object at 0x…>"
    )
    assert stable(f"no module {module.__name__}!") == "no module shop/till.py!"
    assert stable(f"in {mount(tmp_path / 'shop').__name__}.other.Thing") == "in shop.other.Thing", "which is not loaded"


def test_the_text_of_a_set_is_the_same_under_every_hash_seed() -> None:
    program = (
        "from simcore.model.stable import stable\n"
        "names = {f'name {number}' for number in range(20)}\n"
        "print(stable(f'{names} {[frozenset(names)]} {object()}'))\n"
    )

    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "0123"
    }

    assert len(told) == 1
