"""A function that fails, and that a future alone waits for, is somebody's where the future is ever looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcore.model.outcome import Verdict
from tests.apps import play_test
from tests.files import write_files

DROPPED = {
    "dropped": "funcs.async('app:dies') time.sleep('1s')",
    "kept": "local f = funcs.async('app:dies') time.sleep('1s') return f ~= nil",
    "of_an_executor": "funcs.new():with_context({a = 1}):async('app:dies') time.sleep('1s')",
    "two": "local f = funcs.async('app:dies') funcs.async('app:dies') f:response():receive() time.sleep('1s')",
    "nested": "funcs.call('app:drops') time.sleep('1s')",
}
LOOKED_AT = {
    "response": "local f = funcs.async('app:dies') f:response():receive()",
    "channel": "local f = funcs.async('app:dies') f:channel():receive()",
    "asked_for_its_channel": "local f = funcs.async('app:dies') f:response() time.sleep('1s')",
    "asked_for_afterwards": "local f = funcs.async('app:dies') time.sleep('1s') return f:is_complete()",
    "is_complete": "local f = funcs.async('app:dies') f:is_complete() time.sleep('1s')",
    "is_canceled": "local f = funcs.async('app:dies') f:is_canceled() time.sleep('1s')",
    "result": "local f = funcs.async('app:dies') time.sleep('1s') return select(2, f:result()) ~= nil",
    "error_of_it": "local f = funcs.async('app:dies') time.sleep('1s') return f:error() ~= nil",
    "selected": "local f = funcs.async('app:dies') channel.select({f:response():case_receive()})",
    "called": "funcs.call('app:dies')",
    "well": "funcs.async('app:lives') time.sleep('1s')",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tests = {**DROPPED, **LOOKED_AT}
    bodies = {
        **tests,
        "dies": "error('fn dies')",
        "lives": "return 1",
        "drops": "funcs.async('app:dies') time.sleep('9ms')",
    }
    program = "return {" + ", ".join(f"{name} = function() {body} end" for name, body in bodies.items()) + "}"
    entries = [
        f"  - {{name: {name}, kind: function.lua, source: 'file://p.lua', method: {name}, modules: [funcs, time]"
        f"{', meta: {type: test}' if name in tests else ''}}}"
        for name in bodies
    ]
    index = "\n".join(['version: "1.0"', "namespace: app", "entries:", *entries, ""])
    return write_files(tmp_path_factory.mktemp("app"), {"_index.yaml": index, "p.lua": program})


def told(app: Path, name: str, seed: int) -> list[str]:
    outcome = play_test(app, f"app:{name}", seed=seed)

    assert outcome.verdict is Verdict.PASSED, outcome
    return [remark.text for remark in outcome.remarks]


@pytest.mark.parametrize("name", DROPPED)
def test_a_future_that_nobody_ever_looks_at_tells_nobody(app: Path, name: str) -> None:
    for seed in range(3):
        (text,) = told(app, name, seed)

        assert text.startswith("1 process failed and nobody looked: "), text
        assert "fn dies" in text


@pytest.mark.parametrize("name", LOOKED_AT)
def test_one_that_is_looked_at_at_any_time_tells_who_looks(app: Path, name: str) -> None:
    for seed in range(3):
        assert told(app, name, seed) == []
