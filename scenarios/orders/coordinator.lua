-- Gives every order to the lane of its customer. A lane is found by its name; where there is none, or where it has
-- just ended, a new one is started.

local logger = require("logger")
local protocol = require("protocol")

local log = logger:named("orders.coordinator")

local function lane_name(customer: string): string
    return "orders.lane." .. customer
end

local function start_lane(customer: string, request: protocol.Request)
    local pid, err = process.spawn("shop.orders:lane", protocol.HOST, customer, request)
    if not pid then
        protocol.refuse(request, "cannot start a lane: " .. tostring(err))
        return
    end
    -- No error if this fails: the lane was quick and has ended, or an old one still has the name.
    process.registry.register(lane_name(customer), pid)
end

local function assign(request: protocol.Request)
    local customer = (request.body :: protocol.Order).customer
    local pid = process.registry.lookup(lane_name(customer))
    if pid then
        local ok, err = process.send(pid, protocol.ORDER, request)
        if ok then
            return
        end
        log:debug("lane has ended", { customer = customer, reason = tostring(err) })
    end
    start_lane(customer, request)
end

local function main(): (integer?, string?)
    local ok, err = process.registry.register(protocol.COORDINATOR)
    if not ok then
        return nil, tostring(err)
    end

    local inbox = process.inbox()
    local events = process.events()
    local shipped = 0
    while true do
        local result = channel.select({ inbox:case_receive(), events:case_receive() })
        if not result.ok then
            return shipped
        end
        if result.channel == events then
            if result.value.kind == process.event.CANCEL then
                return shipped
            end
        elseif result.value:topic() == protocol.ORDER then
            assign(result.value:payload() :: protocol.Request)
        elseif result.value:topic() == protocol.SHIPPED then
            shipped = shipped + 1
        elseif result.value:topic() == protocol.STATUS then
            protocol.answer(result.value:payload() :: protocol.Request, { shipped = shipped })
        end
    end
end

return { main = main }
