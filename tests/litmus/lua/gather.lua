-- Return all that arrives at the channels while anything can happen: time passes only when nothing else does.

local time = require("time")

local function gather(...)
    local late = time.after("1s")
    local cases = { late:case_receive() }
    for _, each in ipairs({ ... }) do
        table.insert(cases, each:case_receive())
    end
    local values = {}
    while true do
        local chosen = channel.select(cases)
        if chosen.channel == late then
            return values
        end
        table.insert(values, chosen.value)
    end
end

local function topics(inbox)
    local names = {}
    for _, message in ipairs(gather(inbox)) do
        table.insert(names, message:topic())
    end
    return table.concat(names, " ")
end

-- "ok", or the kind of the error that a call gave.
local function answer(_, problem)
    return problem and problem:kind() or "ok"
end

return { all = gather, topics = topics, answer = answer }
