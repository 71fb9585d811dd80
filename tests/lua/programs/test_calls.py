"""Call, exec and upgrade, from Lua (process 8, 10, 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.bridge.definition import LuaDefinition
from simcore.model.errors import ProcessError
from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.policy import allow
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

VERBS = ("call", "exec")
ECHO = "return {main = function(...) return {n = select('#', ...), first = (...), id = process.id()} end}"
FAILS = """
return {main = function()
    error(errors.new{message = "no", kind = errors.CONFLICT, retryable = true, details = {code = 7}})
end}
"""


@pytest.mark.parametrize("verb", VERBS)
def test_the_result_of_the_child_is_the_answer(bench: Bench, verb: str) -> None:
    """process 8.4, 8.9."""
    bench.add("echo", ECHO)
    body = f"local value, problem = process.{verb}('app:echo', 'app:processes', {{'a'}}, nil) return {{value, problem}}"

    assert bench.run(body) == [{"n": 2, "first": ["a"], "id": "app:echo"}]


@pytest.mark.parametrize("verb", VERBS)
def test_a_child_without_a_result_answers_nil_and_no_error(bench: Bench, verb: str) -> None:
    """process 8.4."""
    bench.add("silent", "return {main = function() end}")

    assert bench.run(
        f"local value, problem = process.{verb}('app:silent', 'app:processes') return value == nil and problem == nil"
    )


@pytest.mark.parametrize("verb", VERBS)
def test_the_error_of_the_child_is_returned_whole(bench: Bench, verb: str) -> None:
    """process 8.4: kind, retryable and details are kept."""
    bench.add("fails", FAILS)
    body = f"""
    local value, problem = process.{verb}("app:fails", "app:processes")
    return {{value == nil, problem:message(), problem:kind(), problem:retryable(), problem:details().code}}
    """

    assert bench.run(body) == [True, "no", "Conflict", True, 7]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "exec requires id and host arguments"),
        ("'app:echo'", "exec requires id and host arguments"),
        ("'', 'app:processes'", "process ID required"),
        ("'echo', 'app:processes'", "invalid process ID format (namespace:name required)"),
        ("':echo', 'app:processes'", "invalid process ID format (namespace:name required)"),
        ("'app:', ''", "invalid process ID format (namespace:name required)"),
        ("'app:echo', ''", "host ID required"),
    ],
)
def test_a_malformed_call_returns_invalid(bench: Bench, verb: str, arguments: str, message: str) -> None:
    """process 8.2, in its order."""
    body = (
        f"local value, problem = process.{verb}({arguments}) return {{value == nil, problem:kind(), tostring(problem)}}"
    )
    missing, kind, text = bench.run(body)

    assert (missing, kind) == (True, "Invalid")
    assert message in text


@pytest.mark.parametrize("verb", VERBS)
def test_a_call_that_cannot_start_says_so_with_the_kind_of_its_cause(bench: Bench, verb: str) -> None:
    """process 8.4, 7.3."""
    body = f"""
    local _, problem = process.{verb}("app:none", "app:processes")
    local _, other = process.{verb}("app:none", "app:nowhere")
    return {{problem:kind(), problem:message(), other:message()}}
    """
    kind, message, other = bench.run(body)

    assert kind == "NotFound"
    assert message.startswith("exec failed: factory not found")
    assert other.startswith("exec failed: host not found")


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_asks_for_its_own_action(bench: Bench, verb: str) -> None:
    """process 8.8, 12.5."""
    bench.add("echo", ECHO)
    frame = Frame(actor=Actor("a"), scope=Scope([allow([f"process.{verb}", "process.host"], "*")]))
    body = """
    local answers = {}
    for _, verb in ipairs{"call", "exec"} do
        local value, problem = process[verb]("app:echo", "app:processes")
        answers[verb] = problem and problem:kind() .. ": " .. problem or "ok"
    end
    return answers
    """
    answers = bench.run(body, frame=frame)

    other = "exec" if verb == "call" else "call"
    assert answers[verb] == "ok"
    assert answers[other] == f"PermissionDenied: not allowed to {other} process: app:echo"


def test_only_the_calling_coroutine_waits(bench: Bench) -> None:
    """process 8.5."""
    bench.add("slow", "return {main = function() time.sleep('1s') return 'late' end}", modules=["time"])
    body = """
    local seen = {}
    coroutine.spawn(function()
        time.sleep("10ms")
        seen[#seen + 1] = "meanwhile"
    end)
    local answer = process.call("app:slow", "app:processes")
    seen[#seen + 1] = answer
    return seen
    """

    assert bench.run(body, modules=("time",)) == ["meanwhile", "late"]


def test_a_terminated_child_ends_the_call(bench: Bench) -> None:
    """process 8.7."""
    bench.add("stays", "return {main = function() process.registry.register('child') process.inbox():receive() end}")
    body = """
    coroutine.spawn(function()
        time.sleep("10ms")
        process.terminate("child")
    end)
    local value, problem = process.call("app:stays", "app:processes")
    return tostring(problem)
    """

    assert bench.run(body, modules=("time",)) == "process terminated"


# -- upgrade

NEW = """
return {main = function(kept)
    local read, inbox = {}, process.inbox()
    for i = 1, 3 do
        read[i] = inbox:receive():topic()
    end
    return {kept = kept, read = read, id = process.id(), pid = process.pid(), name = process.registry.lookup("me"),
        trap = process.get_options().trap_links}
end}
"""


def test_an_upgrade_keeps_pid_name_and_every_unread_message(bench: Bench) -> None:
    """process 10.2: fetched and unread, in the buffer of a listened topic, and not yet fetched."""
    bench.add("new", NEW)
    body = """
    process.registry.register("me")
    process.set_options({trap_links = true})
    local topic = process.listen("listened")
    process.send(process.pid(), "unread", 1)
    process.send(process.pid(), "listened", 2)
    process.send(process.pid(), "last", 3)
    local reached = pcall(process.upgrade, "app:new", {pid = process.pid()})
    error("an upgrade returned")
    """
    result = bench.run(body)

    assert result["read"] == ["unread", "listened", "last"]
    assert (result["id"], result["trap"]) == ("app:new", False)
    assert result["kept"]["pid"] == result["pid"] == result["name"]


@pytest.mark.parametrize("source", ["nil", "''", "5", "{}"])
def test_an_upgrade_without_a_source_runs_the_same_again(bench: Bench, source: str) -> None:
    """process 10.1."""
    body = f"""
    local round = ...
    if round < 3 then
        process.upgrade({source}, round + 1)
    end
    return {{round, process.id()}}
    """

    assert bench.run(body, 1) == [3, "app:main"]


def test_an_upgrade_ends_the_other_coroutines_and_frees_the_old_code(bench: Bench) -> None:
    """process 10.2."""
    bench.add("new", "return {main = function() time.sleep('1s') return 'new' end}", modules=["time"])
    body = """
    coroutine.spawn(function()
        time.sleep("10ms")
        error("the old code lives")
    end)
    process.upgrade("app:new")
    """

    assert bench.run(body, modules=("time",)) == "new"
    definition = bench.runtime.definitions["app:main"]
    assert isinstance(definition, LuaDefinition)
    assert definition.state.processes == {}


def test_the_first_end_of_main_after_an_upgrade_counts_no_more(bench: Bench) -> None:
    """process 10.2: what the old incarnation returns in the same step is dropped."""
    bench.add("new", "return {main = function() return 'new' end}")
    body = """
    coroutine.spawn(function() process.upgrade("app:new") end)
    return "old"
    """

    assert bench.run(body) == "new"


@pytest.mark.parametrize(
    ("source", "message"),
    [("app:none", "upgrade: create failed"), ("app:broken", "upgrade: init failed")],
)
def test_an_upgrade_that_fails_ends_the_process(bench: Bench, source: str, message: str) -> None:
    """process 10.3."""
    bench.add("broken", "error('no body')")
    with pytest.raises(ProcessError, match=message):
        bench.run(f"process.upgrade('{source}')")


def test_an_upgrade_keeps_the_context(bench: Bench) -> None:
    """process 10.2."""
    bench.add("new", "return {main = function() return ctx.get('k') end}", modules=["ctx"])
    bench.add("old", "return {main = function() process.upgrade('app:new') end}")

    assert bench.run("return process.with_context({k = 'v'}):exec('app:old', 'app:processes')") == "v"
