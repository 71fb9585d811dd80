-- Senders and listeners.

local gather = require("gather")
local messages = {}

function messages.telling(target, ...)
    for _, topic in ipairs({ ... }) do
        process.send(target, topic)
    end
end

function messages.causing(target, middle)
    process.send(target, "cause")
    process.send(middle, "go")
end

function messages.relaying(target)
    process.inbox():receive()
    process.send(target, "effect")
end

function messages.posting(target)
    process.send(target, "T", "x")
end

-- Read the inbox in one coroutine; in the other, a step later, listen to T.
function messages.listening()
    local log = {}
    coroutine.spawn(function()
        local message = process.inbox():receive()
        table.insert(log, "inbox " .. message:topic())
    end)
    process.unmonitor(process.pid()) -- a command without an effect, which ends the step
    for _, value in ipairs(gather.all(process.listen("T"))) do
        table.insert(log, "topic " .. value)
    end
    return log
end

return messages
