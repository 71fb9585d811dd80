-- The events module: the bus (lua 6.7).

local H = ...

local type = type
local OPAQUE, operate = H.OPAQUE, H.operate

local methods = {}
H.BusSubscription = H.class("subscription", methods)
local Subscription = H.BusSubscription

local function channel_of(object, method)
    if not H.is_a(object, Subscription) then
        H.bad_argument(1, method, "subscription", object)
    end
    return object[OPAQUE]
end

function methods.channel(object)
    return channel_of(object, "channel")
end

-- Closing again is no error.
function methods.close(object)
    operate("unsubscribe bus", H.channel_number(channel_of(object, "close"), "close"))
    return true
end

local function subscription_or_error(number, problem)
    if number then
        return H.object(Subscription, H.subscribed_channel(number))
    end
    return nil, problem
end

local function check_text(value, position, method)
    if type(value) ~= "string" then
        H.bad_argument(position, method, "string", value)
    end
end

local function subscribe(system, kind)
    check_text(system, 1, "subscribe")
    if kind == nil then
        kind = "**"
    end
    check_text(kind, 2, "subscribe")
    return subscription_or_error(operate("subscribe bus", system, kind))
end

local function send(system, kind, path, data)
    check_text(system, 1, "send")
    check_text(kind, 2, "send")
    check_text(path, 3, "send")
    local event = H.encode({ system = system, kind = kind, path = path, data = data })
    return operate("send bus", system, kind, path, event)
end

H.events = H.read_only({ subscribe = subscribe, send = send })
