-- Tries every verb that Lua alone has, once, and returns how each was answered: its kind and its message where that is an
-- error, which was returned or raised.

local security = require("security")
local funcs = require("funcs")
local events = require("events")

local actor, scope -- another actor, and a scope that holds a policy

local function other_policy()
    return scope:policies()[1]
end

local DEEDS = {
    ["funcs.call"] = function(subject) return funcs.call(subject.id) end,
    ["funcs.async"] = function(subject) return funcs.async(subject.id) end,
    ["call of an executor"] = function(subject) return funcs.new():call(subject.id) end,
    ["with_context of an executor"] = function() return funcs.new():with_context({ of = "the executor" }) end,
    ["with_actor of an executor"] = function() return funcs.new():with_actor(actor) end,
    ["with_scope of an executor"] = function() return funcs.new():with_scope(scope) end,
    ["new_actor"] = function(subject) return security.new_actor(subject.id) end,
    ["new_scope"] = function() return security.new_scope({}) end,
    ["with of a scope"] = function() return scope:with(other_policy()) end,
    ["without of a scope"] = function() return scope:without(other_policy()) end,
    ["policy in Lua"] = function(subject) return security.policy(subject.id) end,
    ["named_scope in Lua"] = function(subject) return security.named_scope(subject.id) end,
    ["events.subscribe"] = function(subject) return events.subscribe(subject.name) end,
    ["events.send"] = function(subject) return events.send(subject.name, "kind", "path") end,
}

local function answer(subject)
    local ok, value, problem = pcall(DEEDS[subject.verb], subject)
    if not ok then
        problem = value
    end
    if problem == nil then
        return { verb = subject.verb, kind = "", message = "" }
    end
    if type(problem) == "string" then
        return { verb = subject.verb, kind = "a text", message = problem }
    end
    local details = problem:details() or {}
    return {
        verb = subject.verb,
        kind = problem:kind(),
        message = problem:message(),
        action = details.action or "",
        resource = details.resource or "",
    }
end

local function all(subjects)
    local answers = {}
    for _, subject in ipairs(subjects) do
        answers[#answers + 1] = answer(subject)
    end
    return answers
end

local function main(state, subjects, other_actor, other_scope, begun)
    if state == "after an upgrade" and not begun then
        process.upgrade("", state, subjects, other_actor, other_scope, "again")
    end
    actor, scope = other_actor, other_scope
    if state == "with names" or state == "linked" or state == "monitored" then
        process.inbox():receive()
    end
    if state ~= "in another coroutine" then
        return all(subjects)
    end
    local done = channel.new(1)
    coroutine.spawn(function()
        done:send(all(subjects))
    end)
    local answers = done:receive()
    return answers
end

return { main = main }
