-- What a program finds: its globals, the modules its entry lists, the libraries it imports, and stand-ins for what is no
-- part of a simulation (lua 3.3, 4).

local H = ...

local type, error, load, rawget, setmetatable, math_type = type, error, load, rawget, setmetatable, math.type

local BASE = {
    _VERSION = _VERSION,
    __S = H.operand,
    assert = assert,
    boolean = H.validator("boolean", function(value)
        return type(value) == "boolean"
    end),
    channel = H.channel,
    coroutine = H.coroutine,
    error = error,
    errors = H.errors,
    getmetatable = getmetatable,
    integer = H.validator("integer", function(value)
        return math_type(value) == "integer"
    end),
    ipairs = ipairs,
    math = H.math,
    next = H.next,
    number = H.validator("number", function(value)
        return type(value) == "number"
    end),
    os = H.os,
    pairs = H.pairs,
    payload = H.payload,
    pcall = H.pcall,
    print = H.print,
    process = H.process,
    rawequal = rawequal,
    rawget = H.rawget,
    rawset = H.rawset,
    select = select,
    setmetatable = H.setmetatable,
    string = H.string,
    subscribe = H.subscribe,
    table = H.table,
    tonumber = tonumber,
    tostring = H.tostring,
    type = H.type,
    unpack = H.unpack,
    unsubscribe = H.unsubscribe,
    xpcall = H.xpcall,
}

local ENVIRONMENT = { __index = BASE, __metatable = false }

local function new_environment()
    local environment = {}
    environment._G = environment
    environment.require = function(name)
        local found = type(name) == "string" and environment[name] or nil
        if found == nil then
            H.fail("module '" .. H.tostring(name) .. "' not found")
        end
        return found
    end
    return setmetatable(environment, ENVIRONMENT)
end

-- Programs: one for each entry that can run. Chunks are byte code made by the host itself, by their names.

local chunks = {}
local programs = {}

function H.forget_programs()
    chunks, programs = {}, {}
end

function H.define_chunk(name, code)
    chunks[name] = code
end

function H.define_program(id, method)
    programs[id] = { method = method, steps = {} }
end

-- One step of making a process ready: "module" and "absent" bind a name, "import" binds what a library returned,
-- "library" runs one. The target of "absent" and "type" is the message that every use raises.
function H.add_step(id, what, name, target)
    local steps = programs[id].steps
    steps[#steps + 1] = { what = what, name = name, target = target }
end

local function run_chunk(name, environment)
    -- Again in each process, since a function has one _ENV. It can only fail for want of memory.
    return (load(chunks[name], "=" .. name, "b", environment) or H.exhaust("memory"))()
end

local bind = {}

-- A listed module stands in H under its name. One that every process has needs no binding.
function bind.module(environment, step)
    if BASE[step.name] == nil then
        environment[step.name] = H[step.name]
    end
end

function bind.absent(environment, step)
    environment[step.name] = H.stand_in(step.target)
end

-- A type may be called like a variable, which is then what the name means.
function bind.type(environment, step)
    if environment[step.name] == nil then
        environment[step.name] = H.stand_in(step.target)
    end
end

function bind.import(environment, step, libraries)
    environment[step.name] = libraries[step.target]
end

function bind.library(environment, step, libraries)
    libraries[step.target] = run_chunk(step.target, environment)
end

-- Make the environment of a process and run its module body; return its main function, or nil where it has none.
function H.instantiate(_, id)
    local program = programs[id]
    local environment, libraries = new_environment(), {}
    for i = 1, #program.steps do
        local step = program.steps[i]
        bind[step.what](environment, step, libraries)
    end
    local result = run_chunk(id, environment)
    if type(result) == "function" then
        return result
    elseif type(result) == "table" and not H.class_of(result) then
        local main = rawget(result, program.method)
        return type(main) == "function" and main or nil
    end
    return nil
end
