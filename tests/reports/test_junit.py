"""The JUnit report of a run."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml

from simcore import Results
from simcore.catalog.project import shipped_project
from simcore.catalog.reports import renderers

Render = Callable[[Results], str]


@pytest.fixture(scope="module")
def render() -> Render:
    return next(each.function for each in renderers(shipped_project()).found if each.name == "junit.xml")


@pytest.fixture
def root(render: Render, results: Results) -> ElementTree.Element:
    return ElementTree.fromstring(render(results))


def case(root: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(each for each in root.iter("testcase") if each.get("name") == name)


def properties(element: ElementTree.Element) -> dict[str | None, str | None]:
    return {each.get("name"): each.get("value") for each in element.iter("property")}


def test_the_totals_are_those_of_the_run(root: ElementTree.Element) -> None:
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "1", "1", "1"]


def test_a_suite_is_a_file_an_app_or_a_suite_of_tests(root: ElementTree.Element) -> None:
    names = [each.get("name") for each in root.iter("testsuite")]
    assert names == ["scenarios/pool.py", "scenarios/orders", "pipeline"]
    assert properties(next(root.iter("testsuite")))["simcore.base_seed"] == "7"


def test_an_expected_failure_is_a_pass_that_says_what_was_found(root: ElementTree.Element) -> None:
    found = case(root, "shop:lanes")

    assert [each.tag for each in found] == ["properties", "system-out"]
    assert properties(found)["simcore.expected_failure"] == "assert: order 2 was not shipped"
    assert properties(found)["simcore.replay"] == "simcore replay .simcore/runs/r/cases/x.case.json"
    assert properties(found)["simcore.token"] == "simcore1/uniform/5/0/orders::shop:lanes"


def test_a_failure_has_property_message_and_replay(root: ElementTree.Element) -> None:
    failure = case(root, "race").find("failure")

    assert failure is not None
    assert failure.get("type") == "no_double_charge"
    assert "charged twice" in str(failure.get("message"))
    assert "replay: simcore replay y.case.json" in str(failure.text)


def test_an_error_is_an_error_and_inconclusive_is_skipped(root: ElementTree.Element) -> None:
    error, skipped = case(root, "shop:broken").find("error"), case(root, "shop:endless").find("skipped")

    assert error is not None
    assert error.get("message") == "KeyError: '\\x00'"
    assert skipped is not None
    assert skipped.get("message") == "the bound was reached"


def test_other_tools_can_read_it(render: Render, results: Results) -> None:
    text = render(results)

    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    assert sum(len(suite) for suite in JUnitXml.fromstring(text.encode())) == 5


def test_a_remark_is_a_property_of_its_case_and_changes_no_verdict(root: ElementTree.Element) -> None:
    passed = case(root, "checkout")

    remarks = [each.get("value") for each in passed.iter("property") if each.get("name") == "simcore.remark"]
    told = "1 process failed and nobody looked: a\\x00 (in 9 of 100 schedules, first in 4)"
    assert remarks == [told]
    assert passed.find("failure") is None
