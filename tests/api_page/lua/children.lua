-- Whom the scenarios start.

local ctx = require("ctx")
local security = require("security")

local HOST = "page:processes"
local children = {}

function children.leaf()
    return "done"
end

function children.waiting()
    process.inbox():receive()
end

function children.failing()
    error("burst")
end

function children.teller(boss)
    process.send(boss, "told")
end

function children.identity()
    return process.id()
end

function children.echo(...)
    return { ... }
end

function children.cancellable()
    return process.events():receive().kind
end

function children.linking()
    process.spawn_linked("page:failing", HOST)
    process.inbox():receive()
end

function children.linking_to(target)
    process.link(target)
    process.inbox():receive()
end

function children.senderless()
    return process.inbox():receive():from() == nil
end

function children.two_messages()
    local inbox, log = process.inbox(), {}
    for _ = 1, 2 do
        local message = inbox:receive()
        table.insert(log, message:topic() .. " " .. tostring(message:payload()))
    end
    return log
end

function children.values()
    local request, tenant = ctx.get("request_id"), ctx.get("tenant")
    return "request " .. tostring(request or "none") .. ", tenant " .. tostring(tenant or "none")
end

function children.request()
    return ctx.get("request_id")
end

function children.acting()
    local actor = security.actor()
    return actor and actor:id() or "nobody"
end

function children.sending()
    local _, problem = process.send(process.pid(), "greeting")
    return problem and problem:kind() or "true"
end

function children.old_version()
    process.upgrade("page:new_version", process.pid(), "state")
end

function children.new_version(pid, state)
    return { process.id(), process.pid() == pid, state }
end

function children.counter(count, pid)
    if count < 3 then
        process.upgrade(nil, count + 1, process.pid())
    end
    return { process.id(), process.pid() == pid, count }
end

return children
