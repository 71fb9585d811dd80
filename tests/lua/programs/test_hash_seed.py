"""Builders, executors, security objects, the bus, JSON and calendars under several hash seeds: one digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interpreters import printed

SCRIPT = """
import sys
from pathlib import Path
from tests.lua.conftest import Bench
bench = Bench(Path(sys.argv[1]))
bench.entries.append({"name": "rule", "kind": "security.policy", "groups": ["staff"],
    "policy": {"actions": ["a", "b.*"], "resources": "*", "effect": "allow",
        "conditions": [{"field": "actor.id", "operator": "in", "value": ["x", "y"]}]}})
modules = ["ctx", "events", "funcs", "security", "time"]
bench.add("tells", '''return {main = function(v)
    local keys = {}
    for key, value in pairs(ctx.all()) do keys[#keys + 1] = key .. tostring(value) end
    events.send("s.a", "k", "/", {v, security.actor()})
    return {v, keys, security.actor(), security.scope(), security.can("a", "b")}
end}''', modules=modules)
bench.add("main", '''return {main = function(round)
    local seen = events.subscribe("s.*")
    local actor, scope = security.new_actor("x", {p = 1, q = {2}}), security.named_scope("app:staff")
    local builder = process.with_context({one = 1, two = "2", three = 3.5}):with_actor(actor):with_scope(scope)
    local results = {}
    for i = 1, 3 do
        builder:with_message("m", i):spawn_monitored("app:tells", "app:processes", actor)
        results[#results + 1] = funcs.new():with_context({k = i}):with_options({timeout = 5}):call("app:tells", scope)
        results[#results + 1] = funcs.async("app:tells", i):response():receive():data()
        results[#results + 1] = seen:channel():receive()
    end
    if round < 2 then process.upgrade(nil, round + 1, results) end
    return results
end}''', modules=modules)
bench.result("main", 1)
print(bench.digest())
"""

JSON_AND_TIME = """
import sys
from pathlib import Path
from tests.lua.conftest import Bench
bench = Bench(Path(sys.argv[1]))
modules = ["json", "time"]
bench.add("worker", '''return {main = function(boss, text)
    local order = json.decode(text)
    time.sleep(order.after)
    local place = time.load_location(order.zone)
    local schema = {type = "object", required = {"id"}, properties = {id = {type = "integer", maximum = 2}}}
    local good, problem = json.validate(schema, order)
    if not good then error({order = order, problem = problem}) end
    local at = time.now():in_location(place):format(time.RFC850)
    process.send(boss, "done", json.encode({id = order.id, at = at, good = good}))
end}''', modules=modules)
bench.add("main", '''return {main = function()
    local done, texts = process.listen("done"), {}
    for i, zone in ipairs{"Europe/Berlin", "Asia/Tokyo", "America/New_York"} do
        local text = json.encode({id = i, zone = zone, after = 4 - i .. "h", z = {}, y = 1.5, x = true})
        process.spawn_monitored("app:worker", "app:processes", process.pid(), text)
    end
    for i = 1, 2 do texts[i] = done:receive() end
    local failed = process.events():receive()
    local deep = {pcall(function() local function f() return 1 + f() end f() end)}
    return {texts, tostring(failed.result.error), deep}
end}''', modules=modules)
print(bench.result("main"), bench.digest())
"""


@pytest.mark.parametrize("seed", ["1", "2"])
@pytest.mark.parametrize("script", [SCRIPT, JSON_AND_TIME], ids=["spawning", "json and time"])
def test_the_digest_does_not_depend_on_the_hash_seed(tmp_path: Path, script: str, seed: str) -> None:
    assert digest(tmp_path / "one", script, "0") == digest(tmp_path / "other", script, seed)


def digest(folder: Path, script: str, seed: str) -> str:
    """Return the digest that another process gets under this hash seed."""
    folder.mkdir()
    return printed(script, str(folder), PYTHONHASHSEED=seed)
