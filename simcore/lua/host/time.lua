-- The time module over virtual time: what waits, and names for what durations and instants bring.

local H = ...

local duration_ns = H.duration_ns
local OPAQUE = H.OPAQUE
local NS_PER_S = 1000000000

local timer_methods, ticker_methods = {}, {}
H.Timer = H.class("timer", timer_methods)
H.Ticker = H.class("ticker", ticker_methods)

local function value_of(object, class, name, method)
    if not H.is_a(object, class) then
        H.bad_argument(1, method, name, object)
    end
    return object[OPAQUE]
end

local function invalid(message)
    return nil, H.new_error(message, "Invalid", false)
end

-- Timers and tickers

-- The number of a new channel; whether it may be so short is for Python to say.
local function start_timer(word, duration)
    local ns, problem = duration_ns(duration)
    if not ns then
        return invalid(problem)
    end
    return H.answered(H.start_timer(H.current.id, word, ns))
end

local function new_timer(class, word, duration)
    local number, problem = start_timer(word, duration)
    if not number then
        return nil, problem
    end
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
        H.raise(problem, "Invalid")
    end
    local was_going_to, number = H.answered(H.reset_timer(H.current.id, state.number, ns))
    if number ~= state.number then -- a channel that was closed stays closed
        state.number, state.channel = number, H.made_channel(number)
    end
    return was_going_to
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
    local number, problem = start_timer("after", duration)
    if not number then
        return nil, problem
    end
    return H.made_channel(number)
end

local function parse_duration(value)
    local ns, problem = duration_ns(value)
    if not ns then
        return invalid(problem)
    end
    return H.new_duration(ns)
end

local function now()
    return H.new_time(H.now())
end

local module = {
    now = now,
    sleep = sleep,
    after = after,
    timer = function(duration)
        return new_timer(H.Timer, "timer", duration)
    end,
    ticker = function(duration)
        return new_timer(H.Ticker, "ticker", duration)
    end,
    unix = H.instant_of_unix,
    date = H.instant_of_fields,
    parse = H.parse_instant,
    parse_duration = parse_duration,
    load_location = H.load_location,
    fixed_zone = H.fixed_zone,
    utc = H.utc,
    localtz = H.utc, -- nothing of the machine
    NANOSECOND = 1,
    MICROSECOND = 1000,
    MILLISECOND = 1000000,
    SECOND = NS_PER_S,
    MINUTE = 60 * NS_PER_S,
    HOUR = 3600 * NS_PER_S,
    RFC3339 = "2006-01-02T15:04:05Z07:00",
    RFC3339NANO = "2006-01-02T15:04:05.999999999Z07:00",
    RFC822 = "02 Jan 06 15:04 MST",
    RFC822Z = "02 Jan 06 15:04 -0700",
    RFC850 = "Monday, 02-Jan-06 15:04:05 MST",
    RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST",
    RFC1123Z = "Mon, 02 Jan 2006 15:04:05 -0700",
    KITCHEN = "3:04PM",
    STAMP = "Jan _2 15:04:05",
    STAMP_MILLI = "Jan _2 15:04:05.000",
    STAMP_MICRO = "Jan _2 15:04:05.000000",
    STAMP_NANO = "Jan _2 15:04:05.000000000",
    DATE_TIME = "2006-01-02 15:04:05",
    DATE_ONLY = "2006-01-02",
    TIME_ONLY = "15:04:05",
}

for number, name in ipairs({
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
    "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
}) do
    module[name] = number
end

for number, name in ipairs({ "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY" }) do
    module[name] = number - 1
end

H.time = H.read_only(module)
