-- Spawn builders: immutable, each with_* gives a new one (process 7.6 to 7.11). What one holds is kept in Python.

local H = ...

local type, select, next, math = type, select, next, math
local OPAQUE, operate, data_of = H.OPAQUE, H.operate, H.data_of

local methods = {}
H.Builder = H.class("spawn_builder", methods)
local Builder = H.Builder

local function settings_of(object, method)
    if not H.is_a(object, Builder) then
        H.bad_argument(1, method, "spawn_builder", object)
    end
    return object[OPAQUE]
end

local function new(number)
    return H.made(number, H.object(Builder, number))
end

-- The key to complain of, as a text: whatever order the table is walked in, the same one.
local function foreign_key(values)
    local number, kind
    for key in next, H.contents(values) do
        if type(key) == "number" then
            number = number and math.min(number, key) or key
        elseif type(key) ~= "string" then
            local name = H.type(key)
            kind = kind and kind < name and kind or name
        end
    end
    return number and H.tostring(number) or kind
end

-- Context values as one canonical string, which would leave out a key or a value that cannot travel.
function H.context_data(values, position)
    if type(values) ~= "table" or H.class_of(values) then
        H.bad_argument(position, "with_context", "table", values)
    end
    local key = foreign_key(values)
    if key then
        H.fail("a key of this table is a text, not " .. key)
    end
    return H.encode(values)
end

function H.new_builder(values)
    return new(H.answered(H.builder_context(H.current.id, nil, H.context_data(values, 1))))
end

function methods.with_context(object, values)
    local settings = settings_of(object, "with_context")
    return new(H.answered(H.builder_context(H.current.id, settings, H.context_data(values, 2))))
end

function methods.with_actor(object, actor)
    local settings = settings_of(object, "with_actor")
    return new(H.answered(H.builder_actor(H.current.id, settings, H.carried_data(actor, H.Actor))))
end

function methods.with_scope(object, scope)
    local settings = settings_of(object, "with_scope")
    return new(H.answered(H.builder_scope(H.current.id, settings, H.carried_data(scope, H.Scope))))
end

function methods.with_name(object, name)
    local settings = settings_of(object, "with_name")
    if type(name) ~= "string" then
        H.bad_argument(2, "with_name", "string", name)
    end
    return new(H.answered(H.builder_name(H.current.id, settings, name)))
end

function methods.with_message(object, topic, ...)
    local settings = settings_of(object, "with_message")
    if type(topic) ~= "string" then
        H.bad_argument(2, "with_message", "string", topic)
    end
    return new(H.answered(H.builder_message(H.current.id, settings, topic, data_of(...))))
end

local function invalid(message)
    return nil, H.new_error(message, "Invalid", false)
end

local function check_texts(id, host, method)
    if type(id) ~= "string" then
        H.bad_argument(2, method, "string", id)
    elseif type(host) ~= "string" then
        H.bad_argument(3, method, "string", host)
    end
end

local function spawner(name, monitored, linked)
    methods[name] = function(object, ...)
        local settings = settings_of(object, name)
        if select("#", ...) < 2 then
            return invalid(name .. " requires at least id and host arguments")
        end
        local id, host = ...
        check_texts(id, host, name)
        return operate("build", settings, id, host, data_of(select(3, ...)), monitored, linked)
    end
end

spawner("spawn", false, false)
spawner("spawn_monitored", true, false)
spawner("spawn_linked", false, true)
spawner("spawn_linked_monitored", true, true)

function methods.exec(object, ...)
    local settings = settings_of(object, "exec")
    if select("#", ...) < 2 then
        return invalid("exec requires id and host arguments")
    end
    local id, host = ...
    check_texts(id, host, "exec")
    return H.decoded(operate("run and wait", "exec", id, host, data_of(select(3, ...)), settings))
end
