-- Passes what visitors ask on to the store; it may send, and do nothing else.

local function main(store)
    local inbox, events = process.inbox(), process.events()
    while true do
        local got = channel.select({ inbox:case_receive(), events:case_receive() })
        if got.channel == events then
            return "closed"
        end
        if got.value:topic() == "visit" then
            process.send(store, "count", process.pid())
        end
    end
end

return { main = main }
