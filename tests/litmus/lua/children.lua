-- Those whom others start, watch and end.

local gather = require("gather")
local children = {}

function children.leaver()
    return "done"
end

function children.crasher()
    error("burst")
end

function children.one_message()
    return process.inbox():receive():topic()
end

function children.dying()
    process.inbox():receive()
    return "done"
end

function children.idler()
    process.inbox():receive()
end

function children.boss()
    return gather.topics(process.inbox())
end

function children.collector()
    return gather.topics(process.inbox())
end

function children.callee(boss)
    process.send(boss, "called")
    return "value"
end

function children.echo(word)
    return word
end

return children
