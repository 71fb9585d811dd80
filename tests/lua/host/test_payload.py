"""Values that leave a Lua process: one canonical string, the same as Python writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore.model.errors import NotFound, ProcessError
from simcore.model.payload import pack
from simcore.model.pid import Pid

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

ECHO = "return {main = function(...) return ... end}"


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**63 - 1, -(2**63), 0.5, -0.0, 1e300, "", "text", "größer ∞", "\0\n"),
        *([1, 2, 3], ["a", ["b", []]], {"a": 1, "b": [1]}, {3: "x", "k": {"deep": True}}, [1.0, 2], {10: 1, 9: 2}),
    ],
)
def test_a_value_comes_back_as_it_was(bench: Bench, value: Any) -> None:
    bench.add("echo", ECHO)
    back = bench.result("echo", value)

    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [1, "a", 2.5, True, [1, [2, "x"]], {"a": 1, "b": {"c": [1.5, True]}}, [NotFound("gone", None, True, {"k": [1]})]],
)
def test_lua_writes_the_same_bytes_as_python(bench: Bench, value: Any) -> None:
    bench.add("echo", ECHO)
    record = bench.start("echo", value)
    bench.runtime.kernel.run()

    assert record.outcome is not None
    assert record.outcome.payload.data == pack((value,)).data


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner.filter(lambda each: each is not None), min_size=1, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner.filter(lambda each: each is not None), min_size=1, max_size=4)
    ),
    max_leaves=12,
)


def sorted_keys(value: Any) -> Any:
    """Return *value* with the keys of every dict in the order that Lua writes them."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value, key=lambda key: key.encode())}
    return [sorted_keys(each) for each in value] if isinstance(value, list) else value


@given(value=PLAIN)
@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_plain_value_survives_lua(bench: Bench, value: Any) -> None:
    if not any(entry["name"] == "echo" for entry in bench.entries):
        bench.add("echo", ECHO)
    record = bench.start("echo", value)
    bench.runtime.kernel.run()

    assert record.outcome is not None
    assert record.outcome.payload.value() == value
    assert record.outcome.payload.data == pack((sorted_keys(value),)).data


def test_sharing_and_cycles_inside_one_value_are_kept_both_ways(bench: Bench) -> None:
    inner: dict[str, Any] = {"name": "inner"}
    value: dict[str, Any] = {"a": inner, "b": inner}
    value["me"] = value
    source = """
    return {main = function(t)
        assert(t.me == t and t.a == t.b)
        t.a.seen = true
        t.list = {t.a, t}
        return t
    end}
    """
    bench.add("cycle", source)
    back = bench.result("cycle", value)

    assert back["me"] is back
    assert back["a"] is back["b"] is back["list"][0]
    assert back["list"][1] is back
    assert back["a"]["seen"] is True


def test_sharing_between_two_values_is_lost(bench: Bench) -> None:
    source = """
    return {main = function()
        local inbox, t = process.inbox(), {}
        process.send(process.pid(), "pair", t, t)
        local both = inbox:receive():payload()
        return both[1] ~= both[2] and both[1] ~= t
    end}
    """
    bench.add("pair", source)

    assert bench.result("pair") is True


def test_what_cannot_leave_becomes_nil(bench: Bench) -> None:
    body = """
    return {f = print, c = channel.new(), t = coroutine.running(), p = payload.new(1), list = {1, print, 3},
        [print] = 1,
        [{}] = 2, kept = setmetatable({x = 1}, {__index = {y = 2}})}
    """

    assert bench.run(body) == {"kept": {"x": 1}, "list": [1, None, 3]}


def test_a_table_with_holes_is_a_map(bench: Bench) -> None:
    assert bench.run("local t = {1, 2, 3} t[2] = nil return t") == {1: 1, 3: 3}


def test_an_error_object_travels_with_kind_retryable_and_details(bench: Bench) -> None:
    body = (
        "return {errors.new{message = 'no', kind = errors.NOT_FOUND, retryable = true, details = {a = {1}, [1] = 2}}}"
    )
    (error,) = bench.run(body)

    assert isinstance(error, NotFound)
    assert (error.message, error.kind, error.retryable, error.details) == ("no", "NotFound", True, {"a": [1]})


def test_a_pid_is_its_text_in_lua(bench: Bench) -> None:
    bench.add("kind", "return {main = function(pid) return {type(pid), pid} end}")

    assert bench.result("kind", Pid("{app:processes|0x00009}")) == ["string", "{app:processes|0x00009}"]


def test_bytes_reach_lua_and_come_back(bench: Bench) -> None:
    bench.add("bytes", "return {main = function(b) return {#b, b:byte(1), b} end}")

    assert bench.result("bytes", b"\xff\x00\x80") == [3, 255, b"\xff\x00\x80"]


@pytest.mark.parametrize(
    "call",
    [
        "process.send(process.pid(), 't', deep)",
        "process.spawn('app:main', 'app:processes', deep)",
        "process.call('app:main', 'app:processes', deep)",
        "process.with_context({}):with_message('t', deep)",
        "process.with_context({deep = deep})",
        "funcs.call('app:main', deep)",
        "events.send('s', 'k', '/', deep)",
        "error(select(2, pcall(process.send, process.pid(), 't', {x = deep})))",
    ],
)
def test_a_value_that_is_nested_too_deep_is_refused(bench: Bench, call: str) -> None:
    """process 18.2, O32."""
    body = f"""
    local deep = {{}}
    for _ = 2, 200 do deep = {{deep}} end
    local sent = process.send(process.pid(), "t", deep)
    deep = {{deep}}
    local ok, err = pcall(function() local x = {call} end)
    return {{sent, ok, err:kind(), err:message()}}
    """

    text = "a value that leaves its process may be nested 200 deep, this one is deeper"
    assert bench.run(body, modules=("funcs", "events")) == [True, False, "Invalid", text]


def test_a_result_that_is_nested_too_deep_is_the_error_of_its_process(bench: Bench) -> None:
    with pytest.raises(ProcessError, match="nested 200 deep") as caught:
        bench.run("local deep = {} for _ = 1, 200 do deep = {deep} end return deep")
    assert caught.value.kind == "Invalid"


def test_arguments_keep_their_number_with_trailing_nils(bench: Bench) -> None:
    bench.add("count", "return {main = function(...) return select('#', ...) end}")

    assert bench.result("count", 1, None, None) == 3
    assert bench.result("count") == 0


def test_a_message_belongs_to_its_receiver_alone(bench: Bench) -> None:
    bench.add("child", "return {main = function(t) t.x = 2 t.list[1] = 9 return t end}")
    body = """
    local events, t = process.events(), {x = 1, list = {1}}
    process.spawn_monitored("app:child", "app:processes", t)
    local got = events:receive().result.value
    return {t.x, t.list[1], got.x, got.list[1]}
    """

    assert bench.run(body) == [1, 1, 2, 9]
