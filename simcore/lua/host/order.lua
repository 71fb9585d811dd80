-- Walks over tables and sorting, in an order that is the same in every run (lua 8.2).

local H = ...

local type, raw_next, rawget, error, math_type = type, next, rawget, error, math.type
local raw_sort, rawlen, raw_metatable = table.sort, rawlen, debug.getmetatable

-- Sort keys that are not plain numbers or strings: false, true, then references by serial number.
local function append_others(keys, count, flags, references)
    if flags[false] then
        count = count + 1
        keys[count] = false
    end
    if flags[true] then
        count = count + 1
        keys[count] = true
    end
    local unseen = 0
    for i = 1, #references do
        if not H.known_serial(references[i]) then
            unseen = unseen + 1
        end
    end
    if unseen > 1 then
        H.order_hazard()
    end
    for i = 1, #references do
        H.serial_of(references[i])
    end
    raw_sort(references, function(a, b)
        return H.known_serial(a) < H.known_serial(b)
    end)
    for i = 1, #references do
        keys[count + i] = references[i]
    end
end

-- The keys of a table in order: numbers ascending, strings bytewise, then the others. The second result is the length
-- of the table if it is a plain sequence; there are no keys then.
local function ordered_keys(container)
    local length, inside = rawlen(container), 0
    local numbers, strings, flags, references = nil, nil, nil, nil
    for key in raw_next, container do
        local kind = type(key)
        if kind == "number" then
            if math_type(key) == "integer" and key >= 1 and key <= length then
                inside = inside + 1
            else
                numbers = numbers or {}
                numbers[#numbers + 1] = key
            end
        elseif kind == "string" then
            strings = strings or {}
            strings[#strings + 1] = key
        elseif kind == "boolean" then
            flags = flags or {}
            flags[key] = true
        else
            references = references or {}
            references[#references + 1] = key
        end
    end
    if not (numbers or strings or flags or references) then
        return nil, length
    end
    local keys, count = numbers or {}, numbers and #numbers or 0
    if inside > 0 then
        for i = 1, length do
            if rawget(container, i) ~= nil then
                count = count + 1
                keys[count] = i
            end
        end
    end
    if numbers then
        raw_sort(keys)
    end
    if strings then
        raw_sort(strings)
        for i = 1, #strings do
            keys[count + i] = strings[i]
        end
        count = count + #strings
    end
    if flags or references then
        append_others(keys, count, flags or {}, references or {})
    end
    return keys, length
end
H.ordered_keys = ordered_keys

local function sequence_walk(container)
    local length, i = rawlen(container), 0
    return function()
        while i < length do
            i = i + 1
            local value = rawget(container, i)
            if value ~= nil then
                return i, value
            end
        end
    end
end

local function keyed_walk(container, keys)
    local i = 0
    return function()
        while true do
            i = i + 1
            local key = keys[i]
            if key == nil then
                return nil
            end
            local value = rawget(container, key)
            if value ~= nil then
                return key, value
            end
        end
    end
end

local function walk(container)
    local keys, length = ordered_keys(container)
    H.charge(keys and 4 * #keys or length)
    return keys and keyed_walk(container, keys) or sequence_walk(container)
end

function H.pairs(container)
    local metatable = raw_metatable(container)
    local custom = metatable and rawget(metatable, "__pairs")
    if custom then
        local a, b, c = custom(container)
        return a, b, c
    elseif type(container) ~= "table" then
        H.bad_argument(1, "pairs", "table", container)
    end
    -- The second result is what the program gave: the contents of a read-only table are nobody's to have.
    return walk(H.contents(container)), container, nil
end

-- next has no place to keep the order of a walk, so the last walk over each table is remembered.

local WEAK_KEYS = { __mode = "k" }
local walks = setmetatable({}, WEAK_KEYS)

function H.forget_walks()
    walks = setmetatable({}, WEAK_KEYS)
end

local function begin_walk(container)
    local keys, length = ordered_keys(container)
    if not keys then
        keys = {}
        for i = 1, length do
            if rawget(container, i) ~= nil then
                keys[#keys + 1] = i
            end
        end
    end
    H.charge(4 * #keys)
    local places = {}
    for i = 1, #keys do
        places[keys[i]] = i
    end
    local new = { keys = keys, places = places }
    walks[container] = new
    return new
end

local function place_after(container, key)
    if key == nil then
        return begin_walk(container), 1
    end
    local known = walks[container]
    if not known or not known.places[key] then
        known = begin_walk(container)
    end
    local place = known.places[key]
    if not place then
        H.fail("invalid key to 'next'")
    end
    return known, place + 1
end

function H.next(container, key)
    if type(container) ~= "table" or H.class_of(container) then
        H.bad_argument(1, "next", "table", container)
    end
    container = H.contents(container)
    if key == nil and raw_next(container) == nil then
        H.check_use(container)
        return nil
    end
    local known, place = place_after(container, key)
    local keys = known.keys
    while keys[place] ~= nil do
        local value = rawget(container, keys[place])
        if value ~= nil then
            return keys[place], value
        end
        place = place + 1
    end
    walks[container] = nil
    return nil
end

-- table.sort: a stable merge sort. The sort of stock Lua takes pivots from the clock.

local function default_less(a, b)
    return a < b
end

-- An order that the elements do not have is the program's mistake, and is to be told at the program's line.
local function check_comparable(list, length)
    for i = 2, length do
        local a, b = list[i - 1], list[i]
        local left, right = type(a), type(b)
        local has_order = left == right and (left == "number" or left == "string")
        local metatable = not has_order and (raw_metatable(a) or raw_metatable(b))
        if not has_order and not (left ~= "string" and metatable and rawget(metatable, "__lt")) then
            local names = left == right and "two " .. left .. " values" or right .. " with " .. left
            H.fail("attempt to compare " .. names)
        end
    end
end

local function merge(from, to, low, middle, high, less)
    local left, right = low, middle
    for i = low, high - 1 do
        if left < middle and (right >= high or not less(from[right], from[left])) then -- stable: of equals, the left
            to[i] = from[left]
            left = left + 1
        else
            to[i] = from[right]
            right = right + 1
        end
    end
end

local function merge_sort(items, count, less) -- bottom up: D. E. Knuth, "Sorting and Searching", 1973
    local spare, width = {}, 1
    while width < count do
        for low = 1, count, 2 * width do
            local middle = math.min(low + width, count + 1)
            merge(items, spare, low, middle, math.min(low + 2 * width, count + 1), less)
        end
        items, spare = spare, items
        width = 2 * width
    end
    return items
end

function H.sort(list, less)
    if type(list) ~= "table" or H.class_of(list) then
        H.bad_argument(1, "sort", "table", list)
    elseif less ~= nil and type(less) ~= "function" then
        H.bad_argument(2, "sort", "function", less)
    end
    local length = #list
    if not less then
        check_comparable(list, length)
    end
    local items = {}
    for i = 1, length do
        items[i] = list[i]
    end
    items = merge_sort(items, length, less or default_less)
    for i = 1, length do
        list[i] = items[i]
    end
end
