-- Serves until it swallows poison.

local function main()
    assert(process.registry.register("worker"))
    local inbox = process.inbox()
    while true do
        local message = inbox:receive()
        if message:topic() == "poison" then
            error("swallowed poison")
        end
        process.send(message:payload(), "served", process.pid())
    end
end

return { main = main }
