-- The scenarios of the contract; each returns what it saw, a list of texts.

local time = require("time")

local HOST = "conformance:processes"
local KINDS = {
    [process.event.EXIT] = "EXIT",
    [process.event.LINK_DOWN] = "LINK_DOWN",
    [process.event.CANCEL] = "CANCEL",
}
local scenarios = {}

local function kind(event)
    return KINDS[event.kind]
end

-- The kind of the error that a call gave, or "true".
local function refusal(_, problem)
    return problem and problem:kind() or "true"
end

-- What kind of event comes within an hour, or "nothing".
local function anything()
    local events, late = process.events(), time.after("1h")
    local chosen = channel.select({ events:case_receive(), late:case_receive() })
    return chosen.channel == events and kind(chosen.value) or "nothing"
end

local function ended()
    local event = process.events():receive()
    assert(event.kind == process.event.EXIT, event.kind)
    return event
end

function scenarios.send_in_order()
    for number = 1, 5 do
        process.send(process.pid(), "number", number)
    end
    local inbox, log = process.inbox(), {}
    for _ = 1, 5 do
        table.insert(log, tostring(inbox:receive():payload()))
    end
    return log
end

function scenarios.send_before_listen()
    process.send(process.pid(), "T", "kept")
    return { (process.listen("T"):receive()) }
end

function scenarios.listener_and_inbox()
    local topic, inbox = process.listen("T"), process.inbox()
    process.send(process.pid(), "T", 1)
    process.send(process.pid(), "U", 2)
    process.send(process.pid(), "T", 3)
    local log = {}
    for _ = 1, 2 do
        table.insert(log, "T " .. tostring((topic:receive())))
    end
    local message = inbox:receive()
    table.insert(log, "inbox " .. message:topic() .. " " .. tostring(message:payload()))
    return log
end

function scenarios.monitored_child_raises()
    local child = process.spawn_monitored("conformance:raising", HOST)
    process.send(child, "go")
    local event = ended()
    local text = string.find(tostring(event.result.error), "burst", 1, true) and "text" or "no text"
    return { kind(event), text, refusal(process.send(child, "go")) }
end

function scenarios.cancelled_child_returns()
    local child = process.spawn("conformance:cancellable", HOST)
    process.monitor(child)
    process.cancel(child)
    local event = ended()
    return { kind(event), event.result.value }
end

function scenarios.unmonitored_child_is_cancelled()
    local child = process.spawn_monitored("conformance:cancellable", HOST)
    process.unmonitor(child)
    process.cancel(child)
    return { anything() }
end

function scenarios.trapping_parent_of_a_raising_child()
    process.set_options({ trap_links = true })
    process.spawn_linked("conformance:raising_at_once", HOST)
    return { kind((process.events():receive())), "alive" }
end

function scenarios.parent_that_does_not_trap()
    process.spawn_monitored("conformance:linking", HOST)
    local event = ended()
    return { kind(event), tostring(event.result.error) }
end

function scenarios.linked_child_returns()
    process.set_options({ trap_links = true })
    process.spawn_linked_monitored("conformance:returning", HOST)
    local event = ended()
    return { kind(event), event.result.value, anything() }
end

local function chain(...)
    local following, pids = nil, {}
    for _, trap in ipairs({ ... }) do
        following = process.spawn("conformance:node", HOST, process.pid(), following, trap)
        process.inbox():receive()
        table.insert(pids, following)
    end
    return pids
end

function scenarios.chain_without_trapping()
    local pids = chain(false, false, false, false)
    for _, pid in ipairs(pids) do
        process.monitor(pid)
    end
    process.send(pids[1], "go")
    local log = {}
    for _ = 1, #pids do
        table.insert(log, ended().result.error and "failed" or "returned")
    end
    return log
end

function scenarios.chain_with_trapping()
    local pids = chain(false, true, false, false)
    process.send(pids[1], "go")
    local log = { process.inbox():receive():topic(), anything() }
    for _, pid in ipairs({ pids[2], pids[3], pids[4], pids[1] }) do
        local answer = refusal(process.monitor(pid))
        table.insert(log, answer == "true" and "alive" or answer)
    end
    return log
end

function scenarios.link_then_unlink()
    process.set_options({ trap_links = true })
    local child = process.spawn("conformance:raising", HOST)
    process.link(child)
    process.unlink(child)
    process.send(child, "go")
    return { anything() }
end

function scenarios.register_twice()
    local other = process.spawn("conformance:waiting", HOST)
    local register = process.registry.register
    return { refusal(register("x")), refusal(register("x")), refusal(register("x", other)) }
end

function scenarios.names_of_the_dead()
    process.spawn_monitored("conformance:naming", HOST)
    local log = { kind(ended()), refusal(process.registry.lookup("mine")) }
    local _, problem = process.send("mine", "x")
    local found = string.find(problem:message(), "could not resolve", 1, true)
    table.insert(log, found and "could not resolve" or problem:message())
    return log
end

function scenarios.terminated_child()
    process.set_options({ trap_links = true })
    process.terminate(process.spawn_linked_monitored("conformance:waiting", HOST))
    local log = {}
    for _ = 1, 2 do
        local event = process.events():receive()
        table.insert(log, kind(event) .. " " .. tostring(event.result.error))
    end
    return log
end

function scenarios.inherited_identity()
    process.spawn("conformance:denied", HOST, 1, process.pid())
    local inbox = process.inbox()
    return { inbox:receive():payload(), (inbox:receive():payload()) }
end

function scenarios.empty_scope()
    local me, log = process.pid(), {}
    table.insert(log, refusal(process.send(me, "x")))
    for _, name in ipairs({ "spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored" }) do
        table.insert(log, refusal(process[name]("conformance:waiting", HOST)))
    end
    for _, name in ipairs({ "terminate", "cancel", "monitor", "unmonitor", "link", "unlink" }) do
        table.insert(log, refusal(process[name](me)))
    end
    table.insert(log, refusal(process.registry.register("x")))
    table.insert(log, refusal(process.registry.unregister("x")))
    return log
end

function scenarios.deadlines()
    local me, log = process.pid(), {}
    table.insert(log, refusal(process.cancel(me, "abc")))
    table.insert(log, refusal(process.cancel(me, {})))
    table.insert(log, refusal(process.cancel(me, "5s")))
    table.insert(log, refusal(process.cancel(me, 250)))
    local events = process.events()
    for _ = 1, 2 do
        table.insert(log, tostring(events:receive().deadline))
    end
    return log
end

return scenarios
