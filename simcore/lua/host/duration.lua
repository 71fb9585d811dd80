-- Durations, which are nanoseconds (lua 6.3).

local H = ...

local type, math_type = type, math.type
local OPAQUE = H.OPAQUE
local NS_PER_S = 1000000000

local methods = {}
H.Duration = H.class("duration", methods, {
    __tostring = function(object)
        return H.format_duration(object[OPAQUE])
    end,
})

function H.new_duration(ns)
    return H.object(H.Duration, ns)
end

-- The nanoseconds of a duration argument: a number of them, a text, or a Duration. Nil and a message if it is none.
function H.duration_ns(value)
    local kind = type(value)
    if kind == "number" then
        local whole = math_type(value) == "integer" and value or math.tointeger(value // 1)
        if whole then
            return whole
        end
        return nil, "invalid duration format: the number is out of range"
    elseif kind == "string" then
        return H.parse_duration(value)
    elseif H.is_a(value, H.Duration) then
        return value[OPAQUE]
    end
    return nil, "invalid duration format: expected a number, string or duration, got " .. H.type(value)
end

local function ns_of(object, method)
    if not H.is_a(object, H.Duration) then
        H.bad_argument(1, method, "duration", object)
    end
    return object[OPAQUE]
end

local function whole_units(name, unit)
    methods[name] = function(object)
        local ns = ns_of(object, name)
        return ns < 0 and -(-ns // unit) or ns // unit
    end
end

local function real_units(name, unit)
    methods[name] = function(object)
        return ns_of(object, name) / unit
    end
end

whole_units("nanoseconds", 1)
whole_units("microseconds", 1000)
whole_units("milliseconds", 1000000)
real_units("seconds", NS_PER_S)
real_units("minutes", 60 * NS_PER_S)
real_units("hours", 3600 * NS_PER_S)
