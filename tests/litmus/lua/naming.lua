-- Those who want the name `n`.

local gather = require("gather")
local naming = {}

function naming.keeping()
    local registered = gather.answer(process.registry.register("n"))
    gather.all()
    return registered
end

function naming.careful()
    if process.registry.lookup("n") then
        return "found"
    end
    return naming.keeping()
end

function naming.unregistering()
    return (process.registry.unregister("n"))
end

function naming.looking()
    return process.registry.lookup("n") and "found" or "nobody"
end

return naming
