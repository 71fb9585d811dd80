-- Starts the workers, restarts those that fail, and gives up when they fail too often.

local logger = require("logger")
local time = require("time")
local protocol = require("protocol")

local log = logger:named("orders.supervisor")

local WORKERS = { "shop.orders:payment" }
local RESTARTS_MAX = 3
local STOP_TIMEOUT = "2s"

type Children = { [string]: string }

local function start(children: Children, id: string)
    local pid, err = process.spawn_linked_monitored(id, protocol.HOST)
    if not pid then
        error("cannot start " .. id .. ": " .. tostring(err))
    end
    children[pid :: string] = id
end

-- Ask every child to end, and end those that do not.
local function stop(children: Children)
    local events = process.events()
    for pid in pairs(children) do
        process.cancel(pid, STOP_TIMEOUT)
    end
    local expired = time.after(STOP_TIMEOUT)
    while next(children) do
        local result = channel.select({ events:case_receive(), expired:case_receive() })
        if result.channel == expired then
            for pid in pairs(children) do
                process.terminate(pid)
            end
            return
        end
        if result.value.kind == process.event.EXIT then
            children[result.value.from] = nil
        end
    end
end

local function main(): (any, string?)
    process.set_options({ trap_links = true })
    local events = process.events()
    local children: Children = {}
    local restarts = 0
    for _, id in ipairs(WORKERS) do
        start(children, id)
    end

    while true do
        local event, ok = events:receive()
        if not ok then
            return nil, "events closed"
        end
        if event.kind == process.event.CANCEL then
            stop(children)
            return restarts
        end
        -- A child that fails is told twice, as EXIT and as LINK_DOWN. The exit is what counts.
        local id = children[event.from]
        if event.kind == process.event.EXIT and id then
            children[event.from] = nil
            if restarts == RESTARTS_MAX then
                return nil, id .. " fails too often"
            end
            restarts = restarts + 1
            log:warn("restarting", { worker = id, restarts = restarts, reason = event.result.error })
            start(children, id)
        end
    end
end

return { main = main }
