-- Ships the orders of one customer, one after the other. A lane ends when there is nothing left to ship; the
-- coordinator starts a new one for the next order.

local logger = require("logger")
local time = require("time")
local protocol = require("protocol")

local log = logger:named("orders.lane")

local ATTEMPTS = 3

-- Charge an order. The payment worker may be restarting, or die while it has our request.
local function charge(order: protocol.Order): (string?, string?)
    local receipt, err
    for attempt = 1, ATTEMPTS do
        receipt, err = protocol.ask(protocol.PAYMENT, protocol.CHARGE, order, "500ms")
        if receipt then
            return receipt, nil
        end
        log:warn("charge failed", { order = order.id, attempt = attempt, reason = err })
        time.sleep("50ms")
    end
    return nil, err
end

local function ship(request: protocol.Request)
    local order = request.body :: protocol.Order
    local receipt, err = charge(order)
    if receipt then
        protocol.answer(request, { order = order.id, receipt = receipt, lane = process.pid() })
    else
        protocol.refuse(request, err or "not charged")
    end
    process.send(protocol.COORDINATOR, protocol.SHIPPED, order.id)
end

local function main(customer: string, first: protocol.Request): integer
    local orders = process.listen(protocol.ORDER)
    local shipped = 0
    local request = first
    while request do
        ship(request)
        shipped = shipped + 1
        request = channel.select({ orders:case_receive(), default = true }).value :: protocol.Request
    end
    log:info("lane is empty", { customer = customer, shipped = shipped })
    return shipped
end

return { main = main }
