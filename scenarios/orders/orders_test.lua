-- Tests of the order pipeline, each on a fresh system.

local funcs = require("funcs")
local time = require("time")
local protocol = require("protocol")

local WORKER_NAME_ATTEMPTS = 100

-- Start the supervisor and a coordinator, and wait until both can be used.
local function start(coordinator: string): string
    local supervisor, err = process.spawn("shop.orders:supervisor", protocol.HOST)
    assert(supervisor, tostring(err))
    local pid
    pid, err = process.spawn(coordinator, protocol.HOST)
    assert(pid, tostring(err))
    assert(protocol.await_name(protocol.PAYMENT, WORKER_NAME_ATTEMPTS))
    assert(protocol.await_name(protocol.COORDINATOR, WORKER_NAME_ATTEMPTS))
    return supervisor :: string
end

local function order(customer: string, number: integer, total: number?): protocol.Order
    return { id = customer .. "-" .. tostring(number), customer = customer, total = total or 10 }
end

local function place(customer: string, number: integer): any
    local shipment, err = protocol.ask(protocol.COORDINATOR, protocol.ORDER, order(customer, number), "10s")
    assert(shipment, string.format("order %d of %s was not shipped: %s", number, customer, tostring(err)))
    return shipment
end

-- A customer orders again as soon as the last order was shipped, and gets everything.
local function a_returning_customer(coordinator: string)
    start(coordinator)
    for number = 1, 4 do
        place("ada", number)
    end
    -- The customer is told before the coordinator is: its last notice may still be on its way.
    time.sleep("1s")
    local status = assert(protocol.ask(protocol.COORDINATOR, protocol.STATUS, nil, "1s"))
    assert(status.shipped == 4, "shipped " .. tostring(status.shipped) .. " of 4 orders")
end

local function a_returning_customer_is_served()
    a_returning_customer("shop.orders:tracking_coordinator")
end

local function a_returning_customer_is_served_by_name()
    a_returning_customer("shop.orders:coordinator")
end

local function orders_are_shipped_in_order()
    start("shop.orders:tracking_coordinator")
    local shipped: { string } = {}
    local done = process.listen("done")
    for number = 1, 5 do
        local request = { body = order("ada", number), reply_to = process.pid(), reply_topic = "done" }
        assert(process.send(protocol.COORDINATOR, protocol.ORDER, request))
    end
    for _ = 1, 5 do
        local reply = done:receive()
        assert(reply.ok, reply.error)
        table.insert(shipped, reply.value.order)
    end
    assert(table.concat(shipped, " ") == "ada-1 ada-2 ada-3 ada-4 ada-5", table.concat(shipped, " "))
end

local function a_bad_order_is_refused()
    start("shop.orders:tracking_coordinator")
    local shipment, err = funcs.call("shop.orders:place_order", order("ada", 1, 0))
    assert(shipment == nil, "a free order was shipped")
    assert(tostring(err) == "nothing to charge: ada-1", tostring(err))

    shipment, err = funcs.call("shop.orders:place_order", { id = "nobody-1" })
    assert(shipment == nil and tostring(err) == "an order needs a customer", tostring(err))
    assert(funcs.call("shop.orders:place_order", order("ada", 2)))
end

local function an_order_survives_its_payment_worker()
    start("shop.orders:tracking_coordinator")
    local first = process.registry.lookup(protocol.PAYMENT)
    coroutine.spawn(function()
        time.sleep("10ms")
        assert(process.terminate(protocol.PAYMENT))
    end)
    place("ada", 1)
    local second = process.registry.lookup(protocol.PAYMENT)
    assert(second and second ~= first, "the worker was not restarted")
end

local function a_cancel_stops_the_whole_tree()
    local supervisor = start("shop.orders:coordinator")
    local payment = process.registry.lookup(protocol.PAYMENT)
    assert(process.monitor(payment))
    assert(process.monitor(supervisor))
    assert(process.cancel(supervisor, "5s"))

    -- Which of the two exits is told first is open: they come from different processes.
    local events = process.events()
    local results = {}
    for _ = 1, 2 do
        local event = events:receive()
        results[event.from] = event.result
        if event.from == supervisor then
            assert(process.registry.lookup(protocol.PAYMENT) == nil, "the worker outlived its supervisor")
        end
    end
    assert(results[payment].value == "cancelled", "the worker was not asked to end")
    assert(results[supervisor].value == 0, "the supervisor had nothing to restart")
end

local function a_crash_loop_ends_the_supervisor()
    local supervisor = start("shop.orders:coordinator")
    assert(process.monitor(supervisor))
    for _ = 1, 4 do
        local payment = assert(protocol.await_name(protocol.PAYMENT, WORKER_NAME_ATTEMPTS))
        assert(process.terminate(payment))
        time.sleep("100ms")
    end

    local event = process.events():receive()
    assert(event.kind == process.event.EXIT and event.from == supervisor)
    assert(event.result.error == "shop.orders:payment fails too often", event.result.error)
    assert(process.registry.lookup(protocol.PAYMENT) == nil, "no worker is left")
end

return {
    orders_are_shipped_in_order = orders_are_shipped_in_order,
    a_bad_order_is_refused = a_bad_order_is_refused,
    an_order_survives_its_payment_worker = an_order_survives_its_payment_worker,
    a_cancel_stops_the_whole_tree = a_cancel_stops_the_whole_tree,
    a_crash_loop_ends_the_supervisor = a_crash_loop_ends_the_supervisor,
    a_returning_customer_is_served = a_returning_customer_is_served,
    a_returning_customer_is_served_by_name = a_returning_customer_is_served_by_name,
}
