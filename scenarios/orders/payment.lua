-- Charges one order at a time. Takes the name when it starts, so that lanes find it after every restart.

local logger = require("logger")
local time = require("time")
local protocol = require("protocol")

local log = logger:named("orders.payment")

local function charge(order: protocol.Order): (string?, string?)
    if order.total <= 0 then
        return nil, "nothing to charge: " .. order.id
    end
    time.sleep("20ms")
    return "receipt-" .. order.id, nil
end

local function main(): string
    local ok, err = process.registry.register(protocol.PAYMENT)
    if not ok then
        error("cannot take the name " .. protocol.PAYMENT .. ": " .. tostring(err))
    end

    local inbox = process.inbox()
    local events = process.events()
    while true do
        local result = channel.select({ events:case_receive(), inbox:case_receive() })
        if not result.ok then
            return "closed"
        end
        if result.channel == events then
            if result.value.kind == process.event.CANCEL then
                log:info("leaving", { deadline = result.value.deadline })
                return "cancelled"
            end
        elseif result.value:topic() == protocol.CHARGE then
            local request = result.value:payload() :: protocol.Request
            local receipt, problem = charge(request.body :: protocol.Order)
            if receipt then
                protocol.answer(request, receipt)
            else
                protocol.refuse(request, problem!)
            end
        end
    end
end

return { main = main }
