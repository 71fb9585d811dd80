-- Traps links and brings its worker back, a number of times.

local HOST = "app:processes"

local function main(restarts: integer): integer
    process.set_options({ trap_links = true })
    local events = process.events()
    local child = assert(process.spawn_linked("app:worker", HOST))
    for _ = 1, restarts do
        local event = events:receive()
        assert(event.kind == process.event.LINK_DOWN and event.from == child, "unexpected " .. event.kind)
        child = assert(process.spawn_linked("app:worker", HOST))
    end
    return restarts
end

return { main = main }
