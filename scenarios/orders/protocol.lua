-- What the processes of the order pipeline have agreed on.

local time = require("time")

type Order = {
    id: string,
    customer: string,
    total: number,
}

type Request = {
    body: any,
    reply_to: string,
    reply_topic: string,
}

type Reply = {
    ok: boolean,
    value?: any,
    error?: string,
}

local protocol = {
    HOST = "shop.orders:processes",

    -- registered names
    COORDINATOR = "orders.coordinator",
    PAYMENT = "orders.payment",

    -- topics
    ORDER = "order",
    SHIPPED = "shipped",
    CHARGE = "charge",
    STATUS = "status",
}

local calls = 0

-- Send a request and wait for its own reply. Every call listens on a topic of its own, so a reply that comes too
-- late answers nobody.
function protocol.ask(destination: string, topic: string, body: any, timeout: string): (any, string?)
    calls = calls + 1
    local reply_topic = "reply." .. tostring(calls)
    local replies = process.listen(reply_topic)
    local request: Request = { body = body, reply_to = process.pid(), reply_topic = reply_topic }

    local ok, err = process.send(destination, topic, request)
    if not ok then
        process.unlisten(replies)
        return nil, tostring(err)
    end

    local expired = time.after(timeout)
    local result = channel.select({ replies:case_receive(), expired:case_receive() })
    process.unlisten(replies)
    if result.channel == expired then
        return nil, topic .. ": no reply within " .. timeout
    end
    local reply = result.value :: Reply
    if not reply.ok then
        return nil, reply.error
    end
    return reply.value, nil
end

-- Answer a request. Whoever asked may be gone; that is not our concern.
function protocol.answer(request: Request, value: any)
    process.send(request.reply_to, request.reply_topic, { ok = true, value = value })
end

function protocol.refuse(request: Request, reason: string)
    process.send(request.reply_to, request.reply_topic, { ok = false, error = reason })
end

-- Wait until somebody has registered a name.
function protocol.await_name(name: string, attempts: integer): (string?, string?)
    for _ = 1, attempts do
        local pid = process.registry.lookup(name)
        if pid then
            return pid, nil
        end
        time.sleep("10ms")
    end
    return nil, name .. " was never registered"
end

return protocol
