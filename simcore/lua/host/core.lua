-- What every other host file stands on: host objects, read-only tables, serial numbers, and values as text.
--
-- H is the table that the host files share; no program ever sees it. Everything that a program could replace or that
-- differs between runs (addresses, key order) is taken here once, as a local, before any program exists.

local H = ...

local type, tostring, tonumber, rawget, rawset = type, tostring, tonumber, rawget, rawset
local setmetatable, error, select = setmetatable, error, select
local string_format, sub, match = string.format, string.sub, string.match
local math_type, getinfo = math.type, debug.getinfo
local huge = math.huge
local LINKS_MAX = 200 -- tables that lead on to each other by `__call`

H.OPAQUE = {} -- key under which a host object keeps what it stands for
H.SERIAL = {} -- key of its serial number
H.current = nil -- the process whose code runs
H.exhausted = nil -- which bound was reached: "instructions" or "memory"
H.exhausted_at = nil -- at which line of the program
H.used = 0 -- instructions of this step

local OPAQUE, SERIAL = H.OPAQUE, H.SERIAL

local function is_host(info)
    return info.what == "C" or sub(info.short_src, 1, 8) == "[simcore"
end
H.is_host = is_host

-- Raise a text at the line of the program that is running, however deep inside the host that is found out.
function H.fail(message)
    local level = 2
    local info = getinfo(level, "S")
    while info and is_host(info) do
        level = level + 1
        info = getinfo(level, "S")
    end
    error(message, info and level or 0)
end

-- The line that the program is at in a coroutine, "id:line"; nil where none of its functions runs.
function H.place_in(co)
    local level = 0
    local info = getinfo(co, level, "Sl")
    while info and is_host(info) do
        level = level + 1
        info = getinfo(co, level, "Sl")
    end
    return info and info.short_src .. ":" .. info.currentline
end

-- An error with the place of the program, where Lua has given it one in the host: what the C library raises there, and
-- what a program raises for its caller that is the host (lua 9.6). *co* is where it was raised, and still as it was.
function H.placed(problem, co)
    local message = type(problem) == "string" and match(problem, "^%[simcore/[^%]]*%]:%d+: (.*)$")
    if not message then
        return problem
    end
    local place = H.place_in(co)
    return place and place .. ": " .. message or message
end

-- Serial numbers stand in for addresses, which differ from run to run.

local WEAK_KEYS = { __mode = "k" }
local serials = setmetatable({}, WEAK_KEYS)
local serial = 0

local function next_serial()
    serial = serial + 1
    return serial
end

function H.last_serial()
    return serial
end

-- Also of what stays, such as the libraries: a program may have asked for the text of `print`.
function H.forget_serials(last)
    serials, serial = setmetatable({}, WEAK_KEYS), last
end

function H.known_serial(value)
    return type(value) == "table" and rawget(value, SERIAL) or serials[value]
end

function H.serial_of(value)
    local number = H.known_serial(value)
    if not number then
        number = next_serial()
        serials[value] = number
    end
    return number
end

-- Host objects are tables that no program can open: their metatable is hidden, they have no keys, and they refuse
-- every raw access. To the program their type is "userdata".

local classes = {} -- metatable -> name of the class
local nameless = {} -- metatables of classes whose objects have but a number as their text

function H.class(name, methods, metamethods)
    local metatable = metamethods or {}
    local article = string.find(name, "^[aeiou]") and "an " or "a "
    metatable.__index = methods
    metatable.__metatable = false
    metatable.__newindex = function()
        H.fail("cannot assign to a field of " .. article .. name)
    end
    metatable.__len = function()
        H.fail("attempt to get length of " .. article .. name .. " value")
    end
    metatable.__pairs = function()
        H.fail("bad argument #1 to pairs (table expected, got " .. name .. ")")
    end
    if not metatable.__tostring then
        nameless[metatable] = true
        metatable.__tostring = function(object)
            return string_format("%s: 0x%08x", name, object[SERIAL])
        end
    end
    classes[metatable] = name
    return metatable
end

function H.object(class, value)
    serial = serial + 1
    return setmetatable({ [OPAQUE] = value, [SERIAL] = serial }, class)
end

local raw_metatable = debug.getmetatable

-- The class of a host object, nil for every other value.
local function class_of(value)
    if type(value) == "table" then
        local metatable = raw_metatable(value)
        return metatable and classes[metatable] and metatable
    end
end
H.class_of = class_of

-- Whether the text of a host object is no more than its class and a number.
function H.is_nameless(value)
    return nameless[class_of(value)]
end

function H.name_of(value)
    return classes[class_of(value)]
end

-- Whether a table makes its text itself.
function H.has_text(value)
    local metatable = raw_metatable(value)
    return metatable and rawget(metatable, "__tostring") ~= nil
end

function H.is_a(value, class)
    return type(value) == "table" and raw_metatable(value) == class
end

-- Read-only tables: the libraries, which all processes of a world share.

local originals = {} -- read-only table -> what it shows

function H.read_only(original, metamethods)
    local proxy = {}
    local metatable = metamethods or {}
    metatable.__index = original
    metatable.__newindex = function()
        H.fail("attempt to modify a read-only table")
    end
    metatable.__metatable = false
    originals[proxy] = original
    return setmetatable(proxy, metatable)
end

function H.contents(value)
    return originals[value] or value
end

-- Stand-ins for what is no part of a simulation: empty tables of which every use raises, also one that asks no
-- metamethod. To be there, to be compared with nil and to have a type and a text is no use.

local refusals = setmetatable({}, WEAK_KEYS) -- stand-in -> what raises
local USES = {
    "__index", "__newindex", "__call", "__len", "__pairs", "__concat", "__lt", "__le", "__unm", "__add",
    "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor", "__bxor", "__shl", "__shr", "__bnot",
}

function H.stand_in(message)
    local function refuse()
        H.fail(message)
    end
    local metatable = {
        __metatable = false,
        -- The host compares what it is given as well, which is no use by the program.
        __eq = function()
            return not is_host(getinfo(2, "S")) and refuse()
        end,
    }
    for i = 1, #USES do
        metatable[USES[i]] = refuse
    end
    local proxy = setmetatable({}, metatable)
    refusals[proxy] = refuse
    return proxy
end

-- Raise where a table that is about to be read or written raw is such a stand-in.
function H.check_use(container)
    local refuse = refusals[container]
    if refuse then
        refuse()
    end
end

-- Numbers as text: integral floats without ".0", other floats with as few digits as read back the same.

local function float_text(number)
    if number ~= number then
        return "NaN"
    elseif number == huge then
        return "+Inf"
    elseif number == -huge then
        return "-Inf"
    elseif number % 1 == 0 and number > -1e21 and number < 1e21 then
        return string_format("%.0f", number)
    end
    for digits = 15, 16 do -- with fewer, %g itself leaves out the zeros
        local text = string_format("%." .. digits .. "g", number)
        if tonumber(text) == number then
            return text
        end
    end
    return string_format("%.17g", number) -- 17 digits always read back the same
end
H.float_text = float_text

-- What the eraser wraps around the operands of "..", whose conversion of numbers cannot be replaced.
function H.operand(value)
    local kind = math_type(value)
    if kind == "float" then
        return float_text(value)
    elseif not kind and type(value) == "string" and #value > 1000 then
        H.charge_bytes(#value)
    end
    return value
end

local function text_of(value)
    local kind = type(value)
    if kind == "string" then
        return value
    elseif kind == "number" then
        return math_type(value) == "float" and float_text(value) or tostring(value)
    elseif kind == "nil" or kind == "boolean" then
        return tostring(value)
    end
    local metatable = raw_metatable(value)
    local convert = metatable and rawget(metatable, "__tostring")
    if convert then
        local text = convert(value)
        if type(text) ~= "string" then
            H.fail("'__tostring' must return a string")
        end
        return text
    end
    return string_format("%s: 0x%08x", kind, H.serial_of(value))
end
H.tostring = text_of

function H.type(...)
    if select("#", ...) == 0 then
        H.fail("bad argument #1 to type (value expected)")
    end
    local value = ...
    return class_of(value) and "userdata" or type(value)
end

local kind_of = H.type

function H.bad_argument(position, name, expected, value)
    H.fail(string_format("bad argument #%d to %s (%s expected, got %s)", position, name, expected, kind_of(value)))
end

-- What a library call does counts as instructions as well: a step for each element or character it looks at costs an
-- eighth of one, a byte that is merely copied an eighth of that.
function H.charge(steps)
    if steps > 0 then
        H.used = H.used + steps // 8
        if H.used > H.limit then
            H.exhaust("instructions")
        end
    end
end

function H.charge_bytes(count)
    H.charge(count // 8)
end

-- Raw access, which host objects refuse and read-only tables allow for reading.

function H.rawget(container, key)
    if type(container) ~= "table" or class_of(container) then
        H.bad_argument(1, "rawget", "table", container)
    end
    H.check_use(container)
    return rawget(H.contents(container), key)
end

function H.rawset(container, key, value)
    if type(container) ~= "table" or class_of(container) then
        H.bad_argument(1, "rawset", "table", container)
    elseif originals[container] then
        H.fail("attempt to modify a read-only table")
    end
    H.check_use(container)
    return rawset(container, key, value)
end

-- To call a table is to call the `__call` of its metatable, and where that is a table again, so on. Lua goes round a ring
-- of them for minutes, in one instruction, where nothing can look on. Of the other such chains it says itself where they
-- are too long.
local function refuse_endless_calls(container, metatable)
    local called, links = rawget(metatable, "__call"), 0
    while type(called) == "table" do
        links = links + 1
        if links > LINKS_MAX then
            H.fail("'__call' chain too long; possible loop")
        end
        local next_one = raw_metatable(called)
        if called == container then
            next_one = metatable
        end
        called = next_one and rawget(next_one, "__call")
    end
end

-- The observed runtime has neither finalizers nor weak tables, and both would make the collector visible. A finalizer
-- counts only if it is there when the metatable is set.
function H.setmetatable(container, metatable)
    if type(container) ~= "table" then
        H.bad_argument(1, "setmetatable", "table", container)
    elseif metatable ~= nil and (type(metatable) ~= "table" or class_of(metatable)) then
        H.bad_argument(2, "setmetatable", "nil or table", metatable)
    end
    H.check_use(container)
    local old = raw_metatable(container)
    if old and rawget(old, "__metatable") ~= nil then
        H.fail("cannot change a protected metatable")
    elseif metatable == nil or originals[metatable] then
        return setmetatable(container, metatable)
    end
    refuse_endless_calls(container, metatable)
    local finalizer = rawget(metatable, "__gc")
    rawset(metatable, "__mode", nil)
    rawset(metatable, "__gc", nil)
    setmetatable(container, metatable)
    rawset(metatable, "__gc", finalizer)
    return container
end

-- string(x), number(x), integer(x), boolean(x): return x, or raise.
function H.validator(name, accepts)
    return function(value)
        if accepts(value) then
            return value
        end
        H.fail("expected " .. name .. ", got " .. kind_of(value))
    end
end
