-- One use of each verb that needs a permission.

local security = require("security")

local HOST, LEAF = "page:processes", "page:leaf"
local verbs = {}

for _, name in ipairs({ "spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "call" }) do
    verbs[name] = function()
        return process[name](LEAF, HOST)
    end
end

for _, name in ipairs({ "terminate", "cancel", "monitor", "unmonitor", "link", "unlink" }) do
    verbs[name] = function(target)
        return process[name](target)
    end
end

function verbs.send(target)
    return process.send(target, "greeting")
end

function verbs.with_context()
    return process.with_context({})
end

function verbs.with_actor()
    return process.with_context({}):with_actor(security.new_actor("alice"))
end

function verbs.with_scope()
    return process.with_context({}):with_scope(security.new_scope({}))
end

function verbs.register()
    return process.registry.register("name")
end

function verbs.unregister()
    return process.registry.unregister("name")
end

function verbs.spawn_secured()
    return process.with_context({}):with_actor(security.new_actor("alice")):spawn(LEAF, HOST)
end

-- The kind of the error that a verb gives, returned or raised, or "true".
local function verb(name, target)
    local done, value, problem = pcall(verbs[name], target)
    if not done then
        return value:kind()
    end
    return problem and problem:kind() or "true"
end

return { verb = verb }
