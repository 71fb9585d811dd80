-- The time and os modules over virtual time. Instants are nanoseconds since 1970, durations are nanoseconds.

local H = ...

local type, error, math_type, format = type, error, math.type, string.format
local OPAQUE = H.OPAQUE
local NS_PER_S = 1000000000

local time_methods, duration_methods, timer_methods, ticker_methods = {}, {}, {}, {}

-- The proleptic Gregorian calendar, counted in days since 1970-01-01 from eras of 400 years that begin in March.

local function date_of(days)
    days = days + 719468
    local era = days // 146097
    local day_of_era = days - era * 146097
    local year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    local day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    local shifted = (5 * day_of_year + 2) // 153
    local month = shifted < 10 and shifted + 3 or shifted - 9
    local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1
end

local function days_of(year, month, day)
    year = year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    local shifted = month <= 2 and year - 1 or year
    local era = shifted // 400
    local year_of_era = shifted - era * 400
    local day_of_year = (153 * (month > 2 and month - 3 or month + 9) + 2) // 5
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year + day - 1 - 719468
end

local function clock_of(seconds)
    local rest = seconds % 86400
    return rest // 3600, rest % 3600 // 60, rest % 60
end

local function time_text(ns)
    local seconds = ns // NS_PER_S
    local year, month, day = date_of(seconds // 86400)
    local hour, minute, second = clock_of(seconds)
    local text = format("%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, second)
    local fraction = ns % NS_PER_S
    if fraction ~= 0 then
        text = text .. "." .. (string.gsub(format("%09d", fraction), "0+$", ""))
    end
    return text .. " +0000 UTC"
end

H.Time = H.class("time", time_methods, {
    __tostring = function(object)
        return time_text(object[OPAQUE])
    end,
})
H.Duration = H.class("duration", duration_methods, {
    __tostring = function(object)
        return H.format_duration(object[OPAQUE])
    end,
})
H.Timer = H.class("timer", timer_methods)
H.Ticker = H.class("ticker", ticker_methods)

function H.new_time(ns)
    return H.object(H.Time, ns)
end

local function new_duration(ns)
    return H.object(H.Duration, ns)
end

local function value_of(object, class, name, method)
    if not H.is_a(object, class) then
        H.bad_argument(1, method, name, object)
    end
    return object[OPAQUE]
end

-- The nanoseconds of a duration argument: a number of them, a text, or a Duration. Nil and a message if it is none.
local function duration_ns(value)
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

local function invalid(message)
    return nil, H.new_error(message, "Invalid", false)
end

-- Time

function time_methods.add(object, duration)
    local ns, problem = duration_ns(duration)
    if not ns then
        H.fail(problem)
    end
    return H.new_time(value_of(object, H.Time, "time", "add") + ns)
end

function time_methods.sub(object, other)
    return new_duration(value_of(object, H.Time, "time", "sub") - value_of(other, H.Time, "time", "sub"))
end

function time_methods.before(object, other)
    return value_of(object, H.Time, "time", "before") < value_of(other, H.Time, "time", "before")
end

function time_methods.after(object, other)
    return value_of(object, H.Time, "time", "after") > value_of(other, H.Time, "time", "after")
end

function time_methods.equal(object, other)
    return value_of(object, H.Time, "time", "equal") == value_of(other, H.Time, "time", "equal")
end

function time_methods.unix(object)
    return value_of(object, H.Time, "time", "unix") // NS_PER_S
end

function time_methods.unix_nano(object)
    return value_of(object, H.Time, "time", "unix_nano")
end

-- Duration

local function whole_units(name, unit)
    duration_methods[name] = function(object)
        local ns = value_of(object, H.Duration, "duration", name)
        return ns < 0 and -(-ns // unit) or ns // unit
    end
end

local function real_units(name, unit)
    duration_methods[name] = function(object)
        return value_of(object, H.Duration, "duration", name) / unit
    end
end

whole_units("nanoseconds", 1)
whole_units("microseconds", 1000)
whole_units("milliseconds", 1000000)
real_units("seconds", NS_PER_S)
real_units("minutes", 60 * NS_PER_S)
real_units("hours", 3600 * NS_PER_S)

-- Timers and tickers

local function new_timer(class, name, duration, repeats)
    local ns, problem = duration_ns(duration)
    if not ns then
        return invalid(problem)
    elseif ns <= 0 then
        return invalid(name .. ": duration must be positive")
    end
    local number = H.start_timer(H.current.id, ns, repeats)
    return H.object(class, { number = number, channel = H.made_channel(number) })
end

local function add_timer_methods(methods, class, name)
    methods.channel = function(object)
        return value_of(object, class, name, "channel").channel
    end
    methods.response = function(object)
        return value_of(object, class, name, "response").channel
    end
    methods.stop = function(object)
        return H.stop_timer(H.current.id, value_of(object, class, name, "stop").number)
    end
end

add_timer_methods(timer_methods, H.Timer, "timer")
add_timer_methods(ticker_methods, H.Ticker, "ticker")

function timer_methods.reset(object, duration)
    local state = value_of(object, H.Timer, "timer", "reset")
    local ns, problem = duration_ns(duration)
    if not ns then
        return invalid(problem)
    elseif ns <= 0 then
        return invalid("timer: duration must be positive")
    end
    return H.reset_timer(H.current.id, state.number, ns)
end

-- The module

local function sleep(duration)
    local ns, problem = duration_ns(duration)
    if not ns then
        return invalid(problem)
    elseif ns > 0 then
        return H.operate("sleep", ns)
    end
end

local function after(duration)
    local ns, problem = duration_ns(duration)
    if not ns then
        return invalid(problem)
    end
    return H.made_channel(H.start_timer(H.current.id, ns > 0 and ns or 0, false))
end

local function parse_duration(value)
    local ns, problem = duration_ns(value)
    if not ns then
        return invalid(problem)
    end
    return new_duration(ns)
end

local function now()
    return H.new_time(H.now())
end

H.time = H.read_only({
    now = now,
    sleep = sleep,
    after = after,
    timer = function(duration)
        return new_timer(H.Timer, "timer", duration, false)
    end,
    ticker = function(duration)
        return new_timer(H.Ticker, "ticker", duration, true)
    end,
    parse_duration = parse_duration,
    NANOSECOND = 1,
    MICROSECOND = 1000,
    MILLISECOND = 1000000,
    SECOND = NS_PER_S,
    MINUTE = 60 * NS_PER_S,
    HOUR = 3600 * NS_PER_S,
})

-- os: the virtual clock, in UTC, and nothing of the machine.

local DAYS = { "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday" }
local MONTHS = {
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
}

local function fields_of(seconds)
    local days = seconds // 86400
    local year, month, day = date_of(days)
    local hour, minute, second = clock_of(seconds)
    return {
        year = year,
        month = month,
        day = day,
        hour = hour,
        min = minute,
        sec = second,
        wday = (days + 4) % 7 + 1,
        yday = days - days_of(year, 1, 1) + 1,
        isdst = false,
    },
        DAYS[days % 7 + 1]
end

-- "%U and %W both ISO week" (lua-environment 4)
local function iso_week(seconds)
    local days = seconds // 86400
    local thursday = days - (days + 3) % 7 + 3
    local year = date_of(thursday)
    return (thursday - days_of(year, 1, 1)) // 7 + 1
end

local specifiers = {
    a = function(_, weekday) return weekday:sub(1, 3) end,
    A = function(_, weekday) return weekday end,
    b = function(t) return MONTHS[t.month]:sub(1, 3) end,
    B = function(t) return MONTHS[t.month] end,
    c = function(t, weekday)
        return format("%s %s %d %02d:%02d:%02d %d", weekday:sub(1, 3), MONTHS[t.month]:sub(1, 3), t.day, t.hour, t.min, t.sec, t.year)
    end,
    d = function(t) return format("%02d", t.day) end,
    D = function(t) return format("%02d/%02d/%02d", t.month, t.day, t.year % 100) end,
    F = function(t) return format("%04d-%02d-%02d", t.year, t.month, t.day) end,
    H = function(t) return format("%02d", t.hour) end,
    I = function(t) return format("%02d", (t.hour + 11) % 12 + 1) end,
    j = function(t) return format("%03d", t.yday) end,
    m = function(t) return format("%02d", t.month) end,
    M = function(t) return format("%02d", t.min) end,
    p = function(t) return t.hour < 12 and "AM" or "PM" end,
    S = function(t) return format("%02d", t.sec) end,
    T = function(t) return format("%02d:%02d:%02d", t.hour, t.min, t.sec) end,
    U = function(_, _, seconds) return format("%02d", iso_week(seconds)) end,
    w = function(t) return tostring(t.wday - 1) end,
    x = function(t) return format("%02d/%02d/%02d", t.month, t.day, t.year % 100) end,
    X = function(t) return format("%02d:%02d:%02d", t.hour, t.min, t.sec) end,
    y = function(t) return format("%02d", t.year % 100) end,
    Y = function(t) return format("%d", t.year) end,
    Z = function() return "UTC" end,
    ["%"] = function() return "%" end,
}
specifiers.W = specifiers.U

local function os_date(layout, seconds)
    if layout ~= nil and type(layout) ~= "string" then
        H.bad_argument(1, "date", "string", layout)
    elseif seconds ~= nil and type(seconds) ~= "number" then
        H.bad_argument(2, "date", "number", seconds)
    end
    layout = (layout or "%c"):gsub("^!", "")
    seconds = (seconds or H.now() // NS_PER_S) // 1 | 0
    local fields, weekday = fields_of(seconds)
    if layout:sub(1, 2) == "*t" then
        return fields
    end
    return (layout:gsub("%%(.)", function(name)
        local convert = specifiers[name]
        return convert and convert(fields, weekday, seconds)
    end))
end

local function os_time(fields)
    if fields == nil then
        return H.now() // NS_PER_S
    elseif type(fields) ~= "table" or H.class_of(fields) then
        H.bad_argument(1, "time", "table", fields)
    end
    local function field(name, default)
        local value = tonumber(fields[name]) or default
        if not value then
            H.fail("field '" .. name .. "' missing in date table")
        end
        return value // 1 | 0
    end
    local days = days_of(field("year"), field("month"), field("day"))
    return days * 86400 + field("hour", 12) * 3600 + field("min", 0) * 60 + field("sec", 0)
end

H.os = H.read_only({
    clock = function()
        return (H.now() - H.epoch_ns) / NS_PER_S
    end,
    date = os_date,
    difftime = function(later, earlier)
        return later - (earlier or 0)
    end,
    platform = "wippy",
    time = os_time,
})
