-- Error objects and the errors module (lua 6.4).

local H = ...

local type, error, next, rawget, match, gmatch = type, error, next, rawget, string.match, string.gmatch
local sub, traceback = string.sub, debug.traceback
local OPAQUE, raw_metatable = H.OPAQUE, debug.getmetatable

local methods = {}

local function text_or_message(value)
    if H.is_a(value, H.Error) then
        return value[OPAQUE].message
    end
    return H.tostring(value)
end

H.Error = H.class("error", methods, {
    __tostring = function(object)
        return object[OPAQUE].message
    end,
    __concat = function(left, right)
        return text_or_message(left) .. text_or_message(right)
    end,
})

local Error = H.Error

function H.new_error(message, kind, retryable, details, stack)
    return H.object(Error, { message = message, kind = kind or "", retryable = retryable, details = details, stack = stack })
end

-- Raise an error object of the host; a program catches it unchanged.
function H.raise(message, kind)
    error(H.new_error(message, kind, false), 0)
end

function H.is_error(value)
    return type(value) == "table" and raw_metatable(value) == Error
end

local function state_of(object, method)
    if not H.is_error(object) then
        H.bad_argument(1, method, "error", object)
    end
    return object[OPAQUE]
end

function methods.message(object)
    return state_of(object, "message").message
end

function methods.kind(object)
    return state_of(object, "kind").kind
end

function methods.retryable(object)
    return state_of(object, "retryable").retryable
end

function methods.details(object)
    return state_of(object, "details").details
end

function methods.stack(object)
    local state = state_of(object, "stack")
    return state.stack or state.message
end

-- An error stands for its text also in the functions of texts, as their method.
for name, call in next, H.string_functions do
    methods[name] = methods[name] or call
end

-- Frames of the program alone: the host's own are of no interest, and C has no lines.
function H.program_stack(coroutine_or_level, level)
    local text = type(coroutine_or_level) == "thread" and traceback(coroutine_or_level, "", level or 0)
        or traceback("", coroutine_or_level)
    local lines = {}
    for line in gmatch(text, "[^\n]+") do
        local place = match(line, "^%s*(.+:%d+: in .+)$")
        if place and not match(place, "^%[simcore") then
            lines[#lines + 1] = place
        end
    end
    return lines
end

local function string_keys_only(details)
    local kept, any = {}, false
    for key, value in H.pairs(details) do
        if type(key) == "string" then
            kept[key], any = value, true
        end
    end
    return any and kept or nil
end

local function field(options, name, kind)
    local value = rawget(options, name)
    if value ~= nil and type(value) ~= kind then
        H.fail("errors.new: " .. name .. " must be a " .. kind)
    end
    return value
end

local function with_stack(context, message)
    local lines = H.program_stack(3)
    return context .. ": " .. message .. "\n" .. table.concat(lines, "\n")
end

local function new(options)
    if type(options) == "string" then
        options = { message = options }
    elseif type(options) ~= "table" or H.class_of(options) then
        H.bad_argument(1, "new", "string or table", options)
    end
    local message = rawget(options, "message")
    if type(message) ~= "string" then
        H.fail("errors.new: message must be a string")
    end
    local details = field(options, "details", "table")
    local object = H.new_error(
        message,
        field(options, "kind", "string"),
        field(options, "retryable", "boolean"),
        details and string_keys_only(details),
        table.concat({ message, table.unpack(H.program_stack(2)) }, "\n")
    )
    return object
end

local function wrap(parent, context)
    if type(parent) == "string" then
        parent = H.new_error(parent)
    elseif not H.is_error(parent) then
        H.bad_argument(1, "wrap", "error or string", parent)
    end
    if H.is_error(context) then
        context = context[OPAQUE].message
    elseif type(context) ~= "string" then
        H.bad_argument(2, "wrap", "error or string", context)
    end
    local state = parent[OPAQUE]
    return H.new_error(state.message, state.kind, state.retryable, state.details, with_stack(context, state.stack or state.message))
end

local function is(value, kind)
    return H.is_error(value) and value[OPAQUE].kind == kind
end

local function call_stack(value)
    if not H.is_error(value) or not value[OPAQUE].stack then
        return nil
    end
    local frames = {}
    for source, line, name in gmatch(value[OPAQUE].stack, "([^\n]-):(%d+): in ([^\n]+)") do
        local kind = match(name, "^(%a+) '") or "main"
        frames[#frames + 1] = {
            level = #frames,
            source = source,
            line = math.tointeger(tonumber(line)),
            name = match(name, "'(.-)'") or name,
            type = kind,
        }
    end
    return { thread = H.current and H.current.pid or "", frames = frames }
end

H.errors = H.read_only({
    new = new,
    wrap = wrap,
    is = is,
    call_stack = call_stack,
    UNKNOWN = "",
    NOT_FOUND = "NotFound",
    ALREADY_EXISTS = "AlreadyExists",
    INVALID = "Invalid",
    PERMISSION_DENIED = "PermissionDenied",
    UNAVAILABLE = "Unavailable",
    INTERNAL = "Internal",
    CANCELED = "Canceled",
    CONFLICT = "Conflict",
    TIMEOUT = "Timeout",
    RATE_LIMITED = "RateLimited",
})

-- The text of a raised value that brings none of its own: its fields, never an address.

local SHOWN_MAX, SHOWN_DEPTH = 1000, 4

local shown

local function shown_fields(container, depth, open)
    if open[container] or depth >= SHOWN_DEPTH then
        return "{...}"
    end
    open[container] = true
    container = H.contents(container)
    local keys, length = H.ordered_keys(container)
    local parts, size = {}, 0
    for i = 1, keys and #keys or length do
        local key = i
        if keys then
            key = keys[i]
        end
        local text = shown(rawget(container, key), depth + 1, open)
        if keys then
            text = (type(key) == "string" and key or "[" .. shown(key, depth + 1, open) .. "]") .. " = " .. text
        end
        parts[i], size = text, size + #text
        if size > SHOWN_MAX then
            parts[i + 1] = "..."
            break
        end
    end
    open[container] = nil
    return "{" .. table.concat(parts, ", ") .. "}"
end

function shown(value, depth, open)
    local kind = type(value)
    if kind == "string" then
        if depth == 0 then
            return value
        end
        return #value > SHOWN_MAX and '"' .. sub(value, 1, SHOWN_MAX) .. '..."' or '"' .. value .. '"'
    elseif kind == "nil" or kind == "boolean" or kind == "number" then
        return H.tostring(value)
    elseif H.is_nameless(value) then
        return H.name_of(value)
    elseif kind == "table" and not H.has_text(value) then
        return shown_fields(value, depth, open)
    end
    return kind == "table" and H.tostring(value) or kind
end

-- What travels of an error that is no error object: its text.
function H.error_state(value)
    if H.is_error(value) then
        return value[OPAQUE]
    end
    local text = shown(value, 0, {})
    return { message = text == "" and "error" or text, kind = "" }
end
