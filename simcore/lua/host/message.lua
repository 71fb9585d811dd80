-- Messages and lifecycle events as the program sees them (process 3.8, 4.1, 16.1).

local H = ...

local OPAQUE = H.OPAQUE
local SENDER, DATA, VALUE = {}, {}, {}

local methods = {}
H.Message = H.class("message", methods)
local Message = H.Message

function H.new_message(topic, sender, data)
    local message = H.object(Message, topic)
    -- Written below the metatable, which lets nobody else add a key.
    rawset(message, SENDER, sender)
    rawset(message, DATA, data)
    return message
end

local function check(message, method)
    if not H.is_a(message, Message) then
        H.bad_argument(1, method, "message", message)
    end
end

function methods.topic(message)
    check(message, "topic")
    return message[OPAQUE]
end

function methods.from(message)
    check(message, "from")
    return rawget(message, SENDER)
end

local function wrapped(data)
    local values, count = H.decode_all(data)
    if count == 0 then
        return nil
    end
    for i = 1, count do
        values[i] = H.new_payload(values[i])
    end
    return count == 1 and values[1] or values
end

-- Decoded when it is first asked for, and then the same value each time.
function methods.payload(message)
    check(message, "payload")
    local data = rawget(message, DATA)
    if data then
        rawset(message, DATA, nil)
        local read = H.current.dialect == "current" and wrapped or H.decode
        rawset(message, VALUE, (read(data)))
    end
    return rawget(message, VALUE)
end

-- The fields of an event are written by Python as a map; the value of an exit comes beside it, as it was copied.
function H.new_event(data, value_data, at_ns)
    local event = H.decode(data)
    if value_data then
        event.result = { value = H.decode(value_data) }
    end
    event.at = H.new_time(at_ns)
    return event
end
