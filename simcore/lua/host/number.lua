-- The math library: the names of the observed runtime, and a generator that is seeded for each process.

local H = ...

local error, math_type, tointeger = error, math.type, math.tointeger

-- splitmix64: G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
local function draw(process) -- one state for each process, so that none disturbs another
    local state = (process.random or H.seed_for(process.id, "math.random")) + 0x9E3779B97F4A7C15
    process.random = state
    local mixed = (state ~ (state >> 30)) * 0xBF58476D1CE4E5B9
    mixed = (mixed ~ (mixed >> 27)) * 0x94D049BB133111EB
    return mixed ~ (mixed >> 31)
end

-- A whole number from 0 to span, without bias.
local function draw_up_to(process, span)
    local mask = span
    for _, shift in ipairs({ 1, 2, 4, 8, 16, 32 }) do
        mask = mask | (mask >> shift)
    end
    while true do -- what does not fit is drawn again, which happens less than every other time
        local number = draw(process) & mask
        if math.ult(number, span) or number == span then
            return number
        end
    end
end

local function whole(value, position)
    local number = math_type(value) == "integer" and value or (type(value) == "number" and math.floor(value))
    if not number or not tointeger(number) then
        H.bad_argument(position, "random", "number", value)
    end
    return tointeger(number)
end

local function random(low, high)
    local process = H.current
    if low == nil then
        return (draw(process) >> 11) * (0.5 ^ 53)
    end
    if high == nil then
        low, high = 1, whole(low, 1)
    else
        low, high = whole(low, 1), whole(high, 2)
    end
    if low > high then
        H.fail("bad argument #" .. (low == 1 and 1 or 2) .. " to random (interval is empty)")
    end
    return low + draw_up_to(process, high - low)
end

-- mantissa in [0.5, 1) and exponent, as C does it.
local function frexp(number)
    if number == 0 or number ~= number or number == math.huge or number == -math.huge then
        return number, 0
    end
    local exponent = math.max(-1022, math.floor(math.log(math.abs(number), 2)) + 1)
    local mantissa = number / 2.0 ^ exponent
    while math.abs(mantissa) >= 1 do
        mantissa, exponent = mantissa / 2, exponent + 1
    end
    while math.abs(mantissa) < 0.5 do
        mantissa, exponent = mantissa * 2, exponent - 1
    end
    return mantissa, exponent
end

local library = {}
for _, name in ipairs({
    "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
    "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult",
}) do
    library[name] = math[name]
end
library.atan2 = math.atan
library.cosh = function(x)
    return (math.exp(x) + math.exp(-x)) / 2
end
library.sinh = function(x)
    return (math.exp(x) - math.exp(-x)) / 2
end
library.tanh = function(x)
    if x > 20 or x < -20 then
        return x > 0 and 1.0 or -1.0
    end
    local e = math.exp(2 * x)
    return (e - 1) / (e + 1)
end
library.pow = function(x, y)
    return x ^ y
end
library.log10 = function(x)
    return math.log(x, 10)
end
library.mod = math.fmod
library.frexp = frexp
library.ldexp = function(mantissa, exponent)
    return mantissa * 2.0 ^ exponent
end
library.random = random
library.randomseed = function() end

H.math = H.read_only(library)
