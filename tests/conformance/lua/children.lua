-- Those whom the scenarios start.

local HOST = "conformance:processes"
local children = {}

function children.raising()
    process.inbox():receive()
    error("burst")
end

function children.raising_at_once()
    error("burst")
end

function children.returning()
    return "quiet"
end

function children.waiting()
    process.inbox():receive()
end

function children.cancellable()
    local event = process.events():receive()
    return event.kind == process.event.CANCEL and "cancelled" or "something else"
end

function children.linking()
    process.spawn_linked("conformance:raising_at_once", HOST)
    process.inbox():receive()
end

function children.naming()
    process.registry.register("mine")
end

function children.node(boss, following, trap)
    process.set_options({ trap_links = trap })
    if following then
        process.link(following)
    end
    process.send(boss, "ready")
    local inbox, events = process.inbox(), process.events()
    local chosen = channel.select({ inbox:case_receive(), events:case_receive() })
    if chosen.channel == inbox then
        error("burst")
    end
    process.send(boss, chosen.value.kind == process.event.LINK_DOWN and "LINK_DOWN" or chosen.value.kind)
    inbox:receive()
end

function children.denied(depth, boss)
    local _, problem = process.registry.register("x")
    process.send(boss, "answer", problem and problem:kind() or "true")
    if depth > 0 then
        process.spawn("conformance:denied", HOST, depth - 1, boss)
    end
end

return children
