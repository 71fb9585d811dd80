-- Timers of one instant.

local time = require("time")
local gather = require("gather")
local timers = {}

function timers.waiting()
    local timer, inbox = time.after("1s"), process.inbox()
    local chosen = channel.select({ timer:case_receive(), inbox:case_receive() })
    return chosen.channel == timer and "timer" or "message"
end

function timers.late_sender(target)
    time.sleep("1s")
    return gather.answer(process.send(target, "t"))
end

function timers.two_sleepers()
    local log = {}
    for _, name in ipairs({ "a", "b" }) do
        coroutine.spawn(function()
            time.sleep("1s")
            table.insert(log, name)
        end)
    end
    time.sleep("2s")
    return table.concat(log)
end

return timers
