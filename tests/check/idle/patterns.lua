-- Ways to idle, as an application has them: `patterns` are tests, each of which starts what idles and passes; `processes` are
-- what they start. The table of all is in test_deadlocks_idle.py.

local HOST = "idle:host"
local processes, functions, patterns = {}, {}, {}

local function start(name, ...)
    return assert(process.spawn("idle:" .. name, HOST, ...))
end

local function receive_for_ever(source)
    while source:receive() do
    end
end

-- Start one process and pass.
local function starts(name)
    processes[name] = processes[name] or error(name)
    return function()
        start(name)
        return true
    end
end

-- who serves

function processes.server()
    local inbox = process.inbox()
    while true do
        local message = inbox:receive()
        if message:from() then
            process.send(message:from(), "answer", message:topic())
        end
    end
end

function processes.asks(server)
    local answers = process.listen("answer")
    process.send(server, "question")
    answers:receive()
    receive_for_ever(process.inbox())
end

function processes.asks_the_deaf(server)
    local answers = process.listen("answer")
    process.send(server, "question")
    receive_for_ever(answers)
end

function processes.gives_up(server)
    local answers = process.listen("answer")
    process.send(server, "question")
    channel.select({ answers:case_receive(), time.after("2s"):case_receive() })
    receive_for_ever(process.inbox())
end

function processes.deaf()
    receive_for_ever(process.events())
end

patterns.server_at_its_inbox = starts("server")

function patterns.server_that_has_answered()
    start("asks", start("server"))
    return true
end

function patterns.client_whom_nobody_answers()
    start("asks_the_deaf", start("deaf"))
    return true
end

function patterns.client_that_gave_up()
    start("gives_up", start("deaf"))
    return true
end

function patterns.deaf_with_a_full_mailbox()
    local deaf = start("deaf")
    for number = 1, 20 do
        process.send(deaf, "unread", number)
    end
    return true
end

function processes.polite(other)
    local inbox = process.inbox()
    if not other then
        start("polite", process.pid())
    end
    process.send(other or process.pid(), "after", inbox:receive():topic())
end

patterns.two_who_let_each_other_go_first = starts("polite")

-- who listens

function processes.listener()
    receive_for_ever(process.listen("orders"))
end

function processes.listener_at_several()
    local one, other = process.listen("orders"), process.listen("returns")
    while channel.select({ one:case_receive(), other:case_receive() }).ok do
    end
end

function processes.listener_with_a_channel_of_its_own()
    local orders = channel.new(4)
    assert(subscribe("orders", orders))
    receive_for_ever(orders)
end

function processes.subscriber_of_the_bus()
    receive_for_ever(events.subscribe("system", "*"):channel())
end

patterns.listener_at_a_topic = starts("listener")
patterns.listener_at_several_topics = starts("listener_at_several")
patterns.listener_with_a_channel_of_its_own = starts("listener_with_a_channel_of_its_own")
patterns.subscriber_of_the_bus = starts("subscriber_of_the_bus")

-- who watches

function processes.quick()
    return 1
end

function processes.crashes()
    error("down")
end

function processes.supervisor_of_idle_children()
    for _ = 1, 3 do
        assert(process.spawn_monitored("idle:server", HOST))
    end
    receive_for_ever(process.events())
end

function processes.supervisor_with_links()
    process.set_options({ trap_links = true })
    assert(process.spawn_linked("idle:server", HOST))
    assert(process.spawn_linked("idle:crashes", HOST))
    receive_for_ever(process.events())
end

function processes.supervisor_that_restarted()
    local events = process.events()
    assert(process.spawn_monitored("idle:crashes", HOST))
    events:receive()
    assert(process.spawn_monitored("idle:server", HOST))
    receive_for_ever(events)
end

function processes.watcher_of_the_dead()
    assert(process.spawn_monitored("idle:quick", HOST))
    receive_for_ever(process.events())
end

function processes.watcher_that_came_late()
    local pid = start("quick")
    time.sleep("1s")
    process.monitor(pid)
    receive_for_ever(process.events())
end

function processes.refuses_to_end()
    receive_for_ever(process.events())
end

function processes.canceller()
    local pid = start("refuses_to_end")
    process.cancel(pid, 1000)
    receive_for_ever(process.inbox())
end

for _, name in ipairs({
    "supervisor_of_idle_children",
    "supervisor_with_links",
    "supervisor_that_restarted",
    "watcher_of_the_dead",
    "watcher_that_came_late",
}) do
    patterns[name] = starts(name)
end
patterns.child_that_refuses_to_end = starts("canceller")

-- coroutines

local function worker(jobs, results)
    while true do
        local job = jobs:receive()
        results:send(job)
    end
end

function processes.pool()
    local inbox, jobs, results = process.inbox(), channel.new(), channel.new()
    for _ = 1, 3 do
        coroutine.spawn(function()
            worker(jobs, results)
        end)
    end
    while true do
        local chosen = channel.select({ inbox:case_receive(), results:case_receive() })
        if chosen.channel == inbox then
            jobs:send(chosen.value)
        end
    end
end

function processes.fan_out()
    local inbox, jobs = process.inbox(), channel.new()
    for _ = 1, 4 do
        coroutine.spawn(function()
            receive_for_ever(jobs)
        end)
    end
    while true do
        jobs:send(inbox:receive())
    end
end

function processes.pipeline()
    local first, second, last = process.inbox(), channel.new(), channel.new(2)
    local function pump(source, sink)
        coroutine.spawn(function()
            while true do
                sink:send(source:receive())
            end
        end)
    end
    pump(second, last)
    pump(first, second)
    receive_for_ever(last)
end

function processes.back_pressure()
    local inbox, queue = process.inbox(), channel.new(1)
    coroutine.spawn(function()
        while true do
            inbox:receive()
            queue:receive()
        end
    end)
    while true do
        queue:send(1)
    end
end

function processes.keeper()
    coroutine.spawn(function()
        receive_for_ever(process.inbox())
    end)
    channel.new():receive()
end

function processes.latch()
    local gate, events = channel.new(), process.events()
    coroutine.spawn(function()
        events:receive()
        gate:close()
    end)
    for _ = 1, 3 do
        coroutine.spawn(function()
            gate:receive()
        end)
    end
    gate:receive()
end

patterns.pool_that_waits_for_work = starts("pool")
patterns.workers_behind_one_reader = starts("fan_out")
patterns.pipeline_of_coroutines = starts("pipeline")
patterns.queue_that_is_full = starts("back_pressure")
patterns.main_that_only_keeps_alive = starts("keeper")
patterns.latch_that_an_event_opens = starts("latch")

-- who waits for others

function processes.holder()
    local inbox, waiting, is_held = process.inbox(), {}, false
    while true do
        local message = inbox:receive()
        if message:topic() == "release" then
            is_held = #waiting > 0
            if is_held then
                process.send(table.remove(waiting, 1), "granted")
            end
        elseif is_held then
            table.insert(waiting, message:from())
        else
            is_held = true
            process.send(message:from(), "granted")
        end
    end
end

function processes.takes_the_lock(holder)
    local granted = process.listen("granted")
    process.send(holder, "take")
    granted:receive()
    receive_for_ever(process.inbox())
end

function patterns.lock_that_nobody_has_released_yet()
    local holder = start("holder")
    for _ = 1, 3 do
        start("takes_the_lock", holder)
    end
    return true
end

function processes.barrier()
    local inbox, arrived = process.inbox(), {}
    while #arrived < 3 do
        table.insert(arrived, inbox:receive():from())
    end
end

function processes.arrives(barrier)
    local open = process.listen("open")
    process.send(barrier, "arrived")
    open:receive()
end

function patterns.barrier_that_one_is_missing_from()
    local barrier = start("barrier")
    start("arrives", barrier)
    start("arrives", barrier)
    return true
end

function functions.answers()
    return 1
end

function functions.waits()
    receive_for_ever(process.inbox())
end

function processes.called()
    assert(funcs.call("idle:answers"))
    assert(process.call("idle:quick", HOST))
    receive_for_ever(process.inbox())
end

function processes.timed_out()
    funcs.new():with_options({ timeout = "2s" }):call("idle:waits")
    receive_for_ever(process.inbox())
end

function processes.future_or_inbox()
    local future = assert(funcs.async("idle:waits"))
    channel.select({ future:response():case_receive(), process.inbox():case_receive() })
end

function processes.caller()
    process.call("idle:server", HOST)
end

function processes.ends_a_caller()
    local pid = start("caller")
    time.sleep("1s")
    process.terminate(pid)
    receive_for_ever(process.inbox())
end

function processes.goes_on()
    process.upgrade("idle:server")
end

patterns.client_that_was_answered = starts("called")
patterns.client_whose_call_timed_out = starts("timed_out")
patterns.future_or_inbox = starts("future_or_inbox")
patterns.callee_of_a_caller_that_was_ended = starts("ends_a_caller")
patterns.program_that_was_upgraded = starts("goes_on")

-- time

function processes.timer_is_over()
    local inbox, late = process.inbox(), time.after("10s")
    channel.select({ inbox:case_receive(), late:case_receive() })
    receive_for_ever(inbox)
end

function processes.timer_is_stopped()
    local timer = time.timer("10s")
    timer:stop()
    receive_for_ever(process.inbox())
end

function processes.ticker()
    local ticks, count = time.ticker("5s"):channel(), 0
    while true do
        ticks:receive()
        count = count + 1
    end
end

function processes.cron()
    while true do
        time.sleep("20s")
        start("quick")
    end
end

function processes.watchdog()
    local inbox = process.inbox()
    while true do
        channel.select({ inbox:case_receive(), time.after("10s"):case_receive() })
    end
end

patterns.timer_that_is_over = starts("timer_is_over")
patterns.timer_that_was_stopped = starts("timer_is_stopped")
patterns.ticker_for_ever = starts("ticker")
patterns.cron_job = starts("cron")
patterns.watchdog = starts("watchdog")

-- services: their processes are started by the application

function processes.comes_back()
    if not process.registry.lookup("was_here") then
        process.registry.register("was_here", start("server"))
        error("down")
    end
    receive_for_ever(process.inbox())
end

function patterns.service_at_its_inbox()
    return true
end

patterns.service_that_came_back = patterns.service_at_its_inbox
patterns.service_that_has_ended = patterns.service_at_its_inbox

local all = {}
for name, each in pairs(processes) do
    all[name] = each
end
for name, each in pairs(functions) do
    all[name] = each
end
for name, each in pairs(patterns) do
    all["t_" .. name] = each
end
return all
