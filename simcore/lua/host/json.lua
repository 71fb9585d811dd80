-- The json module (lua 6.11). What a value looks like in JSON is decided here; Python quotes texts that need
-- it, reads, and judges by schemas.

local H = ...

local type, tostring, find, concat, math_type = type, tostring, string.find, table.concat, math.type
local rawget, huge = rawget, math.huge

local DEPTH_MAX = 128

local function refused(message, kind)
    return nil, H.new_error(message, kind, false)
end

local function number_text(value)
    if math_type(value) == "integer" then
        return tostring(value)
    elseif value ~= value or value == huge or value == -huge then
        return "null"
    end
    return H.float_text(value)
end

local function quoted(text)
    H.charge_bytes(#text)
    if find(text, '[%c"\\\x80-\xff]') then
        return H.json_quote(text)
    end
    return '"' .. text .. '"'
end

local write

-- Every writer adds to the parts and returns nothing, or what is wrong with the value.

local function write_list(writer, list, length)
    local parts = writer.parts
    for i = 1, length do
        parts[#parts + 1] = i == 1 and "[" or ","
        local value = rawget(list, i)
        if value == nil then
            return "cannot encode a sparse array: it has no value at index " .. i
        end
        local problem = write(writer, value)
        if problem then
            return problem
        end
    end
    parts[#parts + 1] = length == 0 and "[]" or "]"
end

-- Why keys that are not all texts make no object.
local function wrong_keys(keys)
    for i = 1, #keys do
        if math_type(keys[i]) ~= "integer" then
            return "cannot encode a table with mixed keys: use texts, or the indices of a list"
        end
    end
    return "cannot encode a sparse array: its indices do not run from 1 without a gap"
end

local function write_object(writer, map, keys)
    local parts = writer.parts
    for i = 1, #keys do
        if type(keys[i]) ~= "string" then
            return wrong_keys(keys)
        end
    end
    for i = 1, #keys do
        parts[#parts + 1] = i == 1 and "{" or ","
        parts[#parts + 1] = quoted(keys[i])
        parts[#parts + 1] = ":"
        local problem = write(writer, rawget(map, keys[i]))
        if problem then
            return problem
        end
    end
    parts[#parts + 1] = "}"
end

local function write_table(writer, container)
    if writer.open[container] then
        return "cannot encode a recursive table: it holds itself"
    elseif writer.depth == DEPTH_MAX then
        return "cannot encode a value that is nested deeper than " .. DEPTH_MAX
    end
    writer.open[container], writer.depth = true, writer.depth + 1
    H.check_use(container)
    local map = H.contents(container)
    local keys, length = H.ordered_keys(map)
    H.charge(keys and 4 * #keys or length)
    local problem
    if keys then
        problem = write_object(writer, map, keys)
    else
        problem = write_list(writer, map, length)
    end
    writer.open[container], writer.depth = nil, writer.depth - 1
    return problem
end

function write(writer, value)
    local kind = H.type(value)
    local parts = writer.parts
    if kind == "table" then
        return write_table(writer, value)
    elseif kind == "string" then
        parts[#parts + 1] = quoted(value)
    elseif kind == "number" then
        parts[#parts + 1] = number_text(value)
    elseif kind == "boolean" then
        parts[#parts + 1] = tostring(value)
    elseif kind == "nil" then
        parts[#parts + 1] = "null"
    else
        return "cannot encode a " .. kind
    end
end

-- The text, or nil and what is wrong.
local function text_of(value)
    local writer = { parts = {}, open = {}, depth = 0 }
    local problem = write(writer, value)
    if problem then
        return nil, "json: " .. problem
    end
    return concat(writer.parts)
end

local function encode(value)
    local text, problem = text_of(value)
    if not text then
        return refused(problem, "Internal")
    end
    return text
end

local function decode(text)
    if type(text) ~= "string" then
        return refused("json: a text expected, got " .. H.type(text), "Invalid")
    elseif text == "" then
        return refused("json: the text is empty", "Invalid")
    end
    H.charge(#text)
    local data, problem = H.json_decode(text)
    if not data then
        return refused("json: " .. problem, "Internal")
    end
    return H.decode(data), nil
end

local function invalid(message)
    return false, H.new_error("json: " .. message, "Invalid", false)
end

local function judged(word, message, steps)
    H.charge(8 * steps)
    if word == "exhausted" then
        H.exhaust("instructions")
    elseif word == "unsupported" then
        H.fail("json: " .. message .. " is not part of this simulation; leave it out, or check that in the program")
    elseif word == "invalid" then
        return invalid(message)
    end
    return true
end

local function schema_text(schema)
    if type(schema) == "string" then
        return schema
    elseif H.type(schema) == "table" then
        return text_of(schema)
    end
    return nil, "json: a schema is a table or a text, not a " .. H.type(schema)
end

local function validate_text(schema, text, is_written)
    local definition, problem = schema_text(schema)
    if not definition then
        return false, H.new_error(problem, "Invalid", false)
    end
    H.charge(#definition + #text)
    return judged(H.json_validate(definition, text, is_written, H.limit - H.used))
end

local function validate(schema, value)
    local text, problem = text_of(value)
    if not text then
        return false, H.new_error(problem, "Invalid", false)
    end
    return validate_text(schema, text, false)
end

local function validate_string(schema, text)
    if type(text) ~= "string" then
        return invalid("a text expected, got " .. H.type(text))
    end
    return validate_text(schema, text, true)
end

H.json = H.read_only({ encode = encode, decode = decode, validate = validate, validate_string = validate_string })
