"""The security module from Lua, and security objects that travel (lua 6.8; process 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.security.actor import Actor
from simcore.security.frame import Frame
from simcore.security.policy import allow, deny
from simcore.security.scope import Scope

if TYPE_CHECKING:
    from tests.lua.conftest import Bench

MODULES = ("security",)
ALL = Frame(actor=Actor("boss", {"role": "r", "list": [1, {"a": 2}]}), scope=Scope([allow("*", "*")]))
NOTHING = Frame(actor=Actor("boss"), scope=Scope())


def with_policies(bench: Bench) -> Bench:
    """Add two policies of one group."""
    for name, effect in (("readers", "allow"), ("no_secrets", "deny")):
        resource = "*" if effect == "allow" else "secret"
        policy = {"actions": "read", "resources": resource, "effect": effect}
        bench.entries.append({"name": name, "kind": "security.policy", "policy": policy, "groups": ["staff"]})
    return bench


def test_a_process_sees_its_own_actor_and_scope(bench: Bench) -> None:
    body = """
    local actor, scope = security.actor(), security.scope()
    return {type(actor), actor:id(), actor:meta(), #scope:policies(), scope:policies()[1]:id()}
    """

    assert bench.run(body, modules=MODULES, frame=ALL) == [
        *("userdata", "boss", {"role": "r", "list": [1, {"a": 2}]}, 1, "allow * on *"),
    ]


def test_without_a_context_there_is_neither_and_nothing_can_be_done(bench: Bench) -> None:
    """process 12.1."""
    body = "return {security.actor() == nil, security.scope() == nil, security.can('a', 'b')}"

    assert bench.run(body, modules=MODULES) == [True, True, False]


def test_can_asks_the_policies_with_what_else_is_known(bench: Bench) -> None:
    """process 12.1, 12.3.3."""
    condition = {"field": "meta.colour", "operator": "eq", "value": "red"}
    frame = Frame(actor=Actor("a"), scope=Scope([allow("paint", "*", when=[condition]), allow("look", "*")]))
    body = """
    return {security.can("look", "x"), security.can("paint", "x"), security.can("paint", "x", {colour = "red"}),
        security.can("paint", "x", {colour = "blue"}), pcall(security.can, "look")}
    """

    assert bench.run(body, modules=MODULES, frame=frame)[:5] == [True, False, True, False, False]


def test_scopes_are_immutable_and_deny_first(bench: Bench) -> None:
    """process 12.2."""
    body = """
    local readers, no_secrets = security.policy("app:readers"), security.policy("app:no_secrets")
    local none = security.new_scope()
    local some = none:with(readers)
    local both = some:with(no_secrets):with(no_secrets)
    local actor = security.new_actor("x")
    local function ask(rules, resource) return rules:evaluate(actor, "read", resource) end
    return {ask(none, "a"), ask(some, "secret"), ask(both, "secret"), ask(both, "a"),
        ask(both:without(no_secrets), "secret"),
        ask(both:without("app:no_secrets"), "secret"), ask(both:without{ns = "app", name = "no_secrets"}, "secret"),
        #both:policies(), #none:policies(), both:contains("app:readers"), none:contains(readers), readers:id(),
        ask(no_secrets, "a"), ask(security.named_scope("app:staff"), "secret"), #security.new_scope{readers}:policies()}
    """

    assert with_policies(bench).run(body, modules=MODULES) == [
        *("undefined", "allow", "deny", "allow", "allow", "allow", "allow", 2, 0, True, False, "app:readers"),
        *("undefined", "deny", 1),
    ]


def test_a_policy_or_group_that_is_not_there_is_internal(bench: Bench) -> None:
    """process 13, last row."""
    body = """
    local one, no_policy = security.policy("app:none")
    local two, no_group = security.named_scope("app:none")
    return {one == nil, no_policy:kind(), no_policy:message(), two == nil, no_group:kind(), no_group:message()}
    """

    assert bench.run(body, modules=MODULES) == [
        *(True, "Internal", "get policy: policy not found"),
        *(True, "Internal", "get policy group: policy group not found"),
    ]


@pytest.mark.parametrize(
    "call",
    ["security.new_actor('x')", "security.new_scope()", "scope:with(policy)", "scope:without('x')"],
)
def test_a_denied_making_is_raised(bench: Bench, call: str) -> None:
    """process 12.10."""
    bench.add("main", f"return {{main = function(scope, policy) local ok, e = pcall(function() return {call} end) "
              "return {ok, e:kind()} end}", modules=[*MODULES])  # fmt: skip

    assert bench.result("main", Scope(), allow("a", "b"), frame=NOTHING) == [False, "PermissionDenied"]


@pytest.mark.parametrize("call", ["security.policy('app:readers')", "security.named_scope('app:staff')"])
def test_a_denied_look_up_is_returned_as_invalid(bench: Bench, call: str) -> None:
    """process 12.10."""
    body = f"local value, problem = {call} return {{value == nil, problem:kind(), problem:message()}}"
    missing, kind, text = with_policies(bench).run(body, modules=MODULES, frame=NOTHING)

    assert (missing, kind) == (True, "Invalid")
    assert text.startswith("permission denied: ")


@pytest.mark.parametrize(
    "value",
    [
        Actor("a", {"x": [1, {"y": "z"}]}),
        allow(["a", "b.*"], "c", groups="g", when=[{"field": "actor.id", "operator": "in", "value": ["x", "y"]}]),
        Scope([allow("a", "b"), deny("c", "d")]),
        Scope(),
        [Actor("a"), {"shared": [1]}, Actor("b")],
    ],
)
def test_security_objects_cross_borders_unchanged(bench: Bench, value: Any) -> None:
    """lua 6; process 3.7. From Python to Lua, between Lua processes, and back."""
    bench.add("echo", "return {main = function(...) return ... end}")
    bench.add("main", "return {main = function(v) return {process.call('app:echo', 'app:processes', v), {v, v}} end}")

    assert bench.result("main", value) == [value, [value, value]]


def test_shared_tables_around_a_security_object_stay_shared(bench: Bench) -> None:
    bench.add("same", "return {main = function(t) return {t[1] == t[3], t[2] == t[4], t[2]:meta().k.n} end}")
    body = """
    local shared, actor = {}, security.new_actor("a", {k = {n = 1}})
    return process.call("app:same", "app:processes", {shared, actor, shared, actor})
    """

    assert bench.run(body, modules=MODULES) == [True, True, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("security.new_actor(5)", "bad argument #1 to new_actor (string expected, got number)"),
        ("security.new_actor('x', {[1.5] = 2})", "a key of this table is a text, not 1.5"),
        ("security.new_scope({5})", "bad argument #1 to new_scope (policy expected at 1, got number)"),
        ("security.new_scope():with('x')", "bad argument #2 to with (policy expected, got string)"),
        ("security.new_scope():without(5)", "bad argument #2 to without (policy or id expected, got number)"),
        ("security.new_scope().policies(5)", "bad argument #1 to policies (scope expected, got number)"),
        ("security.new_actor('x').id = 1", "cannot assign to a field of an actor"),
    ],
)
def test_wrong_types_are_raised(bench: Bench, call: str, message: str) -> None:
    body = f"local ok, problem = pcall(function() {call} end) return {{ok, problem}}"
    ok, text = bench.run(body, modules=MODULES)

    assert ok is False
    assert message in text
