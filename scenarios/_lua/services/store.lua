-- Counts what it is asked for, and breaks at a message that it does not know.

local function main()
    process.registry.register("store")
    local inbox, events = process.inbox(), process.events()
    local count = 0
    while true do
        local got = channel.select({ inbox:case_receive(), events:case_receive() })
        if got.channel == events then
            return count
        end
        if got.value:topic() ~= "count" then
            error("the store does not know " .. got.value:topic())
        end
        count = count + 1
        process.send(got.value:payload(), "counted", count)
    end
end

return { main = main }
