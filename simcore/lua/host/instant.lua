-- Instants and the places where clocks show them: seconds since 1970, nanoseconds beside them, and a location
-- (lua 6.3). Seconds and nanoseconds are apart because year 1 lies outside 64 bits of nanoseconds.

local H = ...

local type, rawset, tointeger, math_type = type, rawset, math.tointeger, math.type
local OPAQUE = H.OPAQUE
local date_of, days_of, clock_of = H.date_of, H.days_of, H.clock_of
local NANOS, PLACE = {}, {} -- keys under which a Time keeps its nanoseconds and its location
local NS_PER_S = 1000000000
local ZERO_S = -62135596800 -- 0001-01-01, the zero of instants

local methods, location_methods = {}, {}

-- Locations: a fixed offset with its name, or a zone with rules.

H.Location = H.class("location", location_methods, {
    __tostring = function(object)
        return object[OPAQUE].name
    end,
})

local UTC = H.object(H.Location, { name = "UTC", offset = 0, abbreviation = "UTC" })
H.utc = UTC

local function location_of(value, position, method)
    if not H.is_a(value, H.Location) then
        H.bad_argument(position, method, "location", value)
    end
    return value
end

location_methods["string"] = function(object)
    return location_of(object, 1, "string")[OPAQUE].name
end

local function fixed_zone(name, offset)
    return H.object(H.Location, { name = name, offset = offset, abbreviation = name })
end

local function offset_at(place, seconds)
    local state = place[OPAQUE]
    if state.offset then
        return state.offset, state.abbreviation
    end
    return H.zone_at(state.name, seconds)
end

local function offset_on_wall(place, seconds)
    local state = place[OPAQUE]
    if state.offset then
        return state.offset, state.abbreviation
    end
    return H.zone_on_wall(state.name, seconds)
end

-- Instants

local function new_instant(seconds, nanos, place)
    local object = H.object(H.Time, seconds)
    rawset(object, NANOS, nanos)
    rawset(object, PLACE, place)
    return object
end

function H.new_time(ns)
    return new_instant(ns // NS_PER_S, ns % NS_PER_S, UTC)
end

local function state_of(object, position, method)
    if not H.is_a(object, H.Time) then
        H.bad_argument(position, method, "time", object)
    end
    return object[OPAQUE], object[NANOS], object[PLACE]
end

-- The seconds that a clock on a wall of the instant's place shows, and how far that clock is ahead of UTC.
local function on_wall(object, method)
    local seconds, nanos, place = state_of(object, 1, method)
    local offset, zone = offset_at(place, seconds)
    return seconds + offset, nanos, offset, zone
end

local function moved(seconds, nanos, ns, place)
    nanos = nanos + ns % NS_PER_S
    return new_instant(seconds + ns // NS_PER_S + nanos // NS_PER_S, nanos % NS_PER_S, place)
end

-- Any fields, also ones that a month or a minute does not have: these count on.
local function from_fields(place, year, month, day, hour, minute, second, nanos)
    local wall = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second + nanos // NS_PER_S
    return new_instant(wall - offset_on_wall(place, wall), nanos % NS_PER_S, place)
end

local function format(object, layout, method)
    local wall, nanos, offset, zone = on_wall(object, method)
    local days = wall // 86400
    local year, month, day = date_of(days)
    local hour, minute, second = clock_of(wall)
    local year_day = days - days_of(year, 1, 1) + 1
    return H.format_time(
        layout, year, month, day, hour, minute, second, nanos, (days + 4) % 7, year_day, offset, zone
    )
end

H.Time = H.class("time", methods, {
    __tostring = function(object)
        return format(object, "2006-01-02 15:04:05.999999999 -0700 MST", "tostring")
    end,
})

function methods.add(object, duration)
    local ns, problem = H.duration_ns(duration)
    if not ns then
        H.fail(problem)
    end
    local seconds, nanos, place = state_of(object, 1, "add")
    return moved(seconds, nanos, ns, place)
end

-- What does not fit into 64 bits of nanoseconds is the longest that does.
function methods.sub(object, other)
    local seconds, nanos = state_of(object, 1, "sub")
    local other_seconds, other_nanos = state_of(other, 2, "sub")
    local between = seconds - other_seconds
    if between > 9223372035 or between < -9223372035 then -- so many seconds fit, as nanoseconds
        return H.new_duration(between > 0 and math.maxinteger or math.mininteger)
    end
    return H.new_duration(between * NS_PER_S + nanos - other_nanos)
end

-- Negative, zero or positive: whether the one is before the other.
local function compared(object, other, method)
    local seconds, nanos = state_of(object, 1, method)
    local other_seconds, other_nanos = state_of(other, 2, method)
    return seconds == other_seconds and nanos - other_nanos or seconds - other_seconds
end

function methods.before(object, other)
    return compared(object, other, "before") < 0
end

function methods.after(object, other)
    return compared(object, other, "after") > 0
end

function methods.equal(object, other)
    return compared(object, other, "equal") == 0
end

local function whole(value, position, method)
    local number = type(value) == "number" and tointeger(math_type(value) == "integer" and value or value // 1)
    if not number then
        H.bad_argument(position, method, "integer", value)
    end
    return number
end

function methods.add_date(object, years, months, days)
    years, months, days = whole(years, 2, "add_date"), whole(months, 3, "add_date"), whole(days, 4, "add_date")
    local wall, nanos = on_wall(object, "add_date")
    local year, month, day = date_of(wall // 86400)
    local hour, minute, second = clock_of(wall)
    return from_fields(object[PLACE], year + years, month + months, day + days, hour, minute, second, nanos)
end

function methods.unix(object)
    return (state_of(object, 1, "unix"))
end

function methods.unix_nano(object)
    local seconds, nanos = state_of(object, 1, "unix_nano")
    return seconds * NS_PER_S + nanos
end

function methods.format(object, layout)
    if type(layout) ~= "string" then
        H.bad_argument(2, "format", "string", layout)
    end
    H.charge(8 * #layout)
    return format(object, layout, "format")
end

function methods.format_rfc3339(object)
    return format(object, "2006-01-02T15:04:05Z07:00", "format_rfc3339")
end

function methods.date(object)
    local wall = on_wall(object, "date")
    return date_of(wall // 86400)
end

function methods.clock(object)
    local wall = on_wall(object, "clock")
    return clock_of(wall)
end

for position, name in ipairs({ "year", "month", "day" }) do
    methods[name] = function(object)
        local wall = on_wall(object, name)
        return (select(position, date_of(wall // 86400)))
    end
end

for position, name in ipairs({ "hour", "minute", "second" }) do
    methods[name] = function(object)
        local wall = on_wall(object, name)
        return (select(position, clock_of(wall)))
    end
end

function methods.nanosecond(object)
    local _, nanos = state_of(object, 1, "nanosecond")
    return nanos
end

-- From Sunday, which is 0.
function methods.weekday(object)
    local wall = on_wall(object, "weekday")
    return (wall // 86400 + 4) % 7 -- 1970-01-01 was a Thursday
end

function methods.year_day(object)
    local wall = on_wall(object, "year_day")
    local days = wall // 86400
    return days - days_of(date_of(days), 1, 1) + 1
end

function methods.is_zero(object)
    local seconds, nanos = state_of(object, 1, "is_zero")
    return seconds == ZERO_S and nanos == 0
end

local function in_place(object, place, method)
    local seconds, nanos = state_of(object, 1, method)
    return new_instant(seconds, nanos, place)
end

function methods.utc(object)
    return in_place(object, UTC, "utc")
end

-- The simulation's own place is UTC, whatever that of the machine is.
function methods.in_local(object)
    return in_place(object, UTC, "in_local")
end

function methods.in_location(object, place)
    return in_place(object, location_of(place, 2, "in_location"), "in_location")
end

function methods.location(object)
    local _, _, place = state_of(object, 1, "location")
    return place
end

-- Multiples of a duration are counted from the zero of instants.
local function remainder(object, duration, method)
    local ns, problem = H.duration_ns(duration)
    if not ns then
        H.fail(problem)
    end
    local seconds, nanos, place = state_of(object, 1, method)
    return ns > 0 and H.time_remainder(seconds, nanos, ns) or 0, ns, seconds, nanos, place
end

function methods.truncate(object, duration)
    local over, _, seconds, nanos, place = remainder(object, duration, "truncate")
    return moved(seconds, nanos, -over, place)
end

function methods.round(object, duration)
    local over, ns, seconds, nanos, place = remainder(object, duration, "round")
    local up = over > 0 and over >= ns - over
    return moved(seconds, nanos, up and ns - over or -over, place)
end

-- What the module has of these

local function checked_text(value, position, method)
    if type(value) ~= "string" then
        H.bad_argument(position, method, "string", value)
    end
    return value
end

local function refused(message, kind)
    return nil, H.new_error(message, kind, false)
end

function H.instant_of_unix(seconds, nanos)
    return moved(whole(seconds, 1, "unix"), 0, nanos == nil and 0 or whole(nanos, 2, "unix"), UTC)
end

function H.instant_of_fields(year, month, day, hour, minute, second, nanos, place)
    return from_fields(
        place == nil and UTC or location_of(place, 8, "date"),
        whole(year, 1, "date"),
        whole(month, 2, "date"),
        whole(day, 3, "date"),
        whole(hour, 4, "date"),
        whole(minute, 5, "date"),
        whole(second, 6, "date"),
        whole(nanos, 7, "date")
    )
end

-- The place of a text that names an offset or a zone: the one asked for where it fits, else one that says just that.
local function place_of(wall, place, offset, zone)
    if offset == 0 and zone == "UTC" then
        return UTC
    end
    if offset then
        local there, abbreviation = offset_at(place, wall - offset)
        return there == offset and (not zone or zone == abbreviation) and place or fixed_zone(zone or "", offset)
    end
    local _, abbreviation = offset_on_wall(place, wall)
    return zone == abbreviation and place or fixed_zone(zone, 0)
end

function H.parse_instant(layout, text, place)
    checked_text(layout, 1, "parse")
    checked_text(text, 2, "parse")
    place = place == nil and UTC or location_of(place, 3, "parse")
    H.charge(8 * (#layout + #text))
    local year, month, day, hour, minute, second, nanos, offset, zone = H.parse_time(layout, text)
    if not year then
        return refused(month, "Invalid")
    elseif offset or zone then
        local wall = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        place = place_of(wall, place, offset, zone)
        if offset then
            return new_instant(wall - offset, nanos, place)
        end
    end
    return from_fields(place, year, month, day, hour, minute, second, nanos)
end

function H.load_location(name)
    if checked_text(name, 1, "load_location") == "" then
        return refused("the name of a location cannot be empty", "Invalid")
    elseif name == "UTC" or name == "Local" then
        return UTC
    elseif not H.is_zone(name) then
        return refused("unknown time zone " .. name, "NotFound")
    end
    return H.object(H.Location, { name = name })
end

function H.fixed_zone(name, offset)
    return fixed_zone(checked_text(name, 1, "fixed_zone"), whole(offset, 2, "fixed_zone"))
end
