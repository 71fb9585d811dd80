"""What an application brings into a world: definitions, hosts, policies, one Lua state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.lua import install, load_app
from simcore.lua.bridge.definition import LuaDefinition
from simcore.model.errors import ProcessError, UsageError
from simcore.supervision.service import ServiceObserver
from simcore.supervision.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lua.conftest import Bench


def test_processes_and_functions_are_defined_and_libraries_are_not(bench: Bench) -> None:
    bench.add("actor", "return {main = print}")
    bench.add("function", "return {main = print}", "function.lua")
    bench.add("library", "return {}", "library.lua")

    assert list(bench.runtime.definitions) == ["app:actor", "app:function"]


def test_a_host_brings_its_limit(bench: Bench) -> None:
    bench.entries[0]["host"] = {"max_processes": 1}
    bench.add("waits", "return {main = function() process.inbox():receive() end}")
    bench.start("waits")

    with pytest.raises(ProcessError, match="max processes limit exceeded") as caught:
        bench.start("waits")
    assert caught.value.kind == "LimitExceeded"


def test_policies_come_into_the_book_of_the_world(bench: Bench) -> None:
    policy = {"actions": "process.send", "resources": "*", "effect": "allow"}
    bench.entries.append({"name": "open", "kind": "security.policy", "policy": policy, "groups": ["staff"]})

    assert [each.id for each in bench.runtime.policies.policies] == ["app:open"]
    assert bench.runtime.policies.groups == ("app:staff",)


def test_two_applications_of_a_world_share_one_lua_state(bench: Bench, tmp_path: Path) -> None:
    bench.add("one", "return {main = print}")
    second = tmp_path / "second"
    second.mkdir()
    (second / "two.lua").write_text("return {main = function() return 2 end}")
    entry = "{name: two, kind: process.lua, source: file://two.lua, method: main}"
    (second / "_index.yaml").write_text(f'version: "1.0"\nnamespace: other\nentries: [{entry}]\n')
    runtime = bench.runtime
    install(load_app(second), Supervisor(runtime, ServiceObserver()))
    states = {id(each.state) for each in runtime.definitions.values() if isinstance(each, LuaDefinition)}

    assert len(states) == 1
    assert bench.result("other:two") == 2


@pytest.mark.parametrize(("dialect", "kind"), [("seed", "number"), ("current", "userdata"), ("auto", "number")])
def test_the_option_decides_on_the_dialect(bench_with: Callable[..., Bench], dialect: Any, kind: str) -> None:
    body = "process.send(process.pid(), 'x', 5) return type(process.inbox():receive():payload())"

    assert bench_with(dialect=dialect).run(body) == kind


def test_a_folder_without_an_application_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_app(tmp_path / "nothing")
