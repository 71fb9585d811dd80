-- The process module: checks of argument types, then the operation as scalars. All else is decided in Python.

local H = ...

local type, error, select, math_type = type, error, select, math.type
local operate, encode_all = H.operate, H.encode_all

local function invalid(message)
    return nil, H.new_error(message, "Invalid", false)
end

local function check_text(value, position, name)
    if type(value) ~= "string" then
        H.bad_argument(position, name, "string", value)
    end
end

local function data_of(...)
    if select("#", ...) == 0 then
        return ""
    end
    return encode_all(...)
end
H.data_of = data_of

-- A payload that cannot be copied: topic, destination and permission are looked at first (process 3.1).
local function send_uncopied(destination, topic, problem)
    if H.is_error(problem) then
        local _, earlier = H.answered(H.check_send(H.current.id, destination, topic))
        if earlier then
            return nil, earlier
        end
    end
    error(problem, 0)
end

local function send(...)
    local count = select("#", ...)
    if count < 2 then
        return invalid("send requires at least destination and topic arguments")
    end
    local destination, topic, value = ...
    check_text(destination, 1, "send")
    check_text(topic, 2, "send")
    if count <= 3 and type(value) ~= "table" then -- nothing that could fail to be copied
        return operate("send", destination, topic, data_of(select(3, ...)))
    end
    local copied, data = H.pcall(data_of, select(3, ...))
    if not copied then
        return send_uncopied(destination, topic, data)
    end
    return operate("send", destination, topic, data)
end

local function spawner(name, monitored, linked)
    return function(...)
        if select("#", ...) < 2 then
            return invalid(name .. " requires at least id and host arguments")
        end
        local id, host = ...
        check_text(id, 1, name)
        check_text(host, 2, name)
        return operate("spawn", id, host, data_of(select(3, ...)), monitored, linked)
    end
end

local function run_and_wait(name)
    return function(...)
        if select("#", ...) < 2 then
            -- Of `call` too: the contract's own words (process 8.2).
            return invalid("exec requires id and host arguments")
        end
        local id, host = ...
        check_text(id, 1, name)
        check_text(host, 2, name)
        return H.decoded(operate("run and wait", name, id, host, data_of(select(3, ...))))
    end
end

-- What was called answers with its result as a canonical string.
function H.decoded(data, problem)
    if data then
        return H.decode(data)
    end
    return nil, problem
end

-- Nothing is wrong with any source: one that is no text means the same definition again (process 10.1).
local function upgrade(source, ...)
    return operate("upgrade", type(source) == "string" and source or "", data_of(...))
end

local function on_destination(name)
    return function(...)
        if select("#", ...) < 1 then
            return invalid(name .. " requires a destination argument")
        end
        local destination = ...
        check_text(destination, 1, name)
        return operate(name, destination)
    end
end

-- The second argument is a duration, milliseconds, or in the newer dialect a reason; Python tells them apart.
local function cancel(...)
    if select("#", ...) < 1 then
        return invalid("cancel requires at least destination argument")
    end
    local destination, deadline = ...
    check_text(destination, 1, "cancel")
    local kind = type(deadline)
    if kind == "number" and math_type(deadline) == "float" then
        deadline = math.tointeger(deadline < 0 and math.ceil(deadline) or math.floor(deadline)) or true
    elseif kind ~= "nil" and kind ~= "number" and kind ~= "string" then
        if H.current.dialect == "current" then
            H.bad_argument(2, "cancel", "string", deadline)
        end
        deadline = true
    end
    return operate("cancel", destination, deadline)
end

local function set_options(options)
    if type(options) ~= "table" or H.class_of(options) then
        return false, H.new_error("options parameter must be a table", "Invalid", false)
    end
    local known = {}
    for key, value in H.pairs(options) do
        if type(key) == "string" then
            -- What cannot leave a process is no boolean either; its type says so as well as it would itself.
            known[key] = type(value) == "boolean" and value or type(value)
            if value == false then
                known[key] = false
            end
        end
    end
    return operate("set options", H.encode(known))
end

local function listen(topic, options)
    check_text(topic, 1, "listen")
    local message = type(options) == "table" and H.rawget(options, "message") == true
    return H.channel_or_error(operate("listen", topic, message))
end

function H.channel_or_error(number, problem)
    if number then
        return H.subscribed_channel(number)
    end
    return number, problem
end

local LOCAL = 0

local function register(name, pid, scope)
    check_text(name, 1, "register")
    if pid ~= nil and type(pid) ~= "string" then
        return invalid("pid must be a string")
    elseif scope ~= nil and scope ~= LOCAL then
        return invalid("a simulation has one node, so the scope of a name is process.registry.LOCAL")
    end
    return operate("register", name, pid)
end

local function with_name(operation)
    return function(name)
        check_text(name, 1, operation)
        return operate(operation, name)
    end
end

H.process = H.read_only({
    pid = function()
        return H.current.pid
    end,
    id = function()
        return H.current.frame_id
    end,
    send = send,
    spawn = spawner("spawn", false, false),
    spawn_monitored = spawner("spawn_monitored", true, false),
    spawn_linked = spawner("spawn_linked", false, true),
    spawn_linked_monitored = spawner("spawn_linked_monitored", true, true),
    call = run_and_wait("call"),
    exec = run_and_wait("exec"),
    upgrade = upgrade,
    with_context = function(values)
        return H.new_builder(values)
    end,
    terminate = on_destination("terminate"),
    cancel = cancel,
    monitor = on_destination("monitor"),
    unmonitor = on_destination("unmonitor"),
    link = on_destination("link"),
    unlink = on_destination("unlink"),
    get_options = function()
        return { trap_links = H.traps_links(H.current.id) }
    end,
    set_options = set_options,
    inbox = function()
        return H.channel_or_error(operate("inbox"))
    end,
    events = function()
        return H.channel_or_error(operate("events"))
    end,
    listen = listen,
    unlisten = function(channel)
        return H.unlisten(channel, "unlisten")
    end,
    event = H.read_only({ CANCEL = "pid.cancel", EXIT = "pid.exit", LINK_DOWN = "pid.link.down" }),
    registry = H.read_only({
        register = register,
        lookup = with_name("lookup"),
        unregister = with_name("unregister"),
        LOCAL = LOCAL,
        EVENTUAL = 1,
        CONSISTENT = 2,
        STRONG = 3,
    }),
})
