-- Functions: calls, futures and executors (lua 6.5).

local H = ...

local type, math_type, match = type, math.type, string.match
local OPAQUE, operate, data_of = H.OPAQUE, H.operate, H.data_of

local future_methods, executor_methods = {}, {}
H.Future = H.class("future", future_methods)
H.Executor = H.class("executor", executor_methods)
local Future, Executor = H.Future, H.Executor

local function invalid(message)
    return nil, H.new_error(message, "Invalid", false)
end

-- Settings are the number by which Python knows them, and how many nanoseconds a call may take.
local NO_SETTINGS = { timeout_ns = 0 }

local function is_function_id(id)
    return match(id, "^[^:]+:.+$") ~= nil
end

local function call(settings, id, ...)
    if not is_function_id(id) then
        return invalid("invalid function ID format (namespace:name required)")
    end
    return H.decoded(operate("call", id, data_of(...), settings.timeout_ns, settings.number))
end

local function future_or_error(number, problem)
    if number then
        return H.object(Future, { number = number, channel = H.made_channel(number) })
    end
    return nil, problem
end

local function async(settings, id, ...)
    if not is_function_id(id) then
        return invalid("invalid function ID format (namespace:name required)")
    end
    return future_or_error(operate("async", id, data_of(...), settings.timeout_ns, settings.number))
end

-- Futures

local function future_of(object, method)
    if not H.is_a(object, Future) then
        H.bad_argument(1, method, "future", object)
    end
    return object[OPAQUE]
end

local function state_of(object, method)
    return H.future_state(H.current.id, future_of(object, method).number)
end

-- Who asks for the channel has looked at the future, which the other side takes note of.
local function channel_of(object, method)
    state_of(object, method)
    return future_of(object, method).channel
end

function future_methods.response(object)
    return channel_of(object, "response")
end

function future_methods.channel(object)
    return channel_of(object, "channel")
end

function future_methods.is_complete(object)
    return (state_of(object, "is_complete")) ~= "pending"
end

function future_methods.is_canceled(object)
    return (state_of(object, "is_canceled")) == "canceled"
end

local function result_of(state, ...)
    if state == "pending" then
        return nil, nil
    elseif state == "done" then
        return H.new_payload(H.decode((...))), nil
    end
    return nil, H.failure(...)
end

function future_methods.result(object)
    return result_of(state_of(object, "result"))
end

local function error_of(state, ...)
    if state == "pending" or state == "done" then
        return nil, false
    end
    return H.failure(...), true
end

future_methods["error"] = function(object)
    return error_of(state_of(object, "error"))
end

function future_methods.cancel(object)
    return operate("cancel function", future_of(object, "cancel").number)
end

-- Executors

local function executor_of(object, method)
    if not H.is_a(object, Executor) then
        H.bad_argument(1, method, "executor", object)
    end
    return object[OPAQUE]
end

-- The handle of the settings is what the sweep looks for; nobody but the executor holds it.
local function executor(settings, number)
    local handle = H.made(number, { number })
    return H.object(Executor, { number = number, handle = handle, timeout_ns = settings.timeout_ns })
end

function executor_methods.with_context(object, values)
    local settings = executor_of(object, "with_context")
    local data = H.context_data(values, 2)
    return executor(settings, H.answered(H.executor_context(H.current.id, settings.number, data)))
end

function executor_methods.with_actor(object, actor)
    local settings = executor_of(object, "with_actor")
    local data = H.carried_data(actor, H.Actor)
    return executor(settings, H.answered(H.executor_actor(H.current.id, settings.number, data)))
end

function executor_methods.with_scope(object, scope)
    local settings = executor_of(object, "with_scope")
    local data = H.carried_data(scope, H.Scope)
    return executor(settings, H.answered(H.executor_scope(H.current.id, settings.number, data)))
end

-- A number is milliseconds here (lua 10.3), a text a duration.
local function timeout_ns(value)
    if value == nil then
        return 0
    elseif type(value) == "string" then
        local ns, problem = H.parse_duration(value)
        return ns or H.fail(problem)
    elseif type(value) == "number" and value >= 0 and value < 1e12 then
        return (math_type(value) == "integer" and value or math.floor(value)) * 1000000
    end
    H.fail("timeout must be a number of milliseconds or a duration")
end

function executor_methods.with_options(object, options)
    local settings = executor_of(object, "with_options")
    if type(options) ~= "table" or H.class_of(options) then
        H.bad_argument(2, "with_options", "table", options)
    end
    local timeout = timeout_ns(H.rawget(options, "timeout"))
    return H.object(Executor, { number = settings.number, handle = settings.handle, timeout_ns = timeout })
end

local function check_id(id, position, method)
    if type(id) ~= "string" then
        H.bad_argument(position, method, "string", id)
    end
end

function executor_methods.call(object, id, ...)
    local settings = executor_of(object, "call")
    check_id(id, 2, "call")
    return call(settings, id, ...)
end

function executor_methods.async(object, id, ...)
    local settings = executor_of(object, "async")
    check_id(id, 2, "async")
    return async(settings, id, ...)
end

H.funcs = H.read_only({
    call = function(id, ...)
        check_id(id, 1, "call")
        return call(NO_SETTINGS, id, ...)
    end,
    async = function(id, ...)
        check_id(id, 1, "async")
        return async(NO_SETTINGS, id, ...)
    end,
    new = function()
        return H.object(Executor, NO_SETTINGS)
    end,
})
