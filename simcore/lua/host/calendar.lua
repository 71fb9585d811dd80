-- The proleptic Gregorian calendar, counted in days since 1970-01-01 from eras of 400 years that begin in March.

local H = ...

local function date_of(days) -- H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013
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

H.date_of, H.days_of, H.clock_of = date_of, days_of, clock_of
