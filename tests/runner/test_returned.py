"""What a test of an application returned, judged as the test library of its ecosystem gives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simcore import Failure, ProcessError
from simcore.model.errors import ForeignUse
from simcore.model.outcome import Remark, Verdict
from simcore.runner.returned import UnjudgedResult, judge_values
from tests.apps import play_test
from tests.files import write_files

MISSING = "app:main:3: sql is not part of this simulation; app:main (_index.yaml:7) lists it as module: import ..."


def case(name: str, status: str = "pass", **more: Any) -> dict[str, Any]:
    return {"name": name, "status": status, **more}


def result(*cases: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a result as the library makes it, of one suite with these cases."""
    failed = sum(each["status"] == "fail" for each in cases)
    return {
        "timestamp": 1,
        "status": "error" if failed else "ok",
        "total_tests": len(cases),
        "passed_tests": sum(each["status"] == "pass" for each in cases),
        "failed_tests": failed,
        "duration_ms": 3,
        "test_suites": {"orders": {"name": "orders", "status": "ok", "tests": list(cases)}},
        **more,
    }


def failure(value: Any) -> str:
    with pytest.raises(Failure) as caught:
        judge_values("app:t", [value])
    assert caught.value.property_name == "assert"
    return caught.value.message


# -- what fails


@pytest.mark.parametrize(
    "value",
    [
        {"status": "error", "failed_tests": 1},
        {"status": "error"},
        {"status": "ERROR"},
        {"status": "failed"},
        {"status": "fail"},
        {"failed_tests": 1},
        {"status": "ok", "failed_tests": 2},
        {"status": "ok", "failed_tests": 1.0},
        {"status": "ok", "failed_tests": "1"},
        {"total": 3, "passed": 1, "failed": 2, "skipped": 0, "status": "passed"},
        {"passed": 1, "failed": 2},
        {"status": "ok", "failed_tests": 0, "test_suites": {"s": {"tests": [case("c", "fail")]}}},
        {"test_suites": [{"name": "s", "tests": {"c": {"status": "error", "error": "x"}}}]},
        {"tests": [case("c", "failed")]},
        {"suites": [{"suites": [{"cases": [case("c", "fail")]}]}]},
        {"test_suites": {"s": {"name": "s", "status": "error", "error": "the hook broke", "tests": []}}},
        {"status": False},
        {"status": "errored", "total_tests": 1, "failed_tests": 0},
        {"status": "failure", "total_tests": 1},
        {
            "status": "ok",
            "total_tests": 1,
            "failed_tests": 0,
            "test_suites": [{"tests": [{"name": "c", "error": "e"}]}],
        },
        {"status": "ok", "tests": [{"name": "c", "errors": ["e"]}]},
        {"status": "ok", "tests": [{"name": "c", "passed": False}]},
        {"status": "ok", "tests": [{"name": "c", "status": False}]},
        {"status": "ok", "failed_tests": 0, "test_suites": [{"name": "s", "failed": 1, "failed_tests": 1}]},
        {"status": "ok", "failed_tests": 0, "test_suites": {"s": {"failed_tests": "2", "tests": [case("c")]}}},
        {"status": "ok", "failed_tests": 0, "tests": [{"name": "c", "status": "ok", "failed": True}]},
        {"status": "ok", "total_tests": 3, "failed": 1},
    ],
)
def test_a_result_that_says_that_something_failed_is_a_failure(value: dict[str, Any]) -> None:
    assert "app:t" in failure(value)


@pytest.mark.parametrize(
    "values", [[True, {"status": "error"}], [{"status": "error"}, True], [None, {"failed_tests": 3}]]
)
def test_it_is_found_beside_another_value(values: list[Any]) -> None:
    with pytest.raises(Failure):
        judge_values("app:t", values)


def test_a_failure_has_the_texts_of_the_failed_cases() -> None:
    value = result(case("a"), case("b", "fail", error="t.lua:4: got 1\nstack"), case("c", "fail", error="no c"))

    assert failure(value).splitlines() == [
        "2 of 3 cases of app:t failed: orders > b: t.lua:4: got 1",
        "stack",
        "orders > c: no c",
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("a text", "a text"),
        (ProcessError("an error object", "Invalid"), "an error object"),
        ({"message": "a table", "line": 3}, "a table"),
        ({"error": {"message": "in a table"}}, "in a table"),
        (["one", "two"], "one; two"),
        (42, "42"),
        (True, "True"),
        ({"line": 3}, "{'line': 3}"),
        (b"\xff", "b'\\xff'"),
        (None, "its status is fail"),
        ("", "its status is fail"),
    ],
)
def test_an_error_is_told_whatever_it_is(error: object, said: str) -> None:
    assert failure(result(case("c", "fail", error=error))) == f"1 of 1 cases of app:t failed: orders > c: {said}"


def test_a_case_without_a_name_has_its_place_and_nested_suites_their_way() -> None:
    value = {"suites": [{"name": "outer", "suites": {"inner": {"tests": [{"status": "fail", "error": "x"}]}}}]}

    assert failure(value) == "1 cases of app:t failed: outer > inner > #1: x".replace("1 cases", "1 case")


def test_what_a_result_says_itself_is_told_where_no_case_does() -> None:
    assert failure({"status": "error", "error": "setup broke"}) == "app:t returned the status error: setup broke"
    assert failure({"status": "error", "failed_tests": 2}) == "2 cases of app:t failed"


def test_a_long_list_and_a_long_text_are_cut() -> None:
    many = failure(result(*(case(str(number), "fail", error="x" * 5_000) for number in range(50))))

    assert many.endswith("\nand 30 more")
    assert len(many) < 21 * 1_100


def test_a_table_that_holds_itself_again_and_again_is_read_in_no_time() -> None:
    value: dict[str, Any] = {"status": "error", "name": "s"}
    value["tests"] = value["suites"] = [value] * 50
    value["error"] = [value["tests"]] * 50

    assert failure(value).endswith("more")


# -- what passes


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "error",
        [{"status": "error"}],
        {},
        {"status": "shipped", "failed": 3},
        {"status": 500},
        {"error": "none"},
        {"failed": True},
        result(case("a"), case("b")),
        {"total": 3, "passed": 3, "failed": 0, "skipped": 0, "status": "passed"},
        {"status": "ok"},
        {"status": "cancelled", "order": 7},
        {"total": 12.5, "passed": True},
        {"children": [{"name": "a", "error": ""}]},
        {"status": True, "failed_tests": 0},
        {"status": "completed", "failed_tests": 0, "total_tests": 2, "passed_tests": 2},
        {"status": "ok", "test_suites": [{"name": "s", "status": "completed", "tests": [case("a")]}]},
        {"status": "ok", "tests": [{"name": "a"}, {"name": "b", "passed": True, "error": False}]},
    ],
)
def test_what_says_nothing_of_a_failure_passes(value: object) -> None:
    assert judge_values("app:t", [value]) == ()


# -- what is said besides


def test_cases_that_never_ran_are_said() -> None:
    """A suite that is nested too deep is counted, and not begun."""
    value = result(case("a"), case("b"), total_tests=5)

    assert judge_values("app:t", [value]) == (Remark("unrun", "3 of 5 cases of app:t never ran"),)


@pytest.mark.parametrize(
    "value",
    [
        result(case("a"), case("b", "skip"), case("c", "skipped")),
        {"status": "ok", "failed_tests": 0, "total_tests": 3, "passed_tests": 1, "skipped_tests": 2},
        {"status": "ok", "failed_tests": 0, "tests": [case("a"), case("b", "skip"), case("c", "pending")]},
        {"status": "passed", "total": 3, "passed": 1, "failed": 0, "skipped": 2},
    ],
)
def test_cases_that_were_skipped_are_said(value: dict[str, Any]) -> None:
    assert judge_values("app:t", [value]) == (Remark("skipped", "2 of 3 cases of app:t were skipped"),)


def test_what_was_skipped_and_what_never_ran_are_both_said() -> None:
    said = judge_values("app:t", [result(case("a"), case("b", "skip"), total_tests=5)])

    assert [remark.text for remark in said] == ["1 of 5 cases of app:t were skipped", "3 of 5 cases of app:t never ran"]


@pytest.mark.parametrize(
    "value",
    [
        {"status": "ok", "test_suites": {}, "total_tests": 2},
        {"status": "ok", "test_suites": [{"name": "s", "tests": {}}], "total_tests": 2},
        {"status": "ok", "test_suites": []},
        {"status": "ok", "tests": [case("a", "skip")]},
    ],
)
def test_a_result_whose_suites_hold_no_case_that_ran_is_vacuous(value: dict[str, Any]) -> None:
    assert judge_values("app:t", [value]) == (Remark("vacuous", "vacuous: no case of app:t ran"),)


def test_a_result_that_was_skipped_as_a_whole_is_vacuous() -> None:
    value = {"status": "skipped", "total_tests": 2, "failed_tests": 0}

    assert judge_values("app:t", [value]) == (Remark("vacuous", "vacuous: app:t was skipped"),)


@pytest.mark.parametrize("value", [result(), result(case("a", "skip"))], ids=["none", "skipped"])
def test_a_test_of_which_no_case_ran_is_vacuous(value: dict[str, Any]) -> None:
    assert judge_values("app:t", [value]) == (Remark("vacuous", "vacuous: no case of app:t ran"),)


@pytest.mark.parametrize(
    "value",
    [
        {"failed_tests": "many"},
        {"failed_tests": {}, "status": "ok"},
        {"failed_tests": True},
        {"failed_tests": float("nan"), "status": "ok"},
        {"total_tests": 3, "status": 7},
        {"test_suites": {}, "status": "perhaps"},
        {"status": "ok", "failed_tests": -1},
        {"status": "ok", "failed_tests": 0, "total_tests": -1},
        {"status": "ok", "failed_tests": 0.5},
        {"status": "ok", "failed_tests": float("inf")},
        {"status": "ok", "total_tests": "three"},
        {"status": "ok", "test_suites": "none"},
        {"status": "ok", "test_suites": 3, "failed_tests": 0},
        {"status": "ok", "total_tests": 2, "passed_tests": 3},
        {"status": "ok", "total_tests": 2, "passed_tests": 1, "skipped_tests": 2},
        {"status": "ok", "tests": [{"name": "c", "status": "weird"}]},
        {"status": "ok", "failed_tests": 0, "test_suites": [{"name": "s", "status": "crashed", "tests": [case("a")]}]},
        {"status": "weird", "tests": [case("a")]},
        {"status": "completed", "total_tests": 1},
    ],
)
def test_a_result_of_which_nobody_can_tell_is_no_pass(value: dict[str, Any]) -> None:
    with pytest.raises(UnjudgedResult, match=r"^app:t returned a result that cannot be judged: "):
        judge_values("app:t", [value])


@pytest.mark.parametrize(
    "status",
    ["err", "aborted", "timeout", "cancelled", "broken", "crashed", "panic", "not ok", "incomplete", "", "unknown", 0],
)
@pytest.mark.parametrize("counts", [{"total_tests": 1, "failed_tests": 0}, {"test_suites": {}}, {"passed_tests": 1}])
def test_a_result_whose_status_is_no_word_for_passing_is_no_pass(status: object, counts: dict[str, Any]) -> None:
    with pytest.raises(UnjudgedResult, match=r"its status is "):
        judge_values("app:t", [{"status": status, **counts}])


# -- what is missing in the simulation


def test_cases_that_all_fail_since_something_is_missing_are_inconclusive() -> None:
    value = result(case("a", "fail", error=MISSING), case("b", "fail", error=f"stack\n{MISSING}"), case("c"))

    with pytest.raises(ForeignUse) as caught:
        judge_values("app:t", [value])
    assert str(caught.value).splitlines()[0] == f"orders > a: {MISSING}"


def test_a_case_that_fails_by_itself_is_told_before_those_that_miss_something() -> None:
    told = failure(result(case("a", "fail", error=MISSING), case("b", "fail", error="got 1")))

    assert told.splitlines() == ["2 of 2 cases of app:t failed: orders > b: got 1", f"orders > a: {MISSING}"]


# -- from Lua

LIBRARY = """
local function run_cases(cases)
    return function()
        local tests, failed = {}, 0
        for name, each in pairs(cases) do
            local ok, problem = pcall(each)
            if not ok then failed = failed + 1 end
            tests[#tests + 1] = { name = name, status = ok and "pass" or "fail", error = not ok and problem or nil }
        end
        return { status = failed > 0 and "error" or "ok", total_tests = #tests, passed_tests = #tests - failed,
            failed_tests = failed, test_suites = { sums = { name = "sums", tests = tests } } }
    end
end
return {
    wrong = run_cases({ adds = function() assert(1 + 1 == 3, "sums differ") end, holds = function() end }),
    right = run_cases({ adds = function() assert(1 + 1 == 2) end }),
    missing = run_cases({ asks = function() sql.get("db") end }),
    object = run_cases({ sends = function() local _, e = process.send("{app:host|0x99}", "t") error(e) end }),
    beside = function() return true, { status = "error", failed_tests = 1 } end,
    bare = function() return { status = "error", failed_tests = 1 } end,
    itself = function()
        local case = { name = "c", status = "fail" }
        case.error = { case }
        local result = { status = "error", failed_tests = 1 }
        result.test_suites = { result, { tests = { case, result } } }
        return result
    end,
    function_value = function() return { status = "error", failed_tests = 1, again = function() end } end,
}
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ("wrong", "right", "missing", "object", "beside", "bare", "itself", "function_value")
    entries = "".join(
        f"  - {{name: {name}, kind: function.lua, source: 'file://t.lua', method: {name}, modules: [sql], "
        "meta: {type: test}}\n"
        for name in names
    )
    index = f'version: "1.0"\nnamespace: app\nentries:\n  - {{name: host, kind: process.host}}\n{entries}'
    return write_files(tmp_path_factory.mktemp("app"), {"_index.yaml": index, "t.lua": LIBRARY})


@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("wrong", Verdict.FAILED, "1 of 2 cases of app:wrong failed: sums > adds: app:wrong:15: sums differ"),
        ("right", Verdict.PASSED, ""),
        ("missing", Verdict.INCONCLUSIVE, "sql is not part of this simulation"),
        ("object", Verdict.FAILED, "1 of 1 cases of app:object failed: sums > sends: process not found"),
        ("beside", Verdict.FAILED, "1 case of app:beside failed"),
        ("bare", Verdict.FAILED, "1 case of app:bare failed"),
        ("itself", Verdict.FAILED, " of app:itself failed: "),
        ("function_value", Verdict.FAILED, "1 case of app:function_value failed"),
    ],
)
def test_a_test_in_lua_is_judged_by_the_result_of_its_cases(app: Path, name: str, verdict: Verdict, said: str) -> None:
    outcome = play_test(app, f"app:{name}")

    assert outcome.verdict is verdict, outcome
    assert said in outcome.message
