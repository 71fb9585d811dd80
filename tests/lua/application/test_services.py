"""Services of an application (process 14; lua 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore import Actor, Options, ProcessError, Uniform, UsageError, World
from simcore.catalog.read import whole_app
from simcore.lua import load_app
from simcore.model.outcome import Verdict
from tests.apps import app_place, boot

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
namespace: app
entries:
  - {name: processes, kind: process.host}
  - name: work
    kind: process.lua
    method: main
    modules: [security]
    source: |
"""
WAITS = """\
      local function main(...)
          process.events():receive()
          return ...
      end
      return { main = main }
"""
SERVICE = "  - {name: cron, kind: process.service, process: app:work, host: app:processes%s}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "_index.yaml").write_text(text)
    return folder


def booted(folder: Path, text: str, *, seed: int = 0, options: Options | None = None) -> World:
    world = World(seed, Uniform(), options)
    world.load_app(written(folder, text))
    world.run(until="1s")
    return world


def main_of(body: str) -> str:
    lines = "".join(f"          {line}\n" for line in body.strip().splitlines())
    return f"      local function main(...)\n{lines}      end\n      return {{ main = main }}\n"


def test_a_service_with_auto_start_runs_with_its_input(tmp_path: Path) -> None:
    """process 14.1."""
    text = HEAD + WAITS + SERVICE % ", input: [7, {a: [x]}], lifecycle: {auto_start: true}"
    world = booted(tmp_path, text)
    pid = world.services["app:cron"].pid or ""
    world.stop_service("app:cron")
    world.run()

    assert world.result(pid) == 7
    assert world.services["app:cron"].state == "Stopped"


def test_a_service_without_auto_start_waits(tmp_path: Path) -> None:
    """process 14.1."""
    world = booted(tmp_path, HEAD + WAITS + SERVICE % "")
    before = world.services["app:cron"].state
    world.start_service("app:cron")
    world.run()

    assert (before, world.services["app:cron"].state) == ("Unknown", "Running")


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("return 'fine'", "Exited"),
        ("return nil, 'no use'", "Exited"),
        ("return nil, errors.new({message = 'x', retryable = false})", "Exited"),
        ("return nil, errors.new({message = 'x', retryable = true})", "Failed"),
        ("return nil, errors.new('x')", "Failed"),
        ("error('broken')", "Failed"),
    ],
)
def test_the_end_of_the_process_decides_about_a_restart(tmp_path: Path, body: str, state: str) -> None:
    """process 14.4."""
    text = HEAD + main_of(body) + SERVICE % ", lifecycle: {auto_start: true, restart: {max_attempts: 2}}"
    world = booted(tmp_path, text)
    world.run()

    status = world.services["app:cron"]
    assert (status.state, status.restarts) == (state, 1 if state == "Failed" else 0)


def test_a_returned_text_is_tried_again_where_the_option_says_so(tmp_path: Path) -> None:
    """process 14.4, switch ``returned_error_is_terminal``."""
    text = HEAD + main_of("return nil, 'later'") + SERVICE % ", lifecycle: {auto_start: true}"
    world = booted(tmp_path, text, options=Options(returned_error_is_terminal=False))

    assert world.services["app:cron"].state == "Failed"
    assert world.services["app:cron"].retrying


RULES = """\
  - name: may_talk
    kind: security.policy
    policy: {actions: process.send, resources: "*", effect: allow}
    groups: [talkers]
"""
TELLS = main_of("""
local ok, problem = process.send(process.pid(), "self", 1)
return problem and "denied" or "allowed"
""")


@pytest.mark.parametrize(
    "security",
    [
        "{actor: {id: cron, meta: {role: night}}, groups: [talkers]}",
        "{actor: {id: cron}, groups: ['app:talkers']}",
        "{actor: {id: cron}, policies: [may_talk]}",
        "{actor: {id: cron}}",
        "{groups: [talkers]}",
    ],
)
def test_a_service_acts_as_its_identity(tmp_path: Path, security: str) -> None:
    """process 12.4; an incomplete context allows (process 12.1)."""
    text = HEAD + TELLS + RULES + SERVICE % f", lifecycle: {{auto_start: true, security: {security}}}"
    world = booted(tmp_path, text)
    pid = world.services["app:cron"].pid
    assert pid is not None
    record = world.runtime.records[pid]

    assert world.result(pid) == "allowed"
    assert (record.frame.actor is not None) == ("actor" in security)
    assert (record.frame.scope is not None) == ("groups" in security or "policies" in security)
    if "meta" in security:
        assert record.frame.actor == Actor("cron", {"role": "night"})


def test_an_identity_whose_policies_do_not_allow_is_denied(tmp_path: Path) -> None:
    """process 12.4; and a later start sees what was revoked (N31)."""
    lifecycle = ", lifecycle: {auto_start: true, security: {actor: {id: cron}, groups: [talkers]}}"
    world = booted(tmp_path, HEAD + TELLS + RULES + SERVICE % lifecycle)
    first = world.services["app:cron"].pid or ""
    world.policies.revoke("app:may_talk", "app:talkers")
    world.start_service("app:cron")
    world.run()

    assert world.result(first) == "allowed"
    assert world.result(world.services["app:cron"].pid or "") == "denied"


def test_groups_of_another_application_are_listed_as_foreign(tmp_path: Path) -> None:
    """process 12.4: what is not there binds nobody; it is said once at load."""
    lifecycle = ", lifecycle: {auto_start: true, security: {actor: {id: a}, groups: ['other:g'], policies: ['o:p']}}"
    text = HEAD + TELLS + SERVICE % lifecycle
    world = booted(tmp_path, text)

    foreign = [str(each) for each in load_app(tmp_path).foreign]
    assert foreign == ["policy o:p (once at _index.yaml:14)", "policy other:g (once at _index.yaml:14)"]
    assert world.result(world.services["app:cron"].pid or "") == "allowed"


def test_both_words_for_dependencies_count(tmp_path: Path) -> None:
    """process 14.1, 16: their union, each once; a name without a namespace is of the service's own."""
    text = (
        HEAD
        + WAITS
        + SERVICE.replace("cron", "c") % ", lifecycle: {requires: [a, 'app:b'], depends_on: [b, 'app:processes']}"
        + SERVICE.replace("cron", "a") % ""
        + SERVICE.replace("cron", "b") % ", lifecycle: {depends_on: ['app:work']}"
    )
    spec = load_app(written(tmp_path, text)).services["app:c"]
    world = booted(tmp_path, text)
    world.start_service("app:c")
    world.run()

    assert spec.depends_on == ("app:a", "app:b", "app:processes")
    # What is no service counts as running.
    assert set(world.services.states().values()) == {"Running"}


def test_an_unknown_dependency_blocks_a_service(tmp_path: Path) -> None:
    """process 14.9."""
    world = booted(tmp_path, HEAD + WAITS + SERVICE % ", lifecycle: {auto_start: true, requires: ['db:main']}")

    assert world.services["app:cron"].state == "Unknown"
    assert str(world.services["app:cron"].error) == "unknown dependency: db:main"


def test_a_host_that_does_not_start_by_itself_is_started_for_its_service(tmp_path: Path) -> None:
    """process 14.9, 14.13, 7.3 row 3."""
    text = (HEAD + WAITS + SERVICE % "").replace("process.host}", "process.host, lifecycle: {auto_start: false}}", 1)
    world = booted(tmp_path, text)
    with pytest.raises(ProcessError, match="host is not running: app:processes") as caught:
        world.spawn("app:work", "app:processes")
    world.start_service("app:cron")
    world.run()

    assert caught.value.kind == "Unavailable"
    assert world.services["app:cron"].state == "Running"
    assert world.alive(world.spawn("app:work", "app:processes"))


def test_a_terminal_host_runs_one_process_at_a_time(tmp_path: Path) -> None:
    """lua 3.2."""
    world = booted(tmp_path, (HEAD + WAITS).replace("process.host", "terminal.host"))
    world.spawn("app:work", "app:processes")

    with pytest.raises(ProcessError, match="max processes limit exceeded"):
        world.spawn("app:work", "app:processes")


BAD: dict[str, tuple[str, str]] = {
    "no process": ("{name: s, kind: process.service, host: app:processes}", "process is required; write  process: app"),
    "no host": ("{name: s, kind: process.service, process: app:work}", "host is required; write  host: app:host"),
    "control": (
        "{name: s, kind: process.service, process: app:work, host: 'node:control'}",
        "invalid host: node:control",
    ),
    "unknown process": (
        "{name: s, kind: process.service, process: wrok, host: processes}",
        "field 'process': there is no process entry app:wrok",
    ),
    "unknown host": (
        "{name: s, kind: process.service, process: work, host: work}",
        "field 'host': there is no process.host entry app:work",
    ),
    "input": (
        "{name: s, kind: process.service, process: work, host: processes, input: 5}",
        "field 'input' must be a list, got a number; write  input: [1, two]",
    ),
    "group": (
        "{name: s, kind: process.service, process: work, host: processes, lifecycle: {security: {groups: [x]}}}",
        "field 'lifecycle.security.groups': no policy has the group app:x",
    ),
    "policy": (
        "{name: s, kind: process.service, process: work, host: processes, lifecycle: {security: {policies: [x]}}}",
        "field 'lifecycle.security.policies': no security.policy entry is called app:x",
    ),
    "circle": (
        "{name: s, kind: process.service, process: work, host: processes, lifecycle: {requires: [s]}}",
        "services need each other in a circle: app:s -> app:s; break it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_service_that_cannot_be_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    """process 14.1, 14.9, 12.4."""
    entry, words = BAD[case]
    written(tmp_path, HEAD + WAITS + f"  - {entry}\n")

    with pytest.raises(UsageError) as caught:
        load_app(tmp_path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path}/_index.yaml:14: ")
    assert "(app:s)" in str(caught.value)


def test_a_process_of_another_application_is_no_mistake_before_it_is_started(tmp_path: Path) -> None:
    text = HEAD + WAITS + "  - {name: s, kind: process.service, process: 'other:p', host: processes}\n"
    world = booted(tmp_path, text)
    world.start_service("app:s")
    world.run(until="1500ms")

    assert str(world.services["app:s"].error) == "factory not found: other:p"


# -- the boot as an item


def test_an_application_without_auto_start_has_no_boot(tmp_path: Path) -> None:
    application = load_app(written(tmp_path, HEAD + WAITS + SERVICE % ""))

    assert whole_app(application, app_place(tmp_path)) == []


def test_a_boot_lasts_a_minute_and_passes_where_everything_runs(tmp_path: Path) -> None:
    outcome = boot(written(tmp_path, HEAD + WAITS + SERVICE % ", lifecycle: {auto_start: true}"))

    assert (outcome.verdict, outcome.now_ns) == (Verdict.PASSED, 60_000_000_000)


@pytest.mark.parametrize(
    ("lifecycle", "words"),
    [
        ("restart: {max_attempts: 2, initial_delay: 1s}", "app:cron has failed for good: work:2: x"),
        ("requires: ['db:main']", "app:cron was not started: unknown dependency: db:main"),
    ],
)
def test_a_boot_fails_where_a_service_is_given_up(tmp_path: Path, lifecycle: str, words: str) -> None:
    """process 14.10: the batch reports the error."""
    text = HEAD + main_of("error('x')") + SERVICE % f", lifecycle: {{auto_start: true, {lifecycle}}}"
    outcome = boot(written(tmp_path, text))

    assert (outcome.verdict, outcome.property) == (Verdict.FAILED, "boot")
    assert outcome.message.partition(": ")[0] == words.partition(": ")[0]
    assert "x" in outcome.message or words in outcome.message
