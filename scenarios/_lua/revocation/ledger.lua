-- Notes what comes, in its order, and returns it when it is asked.

local function main(): {string}
    assert(process.registry.register("ledger"))
    local inbox = process.inbox()
    local noted: {string} = {}
    while true do
        local topic = inbox:receive():topic()
        if topic == "return" then
            return noted
        end
        table.insert(noted, topic)
    end
end

return { main = main }
