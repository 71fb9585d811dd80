"""What simcore works with in a process: what the user's code has left broken there is named, and put back."""

from __future__ import annotations

import builtins
import json
import os
import pathlib
import resource
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simcore import World
from simcore.limits.equipment import DESCRIPTORS, MEMORY, SPARE_MEMORY, Equipment, equipped, left_broken
from simcore.runner import stage


@contextmanager
def kept(*owners: object) -> Generator[None, None, None]:
    """Undo in the end whatever a test does to these modules, also what it claims to be put back."""
    before = [(owner, dict(vars(owner))) for owner in owners]
    path, modules = list(sys.path), dict(sys.modules)
    try:
        yield
    finally:
        for owner, names in before:
            for name, value in names.items():
                if vars(owner).get(name) is not value:
                    setattr(owner, name, value)
        sys.path[:] = path
        sys.modules.update(modules)


def raises(*_: object, **__: object) -> Any:
    raise RuntimeError("patched")


def forget_simcore() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "simcore"]:
        del sys.modules[name]


BROKEN: dict[str, tuple[Callable[[], object], str]] = {
    "json": (lambda: setattr(json, "dumps", raises), "texts: RuntimeError: patched; replaced: json.dumps"),
    "open": (
        lambda: setattr(os, "open", None),
        "descriptors: TypeError: 'NoneType' object is not callable; replaced: os.open",
    ),
    "replace": (lambda: setattr(os, "replace", raises), "temporary files: RuntimeError: patched; replaced: os.replace"),
    "join": (lambda: setattr(os.path, "join", raises), "paths: RuntimeError: patched; replaced: os.path.join"),
    "thread": (
        lambda: setattr(threading, "main_thread", raises),
        "threads: RuntimeError: patched; replaced: threading.main_thread",
    ),
    "path": (sys.path.clear, "sys.path has lost"),
    "modules": (forget_simcore, "sys.modules has lost"),
    "ours": (lambda: setattr(stage, "play", raises), "simcore itself was changed; replaced: simcore.runner.stage.play"),
    "method": (
        lambda: setattr(World, "result", raises),
        "simcore itself was changed; replaced: simcore.world.world.World.result",
    ),
    "view": (
        lambda: setattr(World, "log", ()),
        "simcore itself was changed; replaced: simcore.world.world.World.log",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_left_broken_is_named_and_put_back(name: str) -> None:
    breaks, said = BROKEN[name]
    with kept(json, os, os.path, threading, stage, World):
        equipment = Equipment()
        with equipped(equipment):
            assert left_broken() == ""
            breaks()
            assert left_broken().startswith(said)
            assert left_broken() == ""


def test_without_the_functions_of_python_itself_nothing_is_known_and_all_is_put_back() -> None:
    equipment, length = Equipment(), builtins.len
    with kept(builtins):
        builtins.__dict__.update(isinstance=raises, len=raises)
        found = equipment.broken()
        equipment.put_back()

    assert found != ""
    assert vars(builtins)["len"] is length
    assert equipment.broken() == ""


def test_another_function_that_works_as_well_is_nobodys_mistake_unless_something_went_wrong() -> None:
    dumps, equipment = json.dumps, Equipment()
    with kept(json):
        json.dumps = lambda *values, **named: dumps(*values, **named)

        assert equipment.broken() == ""
        assert equipment.broken(suspected=True) == "replaced: json.dumps"


def test_what_did_not_work_at_the_beginning_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    assert Equipment().broken() == ""


def test_a_method_that_cannot_be_put_back_is_named_once_and_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    equipment = Equipment()
    monkeypatch.setattr(pathlib.Path, "exists", raises)
    with equipped(equipment):
        assert left_broken() == "paths: RuntimeError: patched"
        assert left_broken() == ""
        assert left_broken(suspected=True) == "paths: RuntimeError: patched"


def test_too_few_descriptors_are_noticed_and_the_limit_is_raised_again() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    equipment = Equipment()
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS - 1, before[1]))
        found = equipment.broken()
        equipment.put_back()
        after = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert found == "descriptors: OSError: Too many open files"
    assert after == before


def test_nothing_is_said_where_nobody_looks_after_it() -> None:
    assert left_broken(suspected=True) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to this limit")
def test_where_memory_was_narrow_at_the_beginning_nobody_is_blamed_for_it() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (used + SPARE_MEMORY // 2, before[1]))
        equipment = Equipment()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY // 2, before[1]))
        found = equipment.broken()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

    assert found == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to this limit")
def test_memory_that_an_item_has_made_narrow_is_noticed() -> None:
    equipment = Equipment()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY // 2, before[1]))
        found = equipment.broken()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

    assert found == "memory: OSError: Cannot allocate memory"
