-- The string and table libraries, with numbers as lua 4 writes them, and with every call's
-- work bounded, because the instruction bound does not see inside the C library.

local H = ...

local type, tostring, tonumber, select, rawlen = type, tostring, tonumber, select, rawlen
local byte, find, format, gmatch, match, rep, sub = string.byte, string.find, string.format, string.gmatch, string.match, string.rep, string.sub
local len, pack, packsize, unpack_text = string.len, string.pack, string.packsize, string.unpack
local gsub, concat, unpack, math_type = string.gsub, table.concat, table.unpack, math.type
local huge = math.huge
local OPAQUE = H.OPAQUE

local TEXT_MAX = 64 * 1024 * 1024 -- bytes that one library call may make
local MATCH_MAX = 1e7 -- steps that the C library may need for one match

-- An error stands for its text wherever a text is taken (lua 6.4); every other value for itself.
local function or_message(value)
    if H.is_error(value) then
        return value[OPAQUE].message
    end
    return value
end

local function check_text(value, position, name)
    local kind = type(value)
    if kind == "string" then
        return value
    elseif kind == "number" then
        return H.tostring(value)
    elseif H.is_error(value) then
        return value[OPAQUE].message
    end
    H.bad_argument(position, name, "string", value)
end

local function check_whole(value, position, name)
    local number = tonumber(value)
    if not number then
        H.bad_argument(position, name, "number", value)
    end
    local whole = math.tointeger(number)
    if not whole then
        H.fail("bad argument #" .. position .. " to " .. name .. " (number has no integer representation)")
    end
    return whole
end

-- Patterns: the C library where the longest possible search is short, the bounded matcher otherwise.

local function is_cheap(subject, pattern)
    local _, repeats = gsub(pattern, "[%*%+%-%?]", "") -- each may try every length at every place
    H.charge(#subject)
    return (#subject + 1.0) ^ (repeats + (byte(pattern) == 94 and 0 or 1)) <= MATCH_MAX -- 94 is "^": one place only
end

local function first_place(subject, from)
    from = from or 1
    if from < 0 then
        from = #subject + from + 1
    end
    return from < 1 and 1 or from
end

local function search(subject, pattern, from)
    if is_cheap(subject, pattern) then
        return find(subject, pattern, from)
    end
    from = first_place(subject, from)
    if from > #subject + 1 then
        return nil
    end
    return H.pattern_find(subject, pattern, from)
end

local function find_text(subject, pattern, from, plain)
    subject, pattern = check_text(subject, 1, "find"), check_text(pattern, 2, "find")
    if plain or not find(pattern, "[%^%$%*%+%?%.%(%)%[%]%%%-]") then
        H.charge(#subject)
        return find(subject, pattern, from, true)
    end
    return search(subject, pattern, from)
end

local function captures_or_all(subject, first, last, ...)
    if not first then
        return nil
    elseif select("#", ...) == 0 then
        return sub(subject, first, last)
    end
    return ...
end

local function match_text(subject, pattern, from)
    subject, pattern = check_text(subject, 1, "match"), check_text(pattern, 2, "match")
    if is_cheap(subject, pattern) then
        return match(subject, pattern, from)
    end
    return captures_or_all(subject, search(subject, pattern, from))
end

local function gmatch_text(subject, pattern)
    subject, pattern = check_text(subject, 1, "gmatch"), check_text(pattern, 2, "gmatch")
    if is_cheap(subject, pattern) then
        return gmatch(subject, pattern)
    end
    if byte(pattern) == 94 then
        pattern = "%" .. pattern -- no anchor here, as in the library
    end
    local from, last_stop = 1, nil
    local function step(first, last, ...)
        if not first then
            from = #subject + 2
            return nil
        elseif last == last_stop then
            from = from + 1
            return step(H.pattern_find(subject, pattern, from))
        end
        from, last_stop = last + 1, last
        return captures_or_all(subject, first, last, ...)
    end
    return function()
        if from > #subject + 1 then
            return nil
        end
        return step(H.pattern_find(subject, pattern, from))
    end
end

local function expanded(replacement, subject, first, last, ...)
    local captures, count = { ... }, select("#", ...)
    local whole = sub(subject, first, last)
    return (gsub(replacement, "%%(.?)", function(what)
        if what == "0" then
            return whole
        elseif find(what, "^%d$") then
            local index = tonumber(what)
            if index == 1 and count == 0 then
                return whole
            elseif index > count then
                H.fail("invalid capture index %" .. index)
            end
            return H.tostring(captures[index])
        elseif what == "%" then
            return "%"
        end
        H.fail("invalid use of '%' in replacement string")
    end))
end

local function replacement_for(replacement, subject, first, last, ...)
    local kind, value = type(replacement), nil
    if kind == "string" then
        return expanded(replacement, subject, first, last, ...)
    end
    local whole = sub(subject, first, last)
    local key = whole
    if select("#", ...) > 0 then
        key = ...
    end
    if kind == "table" then
        value = replacement[key]
    elseif select("#", ...) > 0 then
        value = replacement(...)
    else
        value = replacement(whole)
    end
    value = or_message(value)
    if not value then
        return whole
    elseif type(value) ~= "string" and type(value) ~= "number" then
        H.fail("invalid replacement value (a " .. H.type(value) .. ")")
    end
    return H.tostring(value)
end

-- Replace in Lua: callbacks may block then, and every match is bounded.
local function replace_all(subject, pattern, replacement, most)
    local parts, at, count, last_stop = {}, 1, 0, nil
    local anchored = byte(pattern) == 94
    local function take(first, last, ...)
        if not first then
            return false
        elseif last == last_stop then
            -- An empty match right behind the last one does not count: go on behind the next character.
            parts[#parts + 1] = sub(subject, at, at)
            at = at + 1
            return at <= #subject + 1
        end
        count = count + 1
        parts[#parts + 1] = sub(subject, at, first - 1)
        parts[#parts + 1] = replacement_for(replacement, subject, first, last, ...)
        at, last_stop = last + 1, last
        return at <= #subject + 1
    end
    while count < most and take(search(subject, pattern, at)) and not anchored do
    end
    parts[#parts + 1] = sub(subject, at)
    return concat(parts), count
end

local function gsub_text(subject, pattern, replacement, most)
    subject, pattern = check_text(subject, 1, "gsub"), check_text(pattern, 2, "gsub")
    replacement = or_message(replacement)
    local kind = type(replacement)
    if kind == "number" then
        replacement, kind = H.tostring(replacement), "string"
    elseif kind ~= "string" and kind ~= "function" and (kind ~= "table" or H.class_of(replacement)) then
        H.bad_argument(3, "gsub", "string/function/table", replacement)
    end
    if most ~= nil and type(most) ~= "number" then
        H.bad_argument(4, "gsub", "number", most)
    end
    if kind == "string" and is_cheap(subject, pattern) and (#subject + 1) * #replacement <= TEXT_MAX then
        return gsub(subject, pattern, replacement, most)
    end
    return replace_all(subject, pattern, replacement, most or #subject + 1)
end

local function rep_text(text, count, separator)
    text = check_text(text, 1, "rep")
    if type(count) ~= "number" then
        H.bad_argument(2, "rep", "number", count)
    end
    separator = separator and check_text(separator, 3, "rep") or ""
    local size = #text + #separator
    if size == 0 or not (count > 0) then
        return ""
    elseif size * (count + 0.0) > TEXT_MAX then
        H.fail("resulting string too large")
    end
    H.charge_bytes(size * count)
    return rep(text, count // 1 | 0, separator)
end

-- string.format, piece by piece: no address, no float in the style of C.

local pieces_of, formats_count = {}, 0

function H.forget_formats()
    pieces_of, formats_count = {}, 0
end

local function parse_format(text)
    local pieces, at = {}, 1
    while at <= #text do
        local percent = find(text, "%", at, true)
        if not percent then
            break
        end
        local first, last, conversion = find(text, "^%%[%-%+ #0]*%d*%.?%d*(.)", percent)
        if not first then
            H.fail("invalid conversion '" .. sub(text, percent) .. "' to 'format'")
        end
        pieces[#pieces + 1] = sub(text, at, percent - 1)
        pieces[#pieces + 1] = { sub(text, first, last), conversion }
        at = last + 1
    end
    pieces[#pieces + 1] = sub(text, at)
    return pieces
end

local function pieces(text)
    local known = pieces_of[text]
    if not known then
        known = parse_format(text)
        if formats_count > 500 then
            H.forget_formats()
        end
        pieces_of[text], formats_count = known, formats_count + 1
    end
    return known
end

local WHOLE = { d = true, i = true, u = true, c = true, o = true, x = true, X = true }
local REAL = { a = true, A = true, e = true, E = true, f = true, F = true, g = true, G = true }

local function whole(value, position)
    local number = tonumber(or_message(value))
    if not number then
        H.bad_argument(position, "format", "number", value)
    end
    if math_type(number) == "integer" then
        return number
    elseif number ~= number or number >= 2 ^ 63 or number < -2 ^ 63 then
        return math.mininteger
    end
    return (number < 0 and math.ceil(number) or math.floor(number))
end

local function real(spec, value, position)
    local number = tonumber(or_message(value))
    if not number then
        H.bad_argument(position, "format", "number", value)
    end
    if number ~= number or number == huge or number == -huge then
        return format("%" .. match(spec, "^%%([%-]?%d*)") .. "s", H.float_text(number + 0.0))
    end
    return format(spec, number)
end

local function converted(spec, conversion, value, position)
    if conversion == "s" or conversion == "v" then
        return format(conversion == "v" and "%s" or spec, H.tostring(value))
    elseif WHOLE[conversion] then
        return format((gsub(spec, "[iu]$", "d")), whole(value, position))
    elseif REAL[conversion] then
        return real(spec, value, position)
    elseif conversion == "q" then
        return format(spec, or_message(value))
    elseif conversion == "p" then
        return format("%s", format("0x%08x", H.serial_of(value)))
    end
    H.fail("invalid conversion '" .. spec .. "' to 'format'")
end

local function format_text(text, ...)
    text = check_text(text, 1, "format")
    local known, arguments, given, position = pieces(text), { ... }, select("#", ...), 0
    local parts = {}
    for i = 1, #known do
        local piece = known[i]
        if type(piece) == "string" then
            parts[i] = piece
        elseif piece[2] == "%" then
            parts[i] = "%"
        else
            position = position + 1
            if position > given then
                H.fail("bad argument #" .. position + 1 .. " to format (no value)")
            end
            parts[i] = converted(piece[1], piece[2], arguments[position], position + 1)
        end
    end
    local result = concat(parts)
    H.charge_bytes(#result)
    return result
end

H.format = format_text

-- These run for each character of a text: most are given one, and are not asked twice.
local function byte_text(text, first, last)
    return byte(type(text) == "string" and text or check_text(text, 1, "byte"), first, last)
end

local function len_text(text)
    return len(check_text(text, 1, "len"))
end

local function sub_text(text, first, last)
    return sub(type(text) == "string" and text or check_text(text, 1, "sub"), first, last)
end

local function pack_values(layout, ...)
    local values, count = { ... }, select("#", ...)
    for i = 1, count do
        values[i] = or_message(values[i])
    end
    return pack(check_text(layout, 1, "pack"), unpack(values, 1, count))
end

local function counted(name)
    local change = string[name]
    return function(text)
        text = check_text(text, 1, name)
        H.charge_bytes(#text)
        return change(text)
    end
end

local string_library = {
    byte = byte_text,
    char = string.char,
    find = find_text,
    format = format_text,
    gmatch = gmatch_text,
    gsub = gsub_text,
    len = len_text,
    lower = counted("lower"),
    match = match_text,
    pack = pack_values,
    packsize = function(layout)
        return packsize(check_text(layout, 1, "packsize"))
    end,
    rep = rep_text,
    reverse = counted("reverse"),
    sub = sub_text,
    unpack = function(layout, text, from)
        return unpack_text(check_text(layout, 1, "unpack"), check_text(text, 2, "unpack"), from)
    end,
    upper = counted("upper"),
}

H.string = H.read_only(string_library, {
    __call = function(_, value)
        return H.validate_string(value)
    end,
})
H.validate_string = H.validator("string", function(value)
    return type(value) == "string"
end)

-- Methods of strings come from the same read-only library, and so do those of errors.
H.string_functions = string_library
local string_metatable = getmetatable("")
string_metatable.__index = string_library
string_metatable.__metatable = H.read_only({ __index = H.string })

-- The table library.

local insert, move, remove = table.insert, table.move, table.remove

local function check_table(value, name)
    if type(value) ~= "table" or H.class_of(value) then
        H.bad_argument(1, name, "table", value)
    end
    H.check_use(value)
end

local function concat_list(list, separator, from, to)
    check_table(list, "concat")
    from, to = check_whole(from or 1, 3, "concat"), check_whole(to or #list, 4, "concat")
    local parts, size = {}, 0
    for i = from, to do
        local value = or_message(list[i])
        local kind = type(value)
        if kind == "number" then
            value = H.tostring(value)
        elseif kind ~= "string" then
            H.fail("invalid value (at index " .. i .. ") in table for 'concat'")
        end
        parts[#parts + 1] = value
        size = size + #value
    end
    separator = separator and check_text(separator, 2, "concat") or ""
    size = size + #separator * #parts
    if size > TEXT_MAX then
        H.fail("resulting string too large")
    end
    H.charge_bytes(size)
    return concat(parts, separator)
end

local function insert_value(list, ...)
    check_table(list, "insert")
    local count = select("#", ...)
    if count == 1 then
        return insert(list, (...))
    elseif count ~= 2 then
        H.fail("wrong number of arguments to 'insert'")
    end
    H.charge(#list)
    local position, value = ...
    return insert(list, position, value)
end

local function remove_value(list, ...)
    check_table(list, "remove")
    if select("#", ...) > 0 then
        H.charge(#list)
    end
    return remove(list, ...)
end

local function move_values(from, first, last, at, to)
    check_table(from, "move")
    first, last = check_whole(first, 2, "move"), check_whole(last, 3, "move")
    H.charge(last > first and last - first or 0)
    return move(from, first, last, at, to or from)
end

local function unpack_list(list, first, last)
    check_table(list, "unpack")
    first, last = check_whole(first or 1, 2, "unpack"), check_whole(last or #list, 3, "unpack")
    H.charge(last - first)
    return unpack(list, first, last)
end

H.unpack = unpack_list
H.table = H.read_only({
    concat = concat_list,
    create = function()
        return {}
    end,
    getn = function(list)
        check_table(list, "getn")
        return #list
    end,
    insert = insert_value,
    maxn = function(list)
        check_table(list, "maxn")
        local most = 0
        for key in H.pairs(list) do
            if type(key) == "number" and key > most then
                most = key
            end
        end
        return most
    end,
    move = move_values,
    pack = table.pack,
    remove = remove_value,
    sort = H.sort,
    unpack = unpack_list,
})
