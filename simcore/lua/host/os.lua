-- The os module: the virtual clock, in UTC, and nothing of the machine (lua 4).

local H = ...

local type, format = type, string.format
local date_of, days_of, clock_of = H.date_of, H.days_of, H.clock_of
local NS_PER_S = 1000000000

local DAYS = { "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday" } -- from 1970-01-01 on
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

-- %U and %W are both the ISO week (lua 4.9)
local function iso_week(seconds)
    local days = seconds // 86400
    local thursday = days - (days + 3) % 7 + 3 -- the day that says to which year a week belongs (ISO 8601)
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
