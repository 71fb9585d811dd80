-- Lua patterns, matched in Lua: for the rare match that could keep the C library busy for ever, which no instruction
-- bound would see. Character classes are taken from the C library, so that both agree.

local H = ...

local byte, char, find, sub = string.byte, string.char, string.find, string.sub
local type = type

local classes = {} -- text of a class -> set of bytes; bounded by clearing
local classes_count = 0

function H.forget_classes()
    classes, classes_count = {}, 0
end

local function class_set(text)
    local set = classes[text]
    if not set then
        set = {}
        for code = 0, 255 do
            set[code] = find(char(code), "^" .. text .. "$") ~= nil
        end
        if classes_count > 200 then
            H.forget_classes()
        end
        classes[text], classes_count = set, classes_count + 1
    end
    return set
end

local function class_end(pattern, at)
    local first = sub(pattern, at, at)
    if first == "%" then
        if at == #pattern then
            H.fail("malformed pattern (ends with '%')")
        end
        return at + 1
    elseif first ~= "[" then
        return at
    end
    local last = at + (sub(pattern, at + 1, at + 1) == "^" and 2 or 1)
    repeat
        if last > #pattern then
            H.fail("malformed pattern (missing ']')")
        end
        local escaped = sub(pattern, last, last) == "%"
        last = last + (escaped and 2 or 1)
    until sub(pattern, last, last) == "]"
    return last
end

local SUFFIXES = { ["*"] = "star", ["+"] = "plus", ["-"] = "lazy", ["?"] = "maybe" }

local function parse_class(pattern, at, items)
    local last = class_end(pattern, at)
    local text = sub(pattern, at, last)
    if find(text, "^[%^%$%*%+%?%-%(%)%]]$") then
        text = "%" .. text
    end
    local op = SUFFIXES[sub(pattern, last + 1, last + 1)]
    items[#items + 1] = { op = op or "one", set = class_set(text) }
    return last + (op and 2 or 1)
end

local function parse_escape(pattern, at, items)
    local kind = sub(pattern, at + 1, at + 1)
    if kind == "b" then
        if #pattern < at + 3 then
            H.fail("malformed pattern (missing arguments to '%b')")
        end
        items[#items + 1] = { op = "balance", open = byte(pattern, at + 2), close = byte(pattern, at + 3) }
        return at + 4
    elseif kind == "f" then
        if sub(pattern, at + 2, at + 2) ~= "[" then
            H.fail("missing '[' after '%f' in pattern")
        end
        local last = class_end(pattern, at + 2)
        items[#items + 1] = { op = "frontier", set = class_set(sub(pattern, at + 2, last)) }
        return last + 1
    elseif find(kind, "%d") then
        items[#items + 1] = { op = "again", index = byte(kind) - 48 }
        return at + 2
    end
    return parse_class(pattern, at, items)
end

local function parse(pattern)
    local items, at = {}, 1
    if sub(pattern, 1, 1) == "^" then
        items.anchored, at = true, 2
    end
    while at <= #pattern do
        local first = sub(pattern, at, at)
        if first == "(" and sub(pattern, at + 1, at + 1) == ")" then
            items[#items + 1] = { op = "position" }
            at = at + 2
        elseif first == "(" or first == ")" then
            items[#items + 1] = { op = first == "(" and "open" or "close" }
            at = at + 1
        elseif first == "$" and at == #pattern then
            items[#items + 1] = { op = "finish" }
            at = at + 1
        elseif first == "%" then
            at = parse_escape(pattern, at, items)
        else
            at = parse_class(pattern, at, items)
        end
    end
    return items
end

local match -- match(state, at, index): the place behind a match of the items from index on, or nil

local function matches(state, item, at)
    local code = byte(state.subject, at)
    return code and item.set[code]
end

local steps = {}

function steps.one(state, at, index, item)
    if matches(state, item, at) then
        return match(state, at + 1, index + 1)
    end
end

function steps.maybe(state, at, index, item)
    local stop = matches(state, item, at) and match(state, at + 1, index + 1)
    return stop or match(state, at, index + 1)
end

local function most_first(state, at, index, item, least)
    local count = 0
    while matches(state, item, at + count) do
        count = count + 1
    end
    while count >= least do
        local stop = match(state, at + count, index + 1)
        if stop then
            return stop
        end
        count = count - 1
    end
end

function steps.star(state, at, index, item)
    return most_first(state, at, index, item, 0)
end

function steps.plus(state, at, index, item)
    return most_first(state, at, index, item, 1)
end

function steps.lazy(state, at, index, item)
    while true do
        local stop = match(state, at, index + 1)
        if stop then
            return stop
        elseif not matches(state, item, at) then
            return nil
        end
        at = at + 1
    end
end

function steps.finish(state, at)
    return at == #state.subject + 1 and at or nil
end

local function capture(state, at, index, new)
    local captures = state.captures
    captures[#captures + 1] = new
    local stop = match(state, at, index + 1)
    if not stop then
        captures[#captures] = nil
    end
    return stop
end

function steps.open(state, at, index)
    return capture(state, at, index, { first = at })
end

function steps.position(state, at, index)
    return capture(state, at, index, { first = at, position = true, last = at })
end

function steps.close(state, at, index)
    local captures = state.captures
    for level = #captures, 1, -1 do
        local open = captures[level]
        if not open.last then
            open.last = at - 1
            local stop = match(state, at, index + 1)
            if not stop then
                open.last = nil
            end
            return stop
        end
    end
    H.fail("invalid pattern capture")
end

function steps.balance(state, at, index, item)
    if byte(state.subject, at) ~= item.open then
        return nil
    end
    local depth = 1
    for place = at + 1, #state.subject do
        local code = byte(state.subject, place)
        if code == item.close then
            depth = depth - 1
            if depth == 0 then
                return match(state, place + 1, index + 1)
            end
        elseif code == item.open then
            depth = depth + 1
        end
    end
end

function steps.frontier(state, at, index, item)
    local before, here = byte(state.subject, at - 1), byte(state.subject, at)
    if at == 1 then
        before = nil
    end
    if not item.set[before or 0] and item.set[here or 0] then
        return match(state, at, index + 1)
    end
end

function steps.again(state, at, index, item)
    local known = state.captures[item.index]
    if not known or not known.last then
        H.fail("invalid capture index %" .. item.index)
    end
    local text = sub(state.subject, known.first, known.last)
    if sub(state.subject, at, at + #text - 1) == text then
        return match(state, at + #text, index + 1)
    end
end

function match(state, at, index)
    local item = state.items[index]
    if not item then
        return at
    end
    return steps[item.op](state, at, index, item)
end

local function captured(state, level)
    local each = state.captures[level]
    if not each then
        return
    elseif not each.last then
        H.fail("unfinished capture")
    end
    local value = each.position and each.first or sub(state.subject, each.first, each.last)
    return value, captured(state, level + 1)
end

-- As string.find with captures: first, last, captures...
function H.pattern_find(subject, pattern, from)
    local items = parse(pattern)
    local state = { subject = subject, items = items }
    for at = from, items.anchored and from or #subject + 1 do
        state.captures = {}
        local stop = match(state, at, 1)
        if stop then
            return at, stop - 1, captured(state, 1)
        end
    end
    return nil
end
