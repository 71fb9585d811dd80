-- Gives every order to the lane of its customer, and keeps it until the lane says that it was shipped. A lane is
-- watched from its first moment: what it had not shipped when it ended goes to a new one.

local logger = require("logger")
local protocol = require("protocol")

local log = logger:named("orders.coordinator")

type Lane = {
    customer: string,
    waiting: { protocol.Request },
}

local lanes: { [string]: Lane } = {}
local lane_of: { [string]: string } = {}
local shipped = 0

local function assign(request: protocol.Request)
    local customer = (request.body :: protocol.Order).customer
    local pid = lane_of[customer]
    if pid then
        table.insert(lanes[pid].waiting, request)
        -- Sent in vain if the lane is about to end; then its exit comes, and finds the order here.
        process.send(pid, protocol.ORDER, request)
        return
    end
    local started, err = process.spawn_monitored("shop.orders:lane", protocol.HOST, customer, request)
    if not started then
        protocol.refuse(request, "cannot start a lane: " .. tostring(err))
        return
    end
    lanes[started :: string] = { customer = customer, waiting = { request } }
    lane_of[customer] = started :: string
end

local function on_shipped(pid: string, order_id: string)
    shipped = shipped + 1
    local waiting = lanes[pid].waiting
    for position, request in ipairs(waiting) do
        if request.body.id == order_id then
            table.remove(waiting, position)
            return
        end
    end
end

local function on_lane_ended(pid: string)
    local lane = lanes[pid]
    lanes[pid] = nil
    lane_of[lane.customer] = nil
    for _, request in ipairs(lane.waiting) do
        log:info("order goes to a new lane", { customer = lane.customer, order = request.body.id })
        assign(request)
    end
end

local function main(): (integer?, string?)
    local ok, err = process.registry.register(protocol.COORDINATOR)
    if not ok then
        return nil, tostring(err)
    end

    local inbox = process.inbox()
    local events = process.events()
    while true do
        local result = channel.select({ inbox:case_receive(), events:case_receive() })
        if not result.ok then
            return shipped
        end
        if result.channel == events then
            if result.value.kind == process.event.CANCEL then
                return shipped
            elseif result.value.kind == process.event.EXIT then
                on_lane_ended(result.value.from)
            end
        elseif result.value:topic() == protocol.ORDER then
            assign(result.value:payload() :: protocol.Request)
        elseif result.value:topic() == protocol.SHIPPED then
            on_shipped(result.value:from(), result.value:payload())
        elseif result.value:topic() == protocol.STATUS then
            protocol.answer(result.value:payload() :: protocol.Request, { shipped = shipped })
        end
    end
end

return { main = main }
