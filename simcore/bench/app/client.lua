local function main(times, server)
    local inbox, number = process.inbox(), 0
    for _ = 1, times do
        process.send(server, "ball", number)
        number = inbox:receive():payload()
    end
    return number
end

return { main = main }
