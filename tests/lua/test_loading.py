"""What an application brings into a world: definitions, hosts, policies, one Lua state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.lua import install, load_app
from simcore.lua.bridge.definition import LuaDefinition
from simcore.model.errors import ProcessError, UsageError
from simcore.supervision.service import ServiceObserver
from simcore.supervision.supervisor import Supervisor
from tests.files import write_files

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


def names_of(count: int) -> str:
    return "\n".join(f"local a{number} = {number}" for number in range(count))


def upvalues_of(count: int) -> str:
    """Return a function that uses so many names of two functions around it."""
    outer = " ".join(f"local a{number} = 1" for number in range(150))
    inner = " ".join(f"local b{number} = 1" for number in range(150))
    used = " + ".join([*(f"a{n}" for n in range(150)), *(f"b{n}" for n in range(count - 150))])
    return f"local function f() {outer} local function g() {inner} return function()\nreturn {used} end end end"


REFUSED = {
    "too many local names": (names_of(201), 201, "too many local variables (limit is 200)"),
    "a goto to no label": ("\ngoto nowhere", 2, "no visible label 'nowhere'"),
    "a goto out of its function": ("::top::\nlocal f = function() goto top end", 2, "no visible label 'top'"),
    "a goto into a block": ("goto inside\ndo ::inside:: end", 1, "no visible label 'inside'"),
    "a goto over a local": ("goto behind\nlocal x ::behind:: f()", 1, "jumps into the scope of local 'x'"),
    "a label twice": ("::a::\n::a::", 3, "label 'a' already defined"),
    "a break outside a loop": ("\nbreak", 2, "break outside"),
    "a break in a function in a loop": ("while true do\nlocal f = function() break end end", 2, "break outside"),
    "a constant that is assigned": ("local x <const> = 1\nx = 2", 2, "attempt to assign to const variable 'x'"),
    "a closed one that is assigned": ("local x <close> = nil\nx = 2", 2, "attempt to assign to const variable 'x'"),
    "two closed at once": ("\nlocal a <close>, b <close> = 1, 2", 2, "multiple to-be-closed variables"),
    "varargs of nobody": ("function f()\nreturn ... end", 2, "cannot use '...' outside a vararg function"),
    "too many upvalues": (upvalues_of(257), 2, "too many upvalues (limit is 255)"),
    "too many arguments": (f"\nf({', '.join(f'a{n}' for n in range(300))})", 2, "too many registers"),
    "deep blocks": ("do " * 200 + "\n" + "end " * 200, 1, "nested deeper than"),
    "deep functions": ("local f = " + "function() return " * 190 + "1" + " end" * 190, 1, "nested deeper than"),
    "a chain of texts": (f"local a = 'x'\nreturn {'a .. ' * 250}a", 2, "C stack overflow"),
    "a chain over many lines": ("return ''" + "\n.. x" * 250, 198, "C stack overflow"),
    "a chain of powers": (f"\nreturn {'1^' * 300}1", 2, "C stack overflow"),
    "a chain of nots": (f"\n\nreturn {'not ' * 300}1", 3, "C stack overflow"),
    "a chain of minuses": (f"return {'- ' * 300}1\n\n", 1, "C stack overflow"),
    "a chain in a deep function": ("do " * 100 + "\nlocal x = " + "- " * 120 + "1\n" + "end " * 100, 2, "C stack"),
    "a long concatenation": (f"local x = 1\nlocal y = {' .. '.join(['x'] * 250)}\nf()", 2, "(C stack overflow)"),
    "many signs": ("\n\nlocal y = " + "not " * 300 + "1", 3, "nested too deep (C stack overflow)"),
    "beside a concatenation": ("local x = 'a' .. b .. 'c'\nbreak", 2, "break outside"),
}
APP = "namespace: app\nentries:\n  - {name: work, kind: KIND, source: 'file://src/work.lua', method: run}\n"


@pytest.mark.parametrize("kind", ["function.lua", "process.lua", "library.lua"])
@pytest.mark.parametrize("what", REFUSED)
def test_what_lua_itself_refuses_is_refused_at_load_with_its_place(tmp_path: Path, what: str, kind: str) -> None:
    source, line, said = REFUSED[what]
    returns = "if x then return {run = f} end "
    write_files(tmp_path, {"_index.yaml": APP.replace("KIND", kind), "src/work.lua": f"{returns}{source}\n"})

    with pytest.raises(UsageError) as refused:
        load_app(tmp_path)

    message = str(refused.value)
    assert message.startswith(f"{tmp_path.as_posix()}/src/work.lua:{line}:"), message
    assert said in message
    assert "__S" not in message
    assert "\n" not in message


def test_what_lua_refuses_in_a_source_of_the_index_names_the_entry(tmp_path: Path) -> None:
    source = "    source: |\n      local x = 1\n      break\n"
    inline = f"namespace: app\nentries:\n  - name: work\n    kind: function.lua\n{source}"
    write_files(tmp_path, {"_index.yaml": inline})

    with pytest.raises(UsageError, match=r"_index\.yaml \(app:work\):2: break outside .*correct the source"):
        load_app(tmp_path)


def test_the_most_that_lua_takes_is_taken(tmp_path: Path) -> None:
    chain = f"x = {'x .. ' * 190}y x = {'not ' * 190}y"
    source = f"{chain}\n{names_of(199)}\n{'do ' * 150}{'end ' * 150}\nlocal M = {{ run = function() end }} return M\n"
    write_files(tmp_path, {"_index.yaml": APP.replace("KIND", "function.lua"), "src/work.lua": source})

    assert list(load_app(tmp_path).executables) == ["app:work"]


def test_an_entry_with_a_long_name_is_told_with_its_line(tmp_path: Path) -> None:
    """Lua itself cuts long names of a source in what it says."""
    index = APP.replace("KIND", "function.lua").replace("work,", f"{'long' * 50},")
    write_files(tmp_path, {"_index.yaml": index, "src/work.lua": "\n\nif x then return f end break\n"})

    with pytest.raises(UsageError, match=r"src/work\.lua:\d: break outside"):
        load_app(tmp_path)
