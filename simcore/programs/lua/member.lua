-- A member of a program in Lua: its own steps in their order, then reading on for ever. `plan` is Python's: it knows the
-- steps, and is told what became of each.

local time = require("time")
local security = require("security")
local funcs = require("funcs")
local events, ctx = require("events"), require("ctx")

local WRONG_TOPICS = { "", "@pid/inbox" }
local WRONG_OPTIONS = { { trap_links = 1 }, { other = true } }
local WRONG_DEADLINES = { "soon", "5", "" }
local WRONG_IDS = { "", "member", ":member" }
local AS_TEXT = 4

local number, greeting, ends, served
local topics = {} -- { name, channel } in the order of listening
local alarms = {} -- { channel }, which give once
local ticks = {} -- topic -> subscription to the bus
local timer, future

local function milliseconds(value)
    return value .. "ms"
end

local function pick(values, value)
    return values[value % #values + 1]
end

-- Reading

local function cases(late)
    local list = { process.inbox():case_receive(), process.events():case_receive() }
    for _, each in ipairs(topics) do
        list[#list + 1] = each.channel:case_receive()
    end
    for _, channel in ipairs(alarms) do
        list[#list + 1] = channel:case_receive()
    end
    if late then
        list[#list + 1] = late:case_receive()
    end
    return list
end

local function note(taken)
    for place, channel in ipairs(alarms) do
        if channel == taken.channel then
            table.remove(alarms, place)
        end
    end
end

local function take(late)
    note(channel.select(cases(late)))
end

local function take_now()
    local list = cases()
    list.default = true
    local taken = channel.select(list)
    if not taken.default then
        note(taken)
    end
    return true
end

local function listen(step, options)
    local opened, problem = process.listen(step.topic, options)
    if not opened then
        return nil, problem
    end
    for _, each in ipairs(topics) do
        if each.name == step.topic then
            each.channel = opened
            return true
        end
    end
    topics[#topics + 1] = { name = step.topic, channel = opened }
    return true
end

local function unlisten(step)
    local left = channel.new()
    for place, each in ipairs(topics) do
        if each.name == step.topic then
            left = each.channel
            table.remove(topics, place)
            break
        end
    end
    local ended, problem = process.unlisten(left)
    if not ended then
        return nil, problem
    end
    local taken
    repeat
        taken = channel.select({ left:case_receive(), default = true })
    until taken.default or not taken.ok
    return true
end

-- Coroutines

local function begin(body)
    local begun = channel.new(1)
    coroutine.spawn(function()
        begun:send("begun")
        body()
    end)
    begun:receive()
    return true
end

local function send_later(step)
    return begin(function()
        time.sleep(milliseconds(step.value))
        process.send(step.destination, step.topic, step.index, step.value)
    end)
end

local function raise_later(step)
    return begin(function()
        time.sleep(milliseconds(step.value))
        error("a coroutine fails as it should")
    end)
end

local function hand_over(step)
    local given = channel.new(step.value % 3)
    coroutine.spawn(function()
        given:send(step.index)
        given:close()
    end)
    return (given:receive())
end

-- Starting others

local function start(object, method, step, ...)
    local verb = object[method]
    if object == process then
        return verb(step.definition, step.host, step.child, greeting_of(step), ...)
    end
    return verb(object, step.definition, step.host, step.child, greeting_of(step), ...)
end

local SETTING = {
    context = function(builder, step)
        return builder:with_context({ by = number })
    end,
    actor = function(builder)
        return builder:with_actor(security.new_actor("app:other"))
    end,
    scope = function(builder)
        local scope, problem = security.named_scope("program:members")
        if not scope then
            error(problem, 0)
        end
        return builder:with_scope(scope)
    end,
    name = function(builder, step)
        return builder:with_name(step.name)
    end,
    message = function(builder, step)
        return builder:with_message(step.topic, step.index, step.value)
    end,
}

function greeting_of(step)
    return "value " .. step.value
end

local function built(method, ...)
    local more = { ... }
    return function(step)
        local builder = process.with_context({ step = step.index })
        for setting in string.gmatch(step.builder, "%a+") do
            builder = SETTING[setting](builder, step)
        end
        return start(builder, method, step, table.unpack(more))
    end
end

local function spawned(method, ...)
    local more = { ... }
    return function(step)
        return start(process, method, step, table.unpack(more))
    end
end

local function build_wrong(step)
    local builder = process.with_context({})
    if step.value % 2 == 1 then
        return builder:with_name("")
    end
    return builder:with_message("@pid/inbox", step.index)
end

-- What only Lua has

local function later(step)
    local started, problem = funcs.async("app:function", step.value)
    future = started or future
    return started and true, problem
end

local function subscribe(step)
    local subscription, problem = events.subscribe("app", step.topic)
    ticks[step.topic] = subscription or ticks[step.topic]
    return subscription and true, problem
end

local function two_ticks()
    local ticker = time.ticker("1ms")
    ticker:channel():receive()
    ticker:channel():receive()
    ticker:stop()
    return true
end

local function set_timer(step)
    local started, problem = time.timer(milliseconds(step.value))
    if not started then
        return nil, problem
    end
    timer = started
    alarms[#alarms + 1] = started:channel()
    return true
end

local function on_destination(verb)
    return function(step)
        return process[verb](step.destination)
    end
end

local function send(step)
    return process.send(step.destination, step.topic, step.index, greeting_of(step))
end

local function deadline(value)
    if value >= AS_TEXT then
        return milliseconds(value)
    end
    return value > 0 and value or nil
end

local VERBS = {
    send = send,
    send_reserved = send,
    take = take_now,
    sleep = function(step)
        time.sleep(milliseconds(step.value))
        return true
    end,
    listen = function(step)
        return listen(step, { message = true })
    end,
    listen_plain = listen,
    listen_wrong = function(step)
        return process.listen(pick(WRONG_TOPICS, step.value))
    end,
    unlisten = unlisten,
    after = function(step)
        local alarm, problem = time.after(milliseconds(step.value))
        alarms[#alarms + 1] = alarm
        return alarm and true, problem
    end,
    trap = function()
        return process.set_options({ trap_links = true })
    end,
    untrap = function()
        return process.set_options({ trap_links = false })
    end,
    options_wrong = function(step)
        return process.set_options(pick(WRONG_OPTIONS, step.value))
    end,
    can = function(step)
        return process.get_options() and ctx.all() and security.can("process.send", step.destination)
    end,
    go = send_later,
    go_raise = raise_later,
    hand_over = hand_over,
    monitor = on_destination("monitor"),
    unmonitor = on_destination("unmonitor"),
    link = on_destination("link"),
    unlink = on_destination("unlink"),
    terminate = on_destination("terminate"),
    cancel = function(step)
        return process.cancel(step.destination, deadline(step.value))
    end,
    cancel_wrong = function(step)
        return process.cancel(step.destination, pick(WRONG_DEADLINES, step.value))
    end,
    register = function(step)
        return process.registry.register(step.name)
    end,
    lookup = function(step)
        return process.registry.lookup(step.name)
    end,
    unregister = function(step)
        return process.registry.unregister(step.name)
    end,
    register_other = function(step)
        return process.registry.register(step.name, step.destination)
    end,
    register_wrong = function(step)
        if step.value % 2 == 1 then
            return process.registry.register(step.name, "no pid")
        end
        return process.registry.register("")
    end,
    upgrade = function(step)
        if served then
            process.upgrade(nil, greeting, step.index + 1)
        end
        process.upgrade(nil, number, greeting, step.index + 1, ends)
    end,
    upgrade_unknown = function()
        process.upgrade("app:unknown")
    end,
    spawn = spawned("spawn"),
    spawn_monitored = spawned("spawn_monitored"),
    spawn_linked = spawned("spawn_linked"),
    spawn_linked_monitored = spawned("spawn_linked_monitored"),
    spawn_unknown = spawned("spawn"),
    spawn_nowhere = spawned("spawn"),
    call = spawned("call", 0, "ends"),
    exec = spawned("exec", 0, "ends"),
    call_unknown = spawned("call"),
    call_wrong = function(step)
        return process.call(pick(WRONG_IDS, step.value), step.host)
    end,
    build_spawn = built("spawn"),
    build_spawn_monitored = built("spawn_monitored"),
    build_spawn_linked = built("spawn_linked"),
    build_spawn_linked_monitored = built("spawn_linked_monitored"),
    build_exec = built("exec", 0, "ends"),
    build_wrong = build_wrong,
    ["function"] = function(step)
        return funcs.call("app:function", step.value)
    end,
    function_later = later,
    function_cancel = function()
        if future then
            future:cancel()
        end
        return true
    end,
    subscribe = subscribe,
    unsubscribe = function(step)
        if ticks[step.topic] then
            ticks[step.topic]:close()
        end
        return true
    end,
    publish = function(step)
        return events.send("app", step.topic, "of/a/member", step.index)
    end,
    timer = set_timer,
    ticker = two_ticks,
    timer_stop = function()
        return timer and timer:stop() or false
    end,
    timer_reset = function(step)
        return timer and timer:reset(milliseconds(step.value)) or false
    end,
}

-- The next step behind *index* as a table; nil where there is none.
local function next_step(index)
    local place, verb, destination, name, topic, definition, host, child, value, builder =
        plan("next", process.pid(), index)
    if not place then
        return nil
    end
    return {
        index = place,
        verb = verb,
        destination = destination,
        name = name,
        topic = topic,
        definition = definition,
        host = host,
        child = child >= 0 and child or nil,
        value = value,
        builder = builder,
    }
end

-- Kind and text of an error; what was raised as a text begins with its place. Empty where there is none.
local function kind_of(problem)
    if problem == nil or problem == false then
        return "", ""
    elseif type(problem) == "string" then
        return "Invalid", (string.gsub(problem, "^[^ ]+:%d+: ", ""))
    end
    local kind = problem:kind()
    return kind ~= "" and kind or "Unknown", problem:message()
end

local function perform(step)
    local ok, value, problem = pcall(VERBS[step.verb], step)
    if not ok then
        value, problem = nil, value
    end
    local kind, message = kind_of(problem)
    plan("done", process.pid(), step.index, kind, message, type(value) == "string" and value or "")
end

local function main(first, second, third, fourth)
    local start
    if string.find(process.id(), "app:served", 1, true) then
        served, greeting, start = true, first, second
    else
        greeting, start, ends = second, third, fourth
    end
    number = plan("greet", process.pid())
    local index = (start or 0) - 1
    while true do
        local step = next_step(index)
        if not step then
            break
        end
        index = step.index
        if step.verb == "return" then
            return { number, step.value }
        elseif step.verb == "raise" then
            error("member " .. number .. " fails as it should")
        elseif step.verb == "receive" then
            take(time.after(milliseconds(step.value + 1)))
        else
            perform(step)
        end
    end
    if ends then
        return { number }
    end
    while true do
        take()
    end
end

-- What members call as a function: it answers at once, after a while, or fails.
local function called(value)
    if value % 4 == 2 then
        time.sleep("2ms")
    elseif value % 4 == 3 then
        error("a function fails as it should")
    end
    return value
end

return { main = main, called = called }
