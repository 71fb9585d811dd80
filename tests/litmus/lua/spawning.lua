-- Parents with two coroutines.

local gather = require("gather")
local HOST = "litmus:processes"
local spawning = {}

function spawning.two_readers()
    local log = {}
    coroutine.spawn(function()
        local event = process.events():receive()
        table.insert(log, "EXIT " .. event.result.value)
    end)
    process.spawn_monitored("litmus:leaver", HOST)
    table.insert(log, "spawned")
    gather.all()
    return log
end

function spawning.quick()
    process.spawn_linked("litmus:crasher", HOST)
    return "returned"
end

function spawning.two_calls()
    local log = {}
    for _, name in ipairs({ "a", "b" }) do
        coroutine.spawn(function()
            table.insert(log, (process.call("litmus:echo", HOST, name)))
        end)
    end
    gather.all()
    return table.concat(log)
end

return spawning
