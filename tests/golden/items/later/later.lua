-- Tests that pass, and what each of them leaves behind. Their text must stay as it is: a case of one is kept.

local HOST = "golden.later:processes"
local later = {}

function later.server()
    while true do
        process.inbox():receive()
    end
end

function later.counts_down(from)
    for _ = 1, from do
        time.sleep("1s")
    end
end

function later.calls_late()
    time.sleep("250ms")
    process.call("golden.later:server", HOST)
end

function later.fails_late()
    time.sleep("3s")
    error("the pump is dry")
end

function later.ticks(every)
    while true do
        time.sleep(every)
    end
end

local function starts(name, ...)
    local arguments = { ... }
    return function()
        for _ = 1, 2 do
            assert(process.spawn("golden.later:" .. name, HOST, table.unpack(arguments)))
        end
        return true
    end
end

later.it_comes_to_rest = starts("counts_down", 5)
later.it_waits_in_vain = starts("calls_late")
later.it_fails = starts("fails_late")
later.it_ticks = starts("ticks", "20s")
later.it_ticks_fast = starts("ticks", "1ms")

return later
