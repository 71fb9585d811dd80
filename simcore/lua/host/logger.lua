-- The logger module and print: records of the simulation's trace, never output of the machine.

local H = ...

local type, error, select, getinfo = type, error, select, debug.getinfo
local OPAQUE = H.OPAQUE

-- The line of the program that called, "id:line".
local function location(level)
    local info = getinfo(level + 1, "Sl")
    while info and (info.what == "C" or info.short_src:sub(1, 8) == "[simcore") do
        level = level + 1
        info = getinfo(level + 1, "Sl")
    end
    return info and info.short_src .. ":" .. info.currentline or ""
end

local function merged(fields, more)
    local all = {}
    for key, value in H.pairs(fields) do
        all[key] = value
    end
    for key, value in H.pairs(more) do
        if type(key) == "string" then
            all[key] = type(value) == "table" and H.class_of(value) and not H.is_error(value) and H.tostring(value) or value
        end
    end
    return all
end

local methods = {}
H.Logger = H.class("logger", methods)

local function state_of(logger, method)
    if not H.is_a(logger, H.Logger) then
        H.bad_argument(1, method, "logger", logger)
    end
    return logger[OPAQUE]
end

local function check_fields(fields, position, method)
    if fields ~= nil and (type(fields) ~= "table" or H.class_of(fields)) then
        H.bad_argument(position, method, "table", fields)
    end
end

local function write(level)
    return function(logger, message, fields)
        local state = state_of(logger, level)
        if type(message) ~= "string" then
            H.bad_argument(2, level, "string", message)
        end
        check_fields(fields, 3, level)
        local all = fields and merged(state.fields, fields) or state.fields
        H.log(H.current.id, level, message, state.name, H.encode(all), location(2))
    end
end

for _, level in ipairs({ "debug", "info", "warn", "error" }) do
    methods[level] = write(level)
end

methods["with"] = function(logger, fields)
    local state = state_of(logger, "with")
    if type(fields) ~= "table" or H.class_of(fields) then
        H.bad_argument(2, "with", "table", fields)
    end
    return H.object(H.Logger, { name = state.name, fields = merged(state.fields, fields) })
end

function methods.named(logger, name)
    local state = state_of(logger, "named")
    if type(name) ~= "string" then
        H.bad_argument(2, "named", "string", name)
    elseif name == "" then
        return nil, H.new_error("logger name cannot be empty", "Invalid", false)
    end
    return H.object(H.Logger, { name = state.name == "" and name or state.name .. "." .. name, fields = state.fields })
end

H.logger = H.object(H.Logger, { name = "", fields = {} })

-- tostring of every argument, joined by one blank (not a tab), as one record of the level info (lua 4.10)
function H.print(...)
    local texts = {}
    for i = 1, select("#", ...) do
        texts[i] = H.tostring((select(i, ...)))
    end
    local text = table.concat(texts, " ")
    H.charge_bytes(#text)
    H.log(H.current.id, "info", text, "", "l0:", location(2)) -- "l0:" is no fields at all
end

-- A walk over keys that nothing can put in order: told once for each process.
function H.order_hazard()
    H.report_hazard(H.current.id, location(2))
end
