"""Hosts of an application: each is a service itself, and its lifecycle counts (process 14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore import ProcessError, Uniform, UsageError, World
from simcore.catalog.notes import of_app
from simcore.lua import load_app
from simcore.model.outcome import Verdict
from tests.apps import boot

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
namespace: app
entries:
  - name: work
    kind: process.lua
    source: return function() process.inbox():receive() end
"""
HOST = "  - {name: %s, kind: process.host, lifecycle: {%s}}\n"
SERVICE = "  - {name: %s, kind: process.service, process: work, host: %s, lifecycle: {auto_start: true%s}}\n"


def written(folder: Path, *entries: str) -> Path:
    (folder / "_index.yaml").write_text(HEAD + "".join(entries))
    return folder


def loaded(folder: Path, *entries: str) -> World:
    world = World(0, Uniform())
    world.load_app(written(folder, *entries))
    return world


@pytest.mark.parametrize("key", ["requires", "depends_on"])
def test_a_host_starts_after_what_it_requires(tmp_path: Path, key: str) -> None:
    """process 14.1, 14.9, 14.13: a name without a namespace is of the host's own."""
    slow = "  - {name: a, kind: process.service, process: work, host: first, meta: {simcore: {start_delay: 1s}}}\n"
    world = loaded(
        tmp_path, HOST % ("first", ""), HOST % ("second", f"{key}: [a]"), slow, SERVICE % ("b", "second", "")
    )
    world.run(until="500ms")
    before = (world.hosts["app:second"].state, world.services.states())
    with pytest.raises(ProcessError, match="host is not running: app:second"):
        world.spawn("app:work", "app:second")
    world.run(until="2s")

    assert before == ("created", {"app:a": "Starting", "app:b": "Unknown"})
    assert (world.hosts["app:second"].state, set(world.services.states().values())) == ("running", {"Running"})


def test_a_shutdown_stops_a_host_before_what_it_requires(tmp_path: Path) -> None:
    """process 14.12, 14.13."""
    world = loaded(
        tmp_path,
        HOST % ("first", "stop_timeout: 1s"),
        HOST % ("second", "requires: [a], stop_timeout: 3s"),
        SERVICE % ("a", "first", ", stop_timeout: 2s"),
    )
    world.run()
    for host in ("app:first", "app:second"):
        world.spawn("app:work", host)
    world.run()
    world.shut_down()
    states = []
    for until in ("2999ms", "4999ms", "5999ms", "7s"):
        world.run(until=until)
        states.append((world.hosts["app:second"].state, world.services["app:a"].state, world.hosts["app:first"].state))

    assert states == [
        ("stopping", "Running", "running"),
        ("stopped", "Stopping", "running"),
        ("stopped", "Failed", "stopping"),
        ("stopped", "Failed", "stopped"),
    ]


def test_a_host_and_a_service_on_it_that_need_each_other_are_refused_with_their_place(tmp_path: Path) -> None:
    """process 14.9, 14.13."""
    written(tmp_path, HOST % ("second", "requires: [b]"), SERVICE % ("b", "second", ""))

    with pytest.raises(UsageError) as caught:
        load_app(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/_index.yaml:6: entries[1] (app:second): "
        "services need each other in a circle: app:second -> app:b -> app:second; break it"
    )


def test_what_cannot_change_anything_at_a_host_is_told_at_load(tmp_path: Path) -> None:
    """process 14.13: it starts in no time, fails never and acts as nobody; nothing of that is dropped in silence."""
    fields = "start_timeout: 1s, stable_threshold: 1s, restart: {max_attempts: 1}, security: {actor: {id: a}}"
    application = load_app(written(tmp_path, HOST % ("first", f"{fields}, auto_start: true, stop_timeout: 1s")))

    assert list(of_app(application, "shop")) == [
        f"shop: _index.yaml:6: app:first: lifecycle.{key} has no effect: {reason}"
        for key, reason in (
            ("start_timeout", "a host starts in no time"),
            ("stable_threshold", "a host never fails by itself"),
            ("restart", "a host never fails by itself, and one that was stopped is so for ever"),
            ("security", "a host acts as nobody; write it into the services that run there"),
        )
    ]


def test_a_boot_fails_where_a_host_was_not_started_unless_it_is_optional(tmp_path: Path) -> None:
    """process 14.1, ``startup``; process 14.10: the batch reports the error."""
    apart = SERVICE % ("a", "first", "")
    written(tmp_path, HOST % ("first", ""), HOST % ("second", "requires: ['db:main']"), apart)
    outcome = boot(tmp_path)
    written(tmp_path, HOST % ("first", ""), HOST % ("second", "requires: ['db:main'], startup: optional"), apart)

    assert (outcome.verdict, outcome.message) == (
        Verdict.FAILED,
        "app:second was not started: unknown dependency: db:main",
    )
    assert boot(tmp_path).verdict is Verdict.PASSED


def test_a_boot_passes_where_an_optional_service_fails_and_fails_where_a_required_one_needs_it(tmp_path: Path) -> None:
    """process 14.1, ``startup``; process 14.10: what needs it is not started all the same, and reports it where it is
    required."""
    fails = ", startup: optional, requires: ['db:main']"
    written(tmp_path, HOST % ("first", ""), SERVICE % ("a", "first", fails))
    alone = boot(tmp_path)
    written(
        tmp_path, HOST % ("first", ""), SERVICE % ("a", "first", fails), SERVICE % ("b", "first", ", requires: [a]")
    )
    needed = boot(tmp_path)

    assert alone.verdict is Verdict.PASSED
    assert (needed.verdict, needed.message) == (
        Verdict.FAILED,
        "app:b was not started: dependency app:a failed to start",
    )


def test_a_start_in_an_application_can_be_made_to_take_its_time_and_its_timeout_counts(tmp_path: Path) -> None:
    """process 14.7: nothing in the contract makes a start last, so a simulation says where one does."""
    slow = (
        "  - {name: a, kind: process.service, process: work, host: first, meta: {simcore: {start_delay: 3s}},\n"
        "     lifecycle: {auto_start: true, start_timeout: 2s, restart: {max_attempts: 1}}}\n"
    )
    world = loaded(tmp_path, HOST % ("first", ""), slow)
    world.run()

    error = world.services["app:a"].error
    assert error is not None
    assert (error.kind, error.message, error.retryable) == ("Timeout", "service start timed out", True)
    assert (world.now_ns, world.services["app:a"].state) == (2_000_000_000, "Failed")
    assert boot(tmp_path).message == "app:a has failed for good: service start timed out"


BAD = {
    "startup": (HOST % ("first", "startup: later"), "field 'lifecycle.startup' is 'later'; write  startup: required"),
    "startup is a number": (HOST % ("first", "startup: 1"), "field 'lifecycle.startup' must be a text"),
    "requires": (HOST % ("first", "requires: a"), "field 'lifecycle.requires' must be a list of texts"),
    "stop_timeout": (HOST % ("first", "stop_timeout: soon"), "field 'lifecycle.stop_timeout' is no duration"),
    "start_delay": (
        "  - {name: s, kind: process.service, process: work, host: first, meta: {simcore: {start_delay: soon}}}\n",
        "field 'meta.simcore.start_delay' is no duration of 0 or more: 'soon'",
    ),
    "a library is no process": (
        "  - {name: l, kind: library.lua, source: return 1}\n"
        "  - {name: s, kind: process.service, process: l, host: first}\n",
        "field 'process': there is no process entry app:l",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_field_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    """process 14.1."""
    entries, words = BAD[case]
    written(tmp_path, HOST.replace("%s, kind", "other, kind") % "", entries.replace("host: first", "host: other"))

    with pytest.raises(UsageError) as caught:
        load_app(tmp_path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path}/_index.yaml:{6 + entries.count(chr(10))}: ")


def test_a_key_without_a_meaning_is_listed_however_deep_it_lies(tmp_path: Path) -> None:
    """process 12.4: an actor has id and meta, and nothing else."""
    service = SERVICE % ("a", "first", ", security: {actor: {id: me, role: admin}}")
    service = service.replace("name: a,", "name: a, meta: {simcore: {start_dealy: 3s}},")
    application = load_app(written(tmp_path, HOST % ("first", ""), service))

    assert [str(each) for each in application.foreign] == [
        "key process.service: lifecycle.security.actor.role (once at _index.yaml:7)",
        "key process.service: meta.simcore.start_dealy (once at _index.yaml:7); did you mean start_delay?",
    ]
