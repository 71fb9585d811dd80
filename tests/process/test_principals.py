"""Rights are looked up when they are asked for, held as snapshots, and a denial leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcore import Actor, Process, ProcessError, Scope, World, allow, deny
from simcore.process import principals
from simcore.runner.always import Watch
from simcore.schedulers.uniform import Uniform
from tests.worlds import HOST

EVERYTHING = allow("*", "*", id="app:all", groups=["all"])


def answer(act: Any, *policies: Any) -> tuple[str, World]:
    """Return what *act*, done by a process under *policies*, gives, and the world afterwards."""

    async def tester(process: Process) -> str:
        try:
            value = act(process)
            return repr(await value if hasattr(value, "__await__") else value)
        except ProcessError as error:
            return f"{error.kind}: {error.message}"

    async def target(process: Process) -> None:
        await process.inbox.receive()

    world = World()
    world.policies.add(EVERYTHING)
    world.define("app:tester", tester)
    world.define("app:target", target)
    pid = world.spawn("app:tester", HOST, actor=Actor("tester"), scope=Scope(policies))
    world.run()
    return str(world.result(pid)), world


SECURITY: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "new_actor": (lambda record: principals.new_actor(record, "x", {"role": "r"}), "security.actor.create", "x"),
    "new_scope": (lambda record: principals.new_scope(record, [EVERYTHING]), "security.scope.create", "custom"),
    "scope_with": (lambda record: principals.scope_with(record, Scope(), EVERYTHING), "security.scope.create", "with"),
    "scope_without": (
        lambda record: principals.scope_without(record, Scope([EVERYTHING]), "app:all"),
        "security.scope.create",
        "without",
    ),
    "policy": (lambda record: principals.policy(record, "app:all"), "security.policy.get", "app:all"),
    "named_scope": (lambda record: principals.named_scope(record, "app:all"), "security.policy_group.get", "app:all"),
}


@pytest.mark.parametrize("verb", SECURITY)
def test_an_object_of_the_security_module_needs_its_one_row(verb: str) -> None:
    """process 12.10."""
    make, action, resource = SECURITY[verb]
    kind = "Invalid: permission denied: " if verb in ("policy", "named_scope") else "PermissionDenied: "
    denied, world = answer(lambda process: make(process._record), EVERYTHING, deny(action, resource))
    allowed, _ = answer(lambda process: make(process._record), allow(action, resource))

    assert denied.startswith(kind + "not allowed to ")
    assert [(each.action, each.resource) for each in world.denials] == [(action, resource)]
    assert "not allowed" not in allowed


def test_the_python_handle_looks_up_policies_and_groups() -> None:
    assert answer(lambda process: process.policy("app:all"), EVERYTHING)[0] == repr(EVERYTHING)
    assert answer(lambda process: process.named_scope("app:all"), EVERYTHING)[0] == repr(Scope([EVERYTHING]))
    assert answer(lambda process: process.policy("app:no"), EVERYTHING)[0] == "NotFound: policy not found"
    assert answer(lambda process: process.named_scope("app:no"), EVERYTHING)[0] == "NotFound: policy group not found"
    assert "permission denied" in answer(lambda process: process.policy("app:all"))[0]


@pytest.mark.parametrize(
    ("act", "action", "resource", "message"),
    [
        (lambda p: p.call("app:target", HOST), "process.call", "app:target", "not allowed to call process: app:target"),
        (lambda p: p.call("app:target", HOST), "process.host", HOST, f"not allowed to call on host: {HOST}"),
        (lambda p: p.exec("app:target", HOST), "process.exec", "app:target", "not allowed to exec process: app:target"),
        (
            lambda p: p.with_context({"a": 1}),
            "process.context",
            "context",
            "not allowed to spawn processes with custom context",
        ),
        (
            lambda p: p.with_context({}).with_actor(Actor("x")),
            "process.security",
            "security",
            "not allowed to spawn processes with custom security context",
        ),
        (
            lambda p: p.with_context({}).with_scope(Scope()),
            "process.security",
            "security",
            "not allowed to spawn processes with custom security context",
        ),
        (
            lambda p: p.with_context({}).with_name("n").with_message("t").spawn("app:target", HOST),
            "process.spawn",
            "app:target",
            "not allowed to spawn process: app:target",
        ),
    ],
)
def test_a_denied_call_or_builder_has_no_effect(act: Any, action: str, resource: str, message: str) -> None:
    """G18, I73; process 7.9."""
    told, world = answer(act, EVERYTHING, deny(action, resource))

    assert told == f"PermissionDenied: {message}"
    assert len(world.runtime.records) == 1
    assert dict(world.names) == {}


def test_an_upgrade_needs_no_permission() -> None:
    """process 12.5, last row."""

    async def old(process: Process) -> None:
        process.upgrade("app:new")

    async def new(process: Process) -> str:
        return process.id

    world = World()
    world.define("app:old", old)
    world.define("app:new", new)
    pid = world.spawn("app:old", HOST, actor=Actor("nobody"), scope=Scope())
    world.run()

    assert (world.result(pid), len(world.denials)) == ("app:new", 0)


def raced(seed: int) -> tuple[bool, bool, bool]:
    """A revoke at 1 ms against a process that looks its group up at 1 ms, and acts under it afterwards."""

    async def asker(process: Process) -> list[bool]:
        await process.sleep("1ms")
        scope = process.named_scope("app:staff")
        await process.sleep("1ms")
        later = process.named_scope("app:staff")
        return [len(scope.policies) > 0, len(later.policies) > 0, process.can("shop.pay", "x")]

    world = World(seed, Uniform())
    world.define("app:asker", asker)
    pay = allow("shop.pay", "*", id="app:pay", groups=["staff"])
    world.policies.add(pay)
    held = Scope([pay, allow("security.*", "*")])
    pid = world.spawn("app:asker", HOST, actor=Actor("a"), scope=held)

    def revoke() -> Any:
        yield world.environment.timeout(1_000_000)
        world.policies.revoke("app:pay", "app:staff")

    world.environment.process(revoke())
    world.run()
    first, later, can = world.result(pid)
    return first, later, can


def test_a_revoke_may_come_before_or_after_a_look_up_and_never_touches_what_is_held() -> None:
    """N31: both orders happen; the later look-up always sees the revoke, the scope of the process never does."""
    assert {raced(seed) for seed in range(40)} == {(True, False, True), (False, False, True)}


def test_a_change_from_outside_is_part_of_the_digest_and_is_seen_by_the_properties() -> None:
    digests = []
    for change in (None, ("app:all", "app:one"), ("app:all", "app:two")):
        world = World()
        world.policies.add(EVERYTHING)
        if change is not None:
            world.policies.grant(*change)
        digests.append(world.digest)
    assert len(set(digests)) == 3

    asked: list[int] = []
    watch = Watch([])
    watch.ask = lambda: asked.append(1)  # type: ignore[method-assign]
    world = World(observers=[watch])
    world.policies.add(EVERYTHING)
    world.run()
    assert asked == [1]


def test_the_denials_of_a_world_say_who_asked_for_what_and_when() -> None:
    _, world = answer(lambda process: process.spawn("app:target", HOST))
    denial = world.denials[0]

    assert (denial.path, denial.pid, denial.action, denial.resource, denial.instant_ns) == (
        "world/app:tester.0",
        "{app:processes|0x00001}",
        "process.spawn",
        "app:target",
        0,
    )
    assert (len(world.denials), list(world.denials[1:])) == (1, [])
    assert answer(lambda process: process.can("process.send", "x"))[1].denials[:] == []
