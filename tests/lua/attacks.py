"""Lua programs that go for what the processes of a state share, and one that looks whether anything is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simcore import Options, Uniform, World
from simcore.model.errors import BoundReached, Failure, ProcessError
from simcore.story.recorder import Recorder
from tests.worlds import HOST

if TYPE_CHECKING:
    from pathlib import Path

    from simcore.lua.bridge.state import LuaState
    from simcore.lua.bridge.states import LuaStates

ATTACKS: Final = {
    "globals": """
        print, tostring, pairs, string, math, process_copy = nil, function() return "mine" end, nil, {}, nil, process
        _G.type, _G._G, _G.errors = nil, nil, nil
    """,
    "globals raw": """
        rawset(_G, "print", function() end)
        rawset(_G, "require", nil)
        _G.__index = function() return "mine" end
        pcall(setmetatable, _G, { __index = function() return "mine" end })
    """,
    "modules": """
        for _, module in ipairs({ string, math, table, process, channel, errors, payload, os, coroutine, time, json,
            funcs, logger, ctx, security, events, process.event, process.registry, payload.format }) do
            pcall(function() module.mine = 1 end)
            pcall(function() module.format = print end)
            pcall(rawset, module, "mine", 1)
            pcall(table.insert, module, "mine")
            pcall(table.move, { 1, 2 }, 1, 2, 1, module)
            pcall(table.sort, module)
            pcall(table.remove, module, 1)
            pcall(setmetatable, module, {})
            pcall(function() getmetatable(module).__index = {} end)
            for name, value in pairs(module) do
                pcall(function() value.mine = 1 end)
                pcall(function() module[name] = nil end)
            end
        end
    """,
    "strings": """
        local metatable = getmetatable("")
        pcall(function() metatable.__index = { upper = string.lower } end)
        pcall(rawset, metatable, "__index", nil)
        pcall(function() metatable.__index.trim = 1 end)
        pcall(function() ("x").trim = 1 end)
        pcall(setmetatable, "", {})
        pcall(function() string.trim = 1 end)
        pcall(function() return ("x"):trim() end)
    """,
    "metatables": """
        local changing = { __index = function(t, k) return k end, __tostring = function() return "mine" end }
        local one = setmetatable({}, changing)
        changing.__index, changing.__name, changing.__metatable = print, "mine", false
        changing.__lt, changing.__eq = function() return true end, function() return true end
        for _, object in ipairs({ channel.new(), errors.new("x"), time.now(), payload.new(1), logger }) do
            pcall(setmetatable, object, changing)
            pcall(rawset, object, "mine", 1)
            pcall(function() object.mine = 1 end)
            pcall(function() getmetatable(object).__index = {} end)
            pcall(function() object.send.mine = 1 end)
        end
        setmetatable({}, string)
        setmetatable({}, getmetatable(""))
        return one, one.any
    """,
    "upvalues": """
        local count = 0
        local function counter() count = count + 1 return count end
        process.kept = nil
    """,
    "serials": """
        for i = 1, 300 do tostring({}) end
        for _, each in ipairs({ print, pairs, process, string, math, channel.new, getmetatable(""), _G }) do
            tostring(each)
            string.format("%p", each)
        end
        local keyed = {}
        for i = 1, 5 do keyed[{}] = i end
        for _ in pairs(keyed) do end
    """,
    "walks": """
        for _, module in ipairs({ string, process, math, time, errors, _G }) do
            local key = next(module)
            key = next(module, key)
        end
    """,
    "formats": """
        for i = 1, 40 do string.format("%d" .. ("."):rep(i) .. "%s", i, i / 3) end
    """,
    "many formats": """
        for i = 1, 600 do string.format("f" .. i) end
    """,
    "patterns": """
        for i = 1, 8 do string.find(("a"):rep(300) .. i, ".-.-[a" .. i .. "]" .. i) end
    """,
    "many patterns": """
        for i = 1, 210 do string.find(("a"):rep(300) .. i, ".-.-[a" .. i .. "]") end
    """,
    "numbers": """
        for i = 1, 7 do math.random() math.random(i) math.random(-i, i) end
        math.randomseed(5)
    """,
    "coroutines": """
        for i = 1, 20 do
            local co = coroutine.create(function() coroutine.yield(i) end)
            coroutine.resume(co)
            kept = coroutine.wrap(function() while true do coroutine.yield() end end)
            kept()
            coroutine.spawn(function() channel.new():receive() end)
            coroutine.spawn(function() time.sleep("1h") end)
        end
    """,
    "close": """
        for i = 1, 5 do
            coroutine.spawn(function()
                local guard <close> = setmetatable({}, { __close = function()
                    print("closed")
                    process.send("victim", "x", "from the grave")
                    for _ = 1, 1000 do tostring({}) end
                    error("closed")
                end })
                channel.new():receive()
            end)
            local co = coroutine.create(function()
                local guard <close> = setmetatable({}, { __close = function() process.terminate("victim") end })
                coroutine.yield()
            end)
            coroutine.resume(co)
            kept = co
        end
    """,
    "finalizers": """
        for i = 1, 50 do
            local metatable = { __gc = function()
                print("collected")
                tostring({})
                process.send("victim", "x", "from the grave")
            end }
            setmetatable({}, metatable)
            local late = {}
            setmetatable({}, late)
            late.__gc = metatable.__gc
            setmetatable(late, late)
            kept = setmetatable({}, setmetatable(metatable, metatable))
        end
    """,
    "weak tables": """
        local weak = setmetatable({}, { __mode = "kv" })
        for i = 1, 100 do weak[i], weak[{}] = {}, {} end
        kept = weak
    """,
    "errors": """
        local details = { kept = {} }
        local one = errors.new({ message = "m", kind = "Mine", details = details })
        details.kept.later = one
        pcall(error, one)
        pcall(error, setmetatable({}, { __tostring = function() error("again") end }))
        xpcall(function() error(one) end, function(e) return errors.wrap(e, "c") end)
        pcall(function() local function deep() return 1 + deep() end return deep() end)
        errors.call_stack(one)
    """,
    "channels": """
        for i = 1, 20 do
            local one = channel.new(i)
            one:send(i)
            channel.select({ one:case_receive(), default = true })
            kept = one:case_send(kept)
            time.after("1s")
        end
        process.listen("mine")
        process.events()
        process.set_options({ trap_links = true })
        process.registry.register("mine")
        process.send(process.pid(), "nobody", { 1, 2, 3 })
    """,
    "modules used": """
        json.encode({ a = { 1, 2, { b = "\\1" } } })
        json.decode('{"a": [1, 2, {"b": null}]}')
        json.validate({ type = "object" }, { a = 1 })
        time.parse("2006-01-02", "2020-02-02")
        time.load_location("Europe/Berlin")
        logger:with({ mine = 1 }):named("mine"):info("m", { a = {} })
        kept = process.with_context({ a = 1 }):with_name("mine")
        kept = funcs.new():with_options({ timeout = 5 })
        security.new_scope()
        os.date("%c")
    """,
    "children": """
        for i = 1, 3 do process.spawn_monitored("app:child", "app:processes", i) end
    """,
}
"""What is attacked, and how."""

ENDINGS: Final = {
    "returns": "return { left = true }",
    "raises": "error(setmetatable({ code = 1 }, { __tostring = function() return 'mine' end }))",
    "waits": "channel.new():receive()",
    "spins": "while true do end",
    "recurses": "local function deep() return 1 + deep() end deep()",
    "hoards": "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(2000) .. i end",
    "upgrades": "process.upgrade('', {}, 'waits')",
}
"""How the attacker ends; in the middle of something, in most of them."""

_VICTIM: Final = r"""
local seen = {}
local function see(...)
    for _, value in ipairs({ ... }) do seen[#seen + 1] = tostring(value) end
end

local function look_at_globals()
    see(next(math, "abs"), next(string, "byte"))
    for name, value in pairs(_G) do see(name, type(value)) end
    for _, module in ipairs({ string, math, table, process, channel, errors, payload, os, coroutine, time, json,
        funcs, ctx, security, events, process.event, process.registry, payload.format }) do
        for name, value in pairs(module) do see(name, type(value)) end
        see(next(module), rawget(module, "mine"), module.mine, #module, getmetatable(module))
    end
    for key in next, string do see(key) end
    see(print, pairs, process, string, getmetatable(""), {}, function() end, coroutine.running())
    see(string.format("%p %p", {}, print), ("x"):upper(), pcall(function() return ("x"):trim() end))
end

local function look_at_work()
    for i = 1, 40 do see(string.format("%d" .. ("."):rep(i) .. "%s", i, i / 3)) end
    for i = 1, 8 do see(string.find(("a"):rep(300) .. i, ".-.-[a" .. i .. "]" .. i)) end
    see(math.random(), math.random(100), math.random(-5, 5))
    see(errors.new("x"), channel.new(), time.now(), time.after("1s"), payload.new(1), logger)
    see(json.encode({ 1, { a = 2 } }), os.date("%c"), os.clock())
    see(pcall(error, { 1, 2 }))
    local co = coroutine.create(function(...) return coroutine.yield(...) end)
    see(coroutine.resume(co, 1))
    see(coroutine.status(co), tostring(co))
    local weak = setmetatable({}, { __mode = "k", __gc = print })
    see(tostring(weak))
end

local function look_at_others()
    see(process.pid(), process.id(), process.registry.register("victim"))
    see(process.spawn_monitored("app:child", "app:processes", "x"))
    local inbox = process.inbox()
    process.send(process.pid(), "x", { a = { 1, 2 } })
    see(inbox:receive():topic())
    coroutine.spawn(function() print("in a task", tostring({})) end)
    time.sleep("1s")
    see(process.events():receive().kind)
end

return { main = function()
    look_at_globals()
    look_at_work()
    look_at_others()
    print(table.concat(seen, "\n"))
    return seen
end }
"""

MODULES: Final = "[time, json, funcs, logger, ctx, security, events]"
OPTIONS: Final = Options(lua_memory_max=6 * 1024 * 1024, lua_instructions_max=2_000_000)


class Seen(NamedTuple):
    """What became of a world: all that anyone can see of it."""

    digest: str
    events: list[Any]
    actions: int
    instructions: list[int]
    """Of the step, after each turn; what a warm cache saves is missing here."""
    result: Any


def write_app(folder: Path) -> Path:
    """Write the application of attacker, victim and child into *folder*, and return it."""
    index = ['version: "1.0"', "namespace: app", "entries:", "  - {name: processes, kind: process.host}"]
    sources = {"attacker": _attacker(), "victim": _VICTIM, "child": "return {main = function(x) print(x) return x end}"}
    for name, source in sources.items():
        (folder / f"{name}.lua").write_text(source)
        fields = f"name: {name}, kind: process.lua, source: file://{name}.lua, method: main, modules: {MODULES}"
        index.append(f"  - {{{fields}}}")
    (folder / "_index.yaml").write_text("\n".join(index))
    return folder


def _attacker() -> str:
    attacks = "\n".join(f'attacks["{name}"] = function()\n{body}\nend' for name, body in ATTACKS.items())
    endings = "\n".join(f'attacks["{name}"] = function()\n{body}\nend' for name, body in ENDINGS.items())
    # What an attack has broken must not hinder the next one.
    return f"""
local attacks, pcall, ipairs = {{}}, pcall, ipairs
local globals = {{}}
for name, value in pairs(_G) do globals[name] = value end
{attacks}
{endings}
return {{ main = function(names, ending)
    for _, name in ipairs(names) do
        pcall(attacks[name])
    end
    return attacks[ending]()
end }}
"""


def play(folder: Path, states: LuaStates | None, name: str, *arguments: Any, seed: int = 1) -> Seen:
    """Play the process ``app:<name>`` of the application in *folder* to the end of its world."""
    recorder = Recorder()
    world = World(seed, Uniform(), OPTIONS, observers=[recorder])
    world.lua_states = states
    world.load_app(folder)
    state = world.runtime.definitions[f"app:{name}"].state  # type: ignore[attr-defined]
    instructions = _counted(state)
    result: Any
    try:
        pid = world.spawn(f"app:{name}", HOST, *arguments)
        world.run(until="10s")
        result = world.result(pid)
    except (Failure, BoundReached, ProcessError, LookupError) as problem:
        result = f"{type(problem).__name__}: {problem}"
    return Seen(world.digest, recorder.events, world.kernel.actions, instructions, result)


def _counted(state: LuaState) -> list[int]:
    """Return a list that grows with each turn of Lua, by the instructions of its step so far."""
    resume, host = state.resume, state.engine.host
    used: list[int] = []

    def counted(*arguments: Any) -> Any:
        words = resume(*arguments)
        used.append(host["used"])
        return words

    state.resume = counted
    return used
