local function main(times)
    local inbox = process.inbox()
    for _ = 1, times do
        local message = inbox:receive()
        process.send(message:from(), "ball", message:payload() + 1)
    end
end

return { main = main }
