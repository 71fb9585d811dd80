-- Starts readers who may what their group may now; when that is closed, asks for their ends, and tells the ledger: at once,
-- or when it has heard of each end, since what somebody has sent comes before its EXIT.

local security = require("security")

local HOST = "ledger:processes"

local function started(): string
    local scope = assert(security.named_scope("ledger:readers"))
    local builder = process.with_context({}):with_actor(security.new_actor("reader")):with_scope(scope)
    return assert(builder:spawn_monitored("ledger:reader", HOST))
end

local function main(careful: boolean)
    assert(process.registry.register("desk"))
    local inbox, events = process.inbox(), process.events()
    local readers: {string} = {}
    while true do
        if inbox:receive():topic() == "open" then
            table.insert(readers, started())
        else
            for _, reader in ipairs(readers) do
                process.terminate(reader)
            end
            for _ = 1, careful and #readers or 0 do
                events:receive()
            end
            readers = {}
            assert(process.send("ledger", "closed"))
        end
    end
end

return { main = main }
