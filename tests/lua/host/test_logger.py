"""Log records of a program: logger and print (lua 4, 6.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def test_print_joins_its_arguments_with_blanks(bench: Bench) -> None:
    bench.run("print('a', 1, 2.0, nil, true, errors.new('e'))\nprint()")

    assert bench.logs.records == [("info", "a 1 2 nil true e", {}, "app:main:2"), ("info", "", {}, "app:main:3")]


def test_a_logger_writes_level_fields_and_place(bench: Bench) -> None:
    body = """
    logger:debug("d")
    logger:info("i", {b = 1, a = {x = "y"}, [1] = "dropped"})
    local child = logger:named("db"):with({request = "r"}):named("pool")
    child:warn("größe", {request = "other", ok = true})
    require("logger"):error("e", {err = errors.new("bad")})
    local none, problem = logger:named("")
    return {none == nil, problem:kind(), logger:info("x") == nil, type(logger)}
    """

    assert bench.run(body, modules=("logger",)) == [True, "Invalid", True, "userdata"]
    *_, fourth, _ = bench.logs.records
    assert [(level, message, place) for level, message, _, place in bench.logs.records] == [
        ("debug", "d", "app:main:3"),
        ("info", "i", "app:main:4"),
        ("warn", "größe", "app:main:6"),
        ("error", "e", "app:main:7"),
        ("info", "x", "app:main:9"),
    ]
    assert [fields for _, _, fields, _ in bench.logs.records[:3]] == [
        {},
        {"a": {"x": "y"}, "b": 1},
        {"ok": True, "request": "other", "logger": "db.pool"},
    ]
    assert str(fourth[2]["err"]) == "bad"


def test_a_log_from_a_library_names_the_library(bench: Bench) -> None:
    bench.add("noisy", "return {say = function() print('here') end}", "library.lua")
    bench.add("top", "return {main = function() noisy.say() end}", imports={"noisy": "app:noisy"})
    bench.result("top")

    assert bench.logs.records == [("info", "here", {}, "app:noisy:1")]


@pytest.mark.parametrize(
    "call",
    [
        "logger:info()",
        "logger:info({})",
        "logger:info('x', 5)",
        "logger:with(1)",
        "logger.info('x')",
        "logger:named(5)",
    ],
)
def test_wrong_arguments_are_raised_at_the_line_of_the_program(bench: Bench, call: str) -> None:
    with pytest.raises(ProcessError, match=r"^app:main:3: bad argument"):
        bench.run(f"\n{call}\nreturn 1", modules=("logger",))
