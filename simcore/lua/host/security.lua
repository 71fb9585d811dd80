-- Actors, policies and scopes, and the security module (lua 6.8). Each object is an immutable value: the
-- string that it travels as. What one means is decided in Python.

local H = ...

local type, find, rawget = type, string.find, rawget
local OPAQUE = H.OPAQUE

local actor_methods, policy_methods, scope_methods = {}, {}, {}
H.Actor = H.class("actor", actor_methods)
H.Policy = H.class("policy", policy_methods)
H.Scope = H.class("scope", scope_methods)
local Actor, Policy, Scope = H.Actor, H.Policy, H.Scope

H.CARRIED = { [Actor] = true, [Policy] = true, [Scope] = true }

-- The object of a travelling string, which begins with the name of its kind.
function H.carried_object(data)
    local class = find(data, "s5:actor", 1, true) == 1 and Actor or find(data, "s6:policy", 1, true) == 1 and Policy or Scope
    return H.object(class, data)
end

local function object_or_nil(data, problem)
    return data and H.carried_object(data) or nil, problem
end

-- The string of an object; nil stays nil, and what is no such object becomes an empty string, which Python refuses.
function H.carried_data(value, class)
    if value == nil then
        return nil
    end
    return H.is_a(value, class) and value[OPAQUE] or ""
end

local function data_of(object, class, name, method)
    if not H.is_a(object, class) then
        H.bad_argument(1, method, name, object)
    end
    return object[OPAQUE]
end

local function check_text(value, position, method)
    if type(value) ~= "string" then
        H.bad_argument(position, method, "string", value)
    end
end

-- Further attributes of a check, or the meta of an actor: a table or nil.
local function map_data(value, position, method)
    if value == nil then
        return ""
    elseif type(value) ~= "table" or H.class_of(value) then
        H.bad_argument(position, method, "table", value)
    end
    return H.encode(value)
end

local function evaluate(class, name)
    return function(object, actor, action, resource, meta)
        local data = data_of(object, class, name, "evaluate")
        if actor ~= nil and not H.is_a(actor, Actor) then
            H.bad_argument(2, "evaluate", "actor", actor)
        end
        check_text(action, 3, "evaluate")
        check_text(resource, 4, "evaluate")
        return H.answered(H.evaluate(data, actor and actor[OPAQUE], action, resource, map_data(meta, 5, "evaluate")))
    end
end

-- Actor

function actor_methods.id(object)
    return H.carried_part(data_of(object, Actor, "actor", "id"))
end

function actor_methods.meta(object)
    return H.decode(H.actor_meta(data_of(object, Actor, "actor", "meta")))
end

-- Policy

function policy_methods.id(object)
    return H.carried_part(data_of(object, Policy, "policy", "id"))
end

policy_methods.evaluate = evaluate(Policy, "policy")

-- Scope

-- A policy is meant by itself, by its id, or by a table with namespace and name.
local function id_of(value, method)
    if H.is_a(value, Policy) then
        return H.carried_part(value[OPAQUE])
    elseif type(value) == "table" and not H.class_of(value) then
        local namespace, name = rawget(value, "ns"), rawget(value, "name")
        if type(namespace) == "string" and type(name) == "string" then
            return namespace .. ":" .. name
        end
    elseif type(value) == "string" then
        return value
    end
    H.bad_argument(2, method, "policy or id", value)
end

scope_methods["with"] = function(object, policy)
    local data = data_of(object, Scope, "scope", "with")
    if not H.is_a(policy, Policy) then
        H.bad_argument(2, "with", "policy", policy)
    end
    return H.carried_object(H.answered(H.scope_with(H.current.id, data, policy[OPAQUE])))
end

function scope_methods.without(object, policy)
    local data = data_of(object, Scope, "scope", "without")
    return H.carried_object(H.answered(H.scope_without(H.current.id, data, id_of(policy, "without"))))
end

function scope_methods.contains(object, policy)
    return H.scope_contains(data_of(object, Scope, "scope", "contains"), id_of(policy, "contains"))
end

function scope_methods.policies(object)
    return H.decode(H.scope_policies(data_of(object, Scope, "scope", "policies")))
end

scope_methods.evaluate = evaluate(Scope, "scope")

-- The module

local function can(action, resource, meta)
    check_text(action, 1, "can")
    check_text(resource, 2, "can")
    return H.answered(H.can(H.current.id, action, resource, map_data(meta, 3, "can")))
end

local function new_actor(id, meta)
    check_text(id, 1, "new_actor")
    return H.carried_object(H.answered(H.new_actor(H.current.id, id, map_data(meta, 2, "new_actor"))))
end

local function new_scope(policies)
    if policies ~= nil and (type(policies) ~= "table" or H.class_of(policies)) then
        H.bad_argument(1, "new_scope", "table", policies)
    end
    for i, policy in ipairs(policies or {}) do
        if not H.is_a(policy, Policy) then
            H.fail("bad argument #1 to new_scope (policy expected at " .. i .. ", got " .. H.type(policy) .. ")")
        end
    end
    return H.carried_object(H.answered(H.new_scope(H.current.id, H.encode(policies))))
end

local function looked_up(name, look_up)
    return function(id)
        check_text(id, 1, name)
        return object_or_nil(H.answered(H[look_up](H.current.id, id)))
    end
end

H.security = H.read_only({
    actor = function()
        return object_or_nil(H.own_actor(H.current.id))
    end,
    scope = function()
        return object_or_nil(H.own_scope(H.current.id))
    end,
    can = can,
    new_actor = new_actor,
    new_scope = new_scope,
    policy = looked_up("policy", "policy"),
    named_scope = looked_up("named_scope", "named_scope"),
})
