-- Values that leave a process: the canonical byte string of model/payload.py, written and read here.

local H = ...

local type, rawget, rawlen, error, tostring, next = type, rawget, rawlen, error, tostring, next
local byte, find, sub, pack, unpack, format = string.byte, string.find, string.sub, string.pack, string.unpack, string.format
local tonumber, tointeger, math_type, concat = tonumber, math.tointeger, math.type, table.concat
local class_of, OPAQUE = H.class_of, H.OPAQUE

local DEPTH_MAX = 200
local NAN = "d\x7f\xf8\0\0\0\0\0\0" -- one text for all of them; their bits differ between machines

local function encode_number(value)
    if math_type(value) == "integer" then
        return "i" .. value .. ";"
    elseif value ~= value then
        return NAN
    end
    return "d" .. pack(">d", value)
end

local encode_value

-- Functions, threads and host objects do not leave a process; errors and security objects do (process 3.7).
local function can_leave(value)
    local kind = type(value)
    if kind == "table" then
        local class = class_of(value)
        return not class or class == H.Error or H.CARRIED[class] or (class == H.Payload and H.is_error(value[OPAQUE]))
    end
    return kind == "string" or kind == "number" or kind == "boolean"
end

local function open(value, writer)
    local index = writer.seen[value]
    if index then
        return "r" .. index .. ";"
    end
    writer.seen[value] = writer.count
    writer.count = writer.count + 1
    writer.depth = writer.depth + 1
    if writer.depth > DEPTH_MAX then
        H.raise("a value that leaves its process may be nested " .. DEPTH_MAX .. " deep, this one is deeper", "Invalid")
    end
end

local function encode_error(object, writer)
    local known = open(object, writer)
    if known then
        return known
    end
    local state = object[OPAQUE]
    local text = "e"
        .. encode_value(state.message, writer)
        .. encode_value(state.kind == "" and "Unknown" or state.kind, writer)
        .. encode_value(state.retryable, writer)
        .. encode_value(state.details, writer)
    writer.depth = writer.depth - 1
    return text
end

-- A security object is the string that it travels as, with numbers of its own for what is shared inside.
local function encode_carried(object, writer)
    local known = open(object, writer)
    if known then
        return known
    end
    writer.depth = writer.depth - 1
    local data = object[OPAQUE]
    return "x" .. #data .. ":" .. data
end

local function encode_sequence(list, length, writer)
    local parts = { "l" .. length .. ":" }
    for i = 1, length do
        parts[i + 1] = encode_value(rawget(list, i), writer) -- raw, since no metatable travels
    end
    return concat(parts)
end

local function encode_map(map, keys, writer)
    local parts, count = { "" }, 0
    for i = 1, #keys do
        local key = keys[i]
        local value = rawget(map, key)
        if type(key) ~= "table" and can_leave(key) and can_leave(value) then
            count = count + 1
            parts[#parts + 1] = encode_value(key, writer)
            parts[#parts + 1] = encode_value(value, writer)
        end
    end
    parts[1] = "m" .. count .. ":"
    return concat(parts)
end

local function has_holes(list, length)
    for i = 1, length do
        if rawget(list, i) == nil then
            return true
        end
    end
    return false
end

local function numbers_to(length, list)
    local keys = {}
    for i = 1, length do
        if rawget(list, i) ~= nil then
            keys[#keys + 1] = i
        end
    end
    return keys
end

local function encode_table(container, writer)
    local known = open(container, writer)
    if known then
        return known
    end
    H.check_use(container)
    container = H.contents(container)
    local keys, length = H.ordered_keys(container)
    local text
    if keys then
        text = encode_map(container, keys, writer)
    elseif has_holes(container, length) then
        text = encode_map(container, numbers_to(length, container), writer)
    else
        text = encode_sequence(container, length, writer)
    end
    H.charge_bytes(#text)
    writer.depth = writer.depth - 1
    return text
end

function encode_value(value, writer)
    local kind = type(value)
    if kind == "string" then
        return "s" .. #value .. ":" .. value
    elseif kind == "number" then
        return encode_number(value)
    elseif kind == "boolean" then
        return value and "T" or "F"
    elseif kind ~= "table" or not can_leave(value) then
        return "N"
    end
    local class = class_of(value)
    if class == H.Error then
        return encode_error(value, writer)
    elseif H.CARRIED[class] then
        return encode_carried(value, writer)
    elseif class then
        return encode_error(value[OPAQUE], writer)
    end
    return encode_table(value, writer)
end

-- One value, on its own: sharing is kept inside it, and not beyond.
local function encode(value)
    local kind = type(value)
    if kind == "table" then
        return encode_value(value, { seen = {}, count = 0, depth = 0 })
    end
    return encode_value(value)
end
H.encode = encode

function H.encode_all(first, ...)
    local count = select("#", ...)
    if count == 0 then
        return encode(first)
    end
    local parts = { encode(first) }
    local rest = { ... }
    for i = 1, count do
        parts[i + 1] = encode(rest[i])
    end
    return concat(parts)
end

-- Reading. Each reader gets the text, the place behind the tag, and the containers seen so far, and returns the value
-- and the place behind it.

local readers = {}

local function read(text, at, seen)
    return readers[byte(text, at)](text, at + 1, seen)
end

local function read_number(text, at, mark)
    local stop = find(text, mark, at, true)
    return tonumber(sub(text, at, stop - 1)), stop + 1
end

local function read_text(text, at)
    local length, from = read_number(text, at, ":")
    return sub(text, from, from + length - 1), from + length
end

local function read_list(text, at, seen)
    local count
    count, at = read_number(text, at, ":")
    local list = {}
    seen[#seen + 1] = list
    for i = 1, count do
        list[i], at = read(text, at, seen)
    end
    return list, at
end

local function read_fields(text, at, seen)
    local count, key, value
    count, at = read_number(text, at, ":")
    local map = {}
    seen[#seen + 1] = map
    for _ = 1, count do
        key, at = read(text, at, seen)
        value, at = read(text, at, seen)
        map[key] = value
    end
    return map, at
end

local function read_error(text, at, seen)
    local message, kind, retryable, details
    local object = H.new_error("")
    seen[#seen + 1] = object
    message, at = read(text, at, seen)
    kind, at = read(text, at, seen)
    retryable, at = read(text, at, seen)
    details, at = read(text, at, seen)
    local state = object[OPAQUE]
    state.message, state.kind, state.retryable, state.details = message, kind, retryable, details
    if kind == "Unknown" then
        state.kind = ""
    end
    return object, at
end

local function reader(tag, read_it)
    readers[byte(tag)] = read_it
end

reader("N", function(_, at)
    return nil, at
end)
reader("T", function(_, at)
    return true, at
end)
reader("F", function(_, at)
    return false, at
end)
reader("i", function(text, at)
    return read_number(text, at, ";")
end)
reader("I", function(text, at) -- longer than any number of Lua; its sign is left
    local stop = find(text, ";", at, true)
    return byte(text, at) == byte("-") and -math.huge or math.huge, stop + 1
end)
reader("d", function(text, at)
    return unpack(">d", text, at)
end)
reader("s", read_text)
reader("b", read_text)
reader("p", read_text)
reader("l", read_list)
reader("t", read_list)
reader("m", read_fields)
reader("e", read_error)
reader("o", function(text, at, seen)
    local _
    _, at = read_number(text, at, ";")
    _, at = read(text, at, seen)
    return read_fields(text, at, seen)
end)
reader("x", function(text, at, seen)
    local data
    data, at = read_text(text, at)
    local object = H.carried_object(data)
    seen[#seen + 1] = object
    return object, at
end)
reader("r", function(text, at, seen)
    local index
    index, at = read_number(text, at, ";")
    return seen[index + 1], at
end)

-- All values of a canonical string, and how many there are.
local function decode_all(text)
    local values, count, at = {}, 0, 1
    while at <= #text do
        count = count + 1
        values[count], at = read(text, at, {})
    end
    return values, count
end
H.decode_all = decode_all

-- None for no value, the value itself for one, the list of them for several (process 3.8).
function H.decode(text)
    if text == "" then
        return nil
    end
    local value, at = read(text, 1, {})
    if at > #text then
        return value
    end
    return (decode_all(text))
end

-- The payload module: what wraps a message's data in the newer dialect (process 16.1).

local methods = {}
H.Payload = H.class("payload", methods, {
    __tostring = function(object)
        return "payload{format=" .. methods.get_format(object) .. "}"
    end,
})

local FORMATS = {
    JSON = "json/plain",
    YAML = "yaml/plain",
    STRING = "text/plain",
    BYTES = "application/octet-stream",
    MSGPACK = "application/msgpack",
    LUA = "lua/any",
    GOLANG = "golang/any",
    ERROR = "golang/error",
}

local function value_of(object, method)
    if not H.is_a(object, H.Payload) then
        H.bad_argument(1, method, "payload", object)
    end
    return object[OPAQUE]
end

function methods.get_format(object)
    return H.is_error(value_of(object, "get_format")) and FORMATS.ERROR or FORMATS.LUA
end

function methods.data(object)
    return value_of(object, "data")
end

function methods.unmarshal(object)
    return value_of(object, "unmarshal")
end

function methods.transcode(object, wanted)
    value_of(object, "transcode")
    if wanted == methods.get_format(object) then
        return object
    end
    return nil, H.new_error("payload: cannot transcode to " .. H.tostring(wanted) .. " in this simulation", "Internal", false)
end

function H.new_payload(value)
    return H.object(H.Payload, value)
end

H.payload = H.read_only({ new = H.new_payload, format = H.read_only(FORMATS) })
