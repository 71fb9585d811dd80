-- One function for each row: it does what the row speaks of and returns what it saw.

local security = require("security")
local time = require("time")

local HOST = "page:processes"
local KINDS = {
    [process.event.EXIT] = "EXIT",
    [process.event.LINK_DOWN] = "LINK_DOWN",
    [process.event.CANCEL] = "CANCEL",
}
local rows = {}

-- The kind of the error that a call gave, or "true".
local function refusal(_, problem)
    return problem and problem:kind() or "true"
end

-- What kind of event comes within an hour, or "nothing".
local function anything()
    local events, late = process.events(), time.after("1h")
    local chosen = channel.select({ events:case_receive(), late:case_receive() })
    return chosen.channel == events and KINDS[chosen.value.kind] or "nothing"
end

local function next_event()
    return (process.events():receive())
end

local function ended()
    local event = next_event()
    assert(event.kind == process.event.EXIT, event.kind)
    return event
end

local function next_message()
    return (process.inbox():receive())
end

local function trap()
    process.set_options({ trap_links = true })
end

local function contains(text, part)
    return string.find(tostring(text), part, 1, true) ~= nil
end

-- Who one is.

function rows.id()
    return { process.id(), (process.call("page:identity", HOST)) }
end

function rows.pid()
    process.send(process.pid(), "greeting")
    return { next_message():from() == process.pid() }
end

-- Messages.

function rows.send()
    process.send(process.pid(), "greeting", "hello")
    local message = next_message()
    return { message:topic(), message:payload() }
end

function rows.send_destination()
    process.registry.register("me")
    process.send(process.pid(), "greeting", "by pid")
    process.send("me", "greeting", "by name")
    local first, second = next_message():payload(), next_message():payload()
    return { first, second, refusal(process.send("nobody", "greeting")) }
end

function rows.send_topic()
    process.send(process.pid(), "greeting")
    return { next_message():topic(), refusal(process.send(process.pid(), "@greeting")) }
end

function rows.send_payload()
    process.send(process.pid(), "greeting")
    process.send(process.pid(), "greeting", 1)
    process.send(process.pid(), "greeting", 1, "two")
    local none, one, two = next_message():payload(), next_message():payload(), next_message():payload()
    return { none == nil, one, two }
end

function rows.inbox()
    process.send(process.pid(), "greeting", "hello")
    local message = next_message()
    return { message:topic(), message:from() == process.pid(), message:payload() }
end

function rows.listen()
    local ch = process.listen("T")
    process.send(process.pid(), "T", "listened")
    return { (ch:receive()) }
end

function rows.unlisten()
    local ch = process.listen("T")
    process.send(process.pid(), "T", "listened")
    local first = ch:receive()
    process.unlisten(ch)
    process.send(process.pid(), "T", "unlistened")
    local message = next_message()
    return { first, message:topic(), message:payload() }
end

function rows.listen_topic()
    local one, other = process.listen("T"), process.listen("U")
    process.send(process.pid(), "U", "for U")
    process.send(process.pid(), "T", "for T")
    local for_t, for_u = one:receive(), other:receive()
    return { for_t, for_u, refusal(process.listen("@T")) }
end

function rows.listen_message()
    local bare, default = process.listen("S", { message = false }), process.listen("T")
    local objects = process.listen("U", { message = true })
    process.send(process.pid(), "S", "raw")
    process.send(process.pid(), "T", "raw")
    process.send(process.pid(), "U", "object")
    local first, second, message = bare:receive(), default:receive(), objects:receive()
    return { first, second, message:topic(), message:payload() }
end

function rows.message_topic()
    process.send(process.pid(), "greeting")
    return { next_message():topic() }
end

function rows.message_from()
    process.send(process.pid(), "greeting")
    local from_me = next_message():from() == process.pid()
    process.with_context({}):with_message("greeting"):spawn_monitored("page:senderless", HOST)
    return { from_me, ended().result.value }
end

function rows.message_payload()
    process.send(process.pid(), "greeting", "hello")
    process.send(process.pid(), "greeting", 1, 2, 3)
    process.send(process.pid(), "greeting", { key = "value" })
    return { next_message():payload(), next_message():payload(), next_message():payload() }
end

-- Spawning, with the module or with a builder: each gets the four functions in hand.

local spawning = {}

function spawning.spawn(start)
    local child = start("page:teller", HOST, process.pid())
    return { next_message():from() == child, anything() }
end

function spawning.spawn_monitored(start)
    start("page:leaf", HOST)
    local event = ended()
    return { KINDS[event.kind], event.result.value }
end

function spawning.spawn_linked(start)
    trap()
    start("page:failing", HOST)
    return { KINDS[next_event().kind], anything() }
end

function spawning.spawn_linked_monitored(start)
    trap()
    start("page:failing", HOST)
    return { KINDS[next_event().kind], KINDS[next_event().kind] }
end

for name, check in pairs(spawning) do
    rows[name] = function()
        return check(process[name])
    end
    rows["builder_" .. name] = function()
        local spawner = process.with_context({})
        return check(function(...)
            return spawner[name](spawner, ...)
        end)
    end
end

function rows.spawn_id()
    process.spawn_monitored("page:identity", HOST)
    return { ended().result.value, refusal(process.spawn("page:absent", HOST)) }
end

function rows.spawn_host()
    local child = process.spawn("page:leaf", HOST)
    return { contains(child, HOST), refusal(process.spawn("page:leaf", "page:absent")) }
end

function rows.spawn_arguments()
    process.spawn_monitored("page:echo", HOST, 1, "two", true)
    return ended().result.value
end

-- Builders.

function rows.context()
    return { (process.with_context({ request_id = "123" }):exec("page:request", HOST)) }
end

function rows.builder_immutable()
    local first = process.with_context({ request_id = 1 })
    local second = first:with_context({ tenant = 2 })
    return { (first:exec("page:values", HOST)), (second:exec("page:values", HOST)) }
end

function rows.builder_context()
    local spawner = process.with_context({ request_id = 1 })
    local added, replaced = spawner:with_context({ tenant = 2 }), spawner:with_context({ request_id = 3 })
    return { (added:exec("page:values", HOST)), (replaced:exec("page:values", HOST)) }
end

function rows.builder_actor()
    return { (process.with_context({}):with_actor(security.new_actor("alice")):exec("page:acting", HOST)) }
end

function rows.builder_scope()
    local spawner = process.with_context({}):with_actor(security.new_actor("alice"))
    local scoped = spawner:with_scope(security.new_scope({}))
    return { (spawner:exec("page:sending", HOST)), (scoped:exec("page:sending", HOST)) }
end

function rows.builder_name()
    local child = process.with_context({}):with_name("child"):spawn("page:waiting", HOST)
    return { process.registry.lookup("child") == child }
end

function rows.builder_message()
    local spawner = process.with_context({}):with_message("first", 1):with_message("second", 2)
    spawner:spawn_monitored("page:two_messages", HOST)
    return ended().result.value
end

-- Control, monitors, links.

function rows.terminate()
    process.terminate(process.spawn_monitored("page:waiting", HOST))
    return { ended().result.error }
end

function rows.cancel()
    process.cancel(process.spawn_monitored("page:cancellable", HOST), "5s")
    local event = ended()
    return { KINDS[event.kind], event.result.value }
end

function rows.control_destination()
    local first = process.spawn("page:waiting", HOST)
    process.registry.register("second", process.spawn("page:waiting", HOST))
    return {
        refusal(process.terminate(first)),
        refusal(process.cancel("second")),
        refusal(process.terminate("nobody")),
    }
end

function rows.cancel_deadline()
    process.cancel(process.pid(), "5s")
    process.cancel(process.pid(), 250)
    return { next_event().deadline, next_event().deadline }
end

function rows.monitor()
    local child = process.spawn("page:waiting", HOST)
    process.monitor(child)
    process.terminate(child)
    return { anything(), anything() }
end

function rows.unmonitor()
    local child = process.spawn_monitored("page:waiting", HOST)
    process.unmonitor(child)
    process.terminate(child)
    return { anything() }
end

function rows.link()
    trap()
    local child = process.spawn("page:waiting", HOST)
    process.link(child)
    process.terminate(child)
    return { anything(), anything() }
end

function rows.link_both_ways()
    local first = process.spawn("page:waiting", HOST)
    process.spawn_monitored("page:linking_to", HOST, first)
    time.sleep("1s")
    process.terminate(first)
    return { ended().result.error }
end

function rows.unlink()
    trap()
    local child = process.spawn_linked("page:waiting", HOST)
    process.unlink(child)
    process.terminate(child)
    return { anything() }
end

-- Options.

function rows.get_options()
    return { process.get_options().trap_links }
end

function rows.set_options()
    trap()
    local first = process.get_options().trap_links
    local refused = refusal(process.set_options({ trap_links = "yes" }))
    return { first, refused, process.get_options().trap_links }
end

function rows.trap_links()
    trap()
    process.spawn_linked("page:failing", HOST)
    local told = KINDS[next_event().kind]
    process.spawn_monitored("page:linking", HOST)
    return { told, ended().result.error }
end

-- Events.

-- The pid of a child that fails, and an event of each kind.
local function all_kinds()
    trap()
    local child = process.spawn_linked_monitored("page:failing", HOST)
    local exit, link_down = next_event(), next_event()
    process.cancel(process.pid(), "5s")
    return child, exit, link_down, next_event()
end

function rows.events()
    process.cancel(process.pid())
    return { anything() }
end

function rows.kind_cancel()
    local _, _, _, cancel = all_kinds()
    return { process.event.CANCEL, cancel.kind == process.event.CANCEL }
end

function rows.kind_exit()
    local _, exit = all_kinds()
    return { process.event.EXIT, exit.kind == process.event.EXIT }
end

function rows.kind_link_down()
    local _, _, link_down = all_kinds()
    return { process.event.LINK_DOWN, link_down.kind == process.event.LINK_DOWN }
end

function rows.event_kind()
    local _, exit, link_down, cancel = all_kinds()
    return { exit.kind, link_down.kind, cancel.kind }
end

function rows.event_from()
    local child, exit, link_down, cancel = all_kinds()
    return { exit.from == child, link_down.from == child, cancel.from == process.pid() }
end

function rows.event_result()
    process.spawn_monitored("page:leaf", HOST)
    local value = ended().result.value
    process.spawn_monitored("page:failing", HOST)
    return { value, contains(ended().result.error, "burst") }
end

function rows.event_deadline()
    process.cancel(process.pid(), "5s")
    process.cancel(process.pid())
    return { next_event().deadline, next_event().deadline == nil }
end

-- Calls and upgrades.

function rows.call()
    local value = process.call("page:echo", HOST, "an", "argument")
    local none, problem = process.call("page:failing", HOST)
    return { value, none == nil and contains(problem, "burst"), anything() }
end

function rows.upgrade_to()
    process.spawn_monitored("page:old_version", HOST)
    return ended().result.value
end

function rows.upgrade_same()
    process.spawn_monitored("page:counter", HOST, 1)
    return ended().result.value
end

-- Names.

function rows.register()
    local child = process.spawn("page:waiting", HOST)
    process.registry.register("me")
    process.registry.register("child", child)
    return { process.registry.lookup("me") == process.pid(), process.registry.lookup("child") == child }
end

function rows.lookup()
    process.registry.register("me")
    return { process.registry.lookup("me") == process.pid(), refusal(process.registry.lookup("nobody")) }
end

function rows.unregister()
    process.registry.register("me")
    return { process.registry.unregister("me"), refusal(process.registry.lookup("me")) }
end

-- Errors.

local function from_coroutine(look)
    local answers = channel.new(1)
    coroutine.spawn(function()
        answers:send(look())
    end)
    return (answers:receive())
end

-- No code of a simulation runs outside a process, so nobody is without context.
function rows.pid_everywhere()
    process.spawn("page:teller", HOST, process.pid())
    local sender = next_message():from()
    return { contains(process.pid(), HOST), from_coroutine(process.pid) == process.pid(), contains(sender, HOST) }
end

function rows.id_everywhere()
    return { process.id(), from_coroutine(process.id), (process.call("page:identity", HOST)) }
end

function rows.missing_arguments()
    return {
        refusal(process.send()),
        refusal(process.spawn("page:leaf")),
        refusal(process.call("", HOST)),
    }
end

function rows.reserved_topic()
    return { refusal(process.send(process.pid(), "@inbox")), refusal(process.listen("@inbox")) }
end

function rows.bad_duration()
    return { refusal(process.cancel(process.pid(), "soon")), anything() }
end

function rows.unknown_name()
    return {
        refusal(process.registry.lookup("nobody")),
        refusal(process.send("nobody", "greeting")),
        refusal(process.monitor("nobody")),
    }
end

function rows.denied()
    return { refusal(process.send(process.pid(), "greeting")), refusal(process.registry.register("me")) }
end

function rows.name_taken()
    process.registry.register("taken", process.spawn("page:waiting", HOST))
    local refused = refusal(process.registry.register("taken"))
    return { refused, process.registry.lookup("taken") ~= process.pid() }
end

local function row(name)
    return rows[name]()
end

return { row = row }
