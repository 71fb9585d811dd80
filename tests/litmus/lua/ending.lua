-- What is done to a process while it ends.

local gather = require("gather")
local HOST = "litmus:processes"
local ending = {}

local function exits()
    local values = {}
    for _, event in ipairs(gather.all(process.events())) do
        table.insert(values, "EXIT " .. event.result.value)
    end
    return table.concat(values, " ")
end

function ending.monitoring(target)
    local _, problem = process.monitor(target)
    if problem then
        return problem:kind() == errors.NOT_FOUND and "refused" or problem:message()
    end
    return exits()
end

function ending.linking(target, boss)
    local _, problem = process.link(target)
    if problem then
        return problem:kind() == errors.NOT_FOUND and "refused" or problem:message()
    end
    process.send(boss, "linked")
    gather.all()
    return "lives"
end

function ending.sender(target, topic)
    return gather.answer(process.send(target, topic))
end

function ending.sending(target)
    return gather.answer(process.send(target, "go"))
end

function ending.terminating(target)
    return gather.answer(process.terminate(target))
end

function ending.cancelling(target)
    return gather.answer(process.cancel(target))
end

function ending.sending_then_monitoring(target)
    local sent = gather.answer(process.send(target, "t"))
    local monitored = gather.answer(process.monitor(target))
    local told = exits()
    return sent .. " " .. monitored .. (told ~= "" and " " .. told or "")
end

function ending.cancelling_then_linking(target)
    process.set_options({ trap_links = true })
    local told = { gather.answer(process.cancel(target)), gather.answer(process.link(target)) }
    for _, event in ipairs(gather.all(process.events())) do
        table.insert(told, event.kind == process.event.LINK_DOWN and "LinkDown" or event.kind)
    end
    return table.concat(told, " ")
end

function ending.unmonitoring(target)
    process.monitor(target)
    process.send(target, "go")
    process.unmonitor(target)
    return exits()
end

function ending.returning()
    process.spawn_linked_monitored("litmus:crasher", HOST)
    local event = process.events():receive()
    return (event.kind == process.event.EXIT and "Exit" or event.kind) .. " seen"
end

function ending.obeying()
    local events, inbox = process.events(), process.inbox()
    local chosen = channel.select({ events:case_receive(), inbox:case_receive() })
    return chosen.channel == events and chosen.value.kind == process.event.CANCEL and "cancelled" or "done"
end

function ending.calling(boss)
    return "got " .. process.call("litmus:callee", HOST, boss)
end

return ending
