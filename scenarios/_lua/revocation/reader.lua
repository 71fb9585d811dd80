-- Reads some pages now and then, as long as it may.

local time = require("time")

local ROUNDS, PAGES = 3, 4

local function main()
    for _ = 1, ROUNDS do
        for _ = 1, PAGES do
            assert(process.send("ledger", "read"))
        end
        time.sleep("1ms")
    end
end

return { main = main }
