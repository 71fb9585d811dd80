-- Channels as the program sees them. Channels themselves, and select, are in Python; here are their handles, and the
-- values that wait in them.

local H = ...

local type, error, select, unpack = type, error, select, table.unpack
local OPAQUE, operate = H.OPAQUE, H.operate

local methods = {}
H.Channel = H.class("channel", methods)
H.Case = H.class("case", {})
local Channel, Case = H.Channel, H.Case

-- The one handle of a channel that belongs to a subscription: the program may ask for it again at any time, also for
-- that of a channel of its own.
function H.subscribed_channel(number)
    local process = H.current
    local known = process.channels[number]
    if not known then
        known = process.made[number] or H.object(Channel, number)
        process.channels[number] = known
    end
    return known
end

-- Nobody can ask again for the handle of what the program made once the program has lost it, so it is held weakly, and
-- Python forgets what it stands for at the next sweep.
function H.made(number, handle)
    local process = H.current
    process.made[number] = handle
    process.made_numbers[#process.made_numbers + 1] = number
    return handle
end

local function made_channel(number)
    return H.made(number, H.object(Channel, number))
end
H.made_channel = made_channel

-- The numbers of what was made and the program has lost, as one text.
function H.sweep(id)
    local process = H.process_of(id)
    local kept, lost = {}, {}
    for _, number in ipairs(process.made_numbers) do
        local list = process.made[number] and kept or lost
        list[#list + 1] = number
    end
    process.made_numbers = kept
    return table.concat(lost, " ")
end

local function number_of(channel, method)
    if not H.is_a(channel, Channel) then
        H.fail("bad argument #1 to " .. method .. " (channel expected)")
    end
    return channel[OPAQUE]
end
H.channel_number = number_of

-- What a channel carries: a value of this process, or something that arrived and is made into a value here.

local arrivals = {
    none = function() end,
    value = function(number)
        return H.take(H.current, number)
    end,
    raw = H.decode,
    message = function(topic, sender, data)
        return H.new_message(topic, sender, data)
    end,
    time = function(at_ns)
        return H.new_time(at_ns)
    end,
    event = function(data, value_data, at_ns)
        return H.new_event(data, value_data, at_ns)
    end,
    payload = function(data)
        return H.new_payload(H.decode(data))
    end,
    error = function(...)
        return H.failure(...)
    end,
}

local function arrived(form, ok, ...)
    return (arrivals[form](...)), ok
end

-- A blocked sender whose channel is closed: its value is nobody's any more.
local function sent(number, code, ...)
    if code ~= 0 then
        H.take(H.current, number)
    end
    return H.answered(code, ...)
end

function methods.send(channel, value)
    local id = number_of(channel, "send")
    local number = H.put(H.current, value)
    return sent(number, H.operate_unanswered("channel send", id, number))
end

function methods.receive(channel)
    return arrived(operate("channel receive", number_of(channel, "receive")))
end

function methods.close(channel)
    local number = number_of(channel, "close")
    H.current.channels[number] = nil -- no subscription answers it any more
    return operate("channel close", number)
end

function methods.case_send(channel, value)
    return H.object(Case, { id = number_of(channel, "case_send"), channel = channel, is_send = true, value = value })
end

function methods.case_receive(channel)
    return H.object(Case, { id = number_of(channel, "case_receive"), channel = channel })
end

local function new(capacity)
    if capacity == nil then
        capacity = 0
    elseif type(capacity) ~= "number" then
        H.bad_argument(1, "new", "number", capacity)
    end
    return made_channel(H.new_channel(H.current.id, capacity > 0 and capacity // 1 | 0 or 0))
end

-- select(cases): the arguments are channel numbers, each followed by the number of the value to send or by -1.
local function arguments_of(cases)
    local arguments, chosen = {}, {}
    for i = 1, #cases do
        local case = cases[i]
        if H.is_a(case, Case) then
            local state = case[OPAQUE]
            chosen[#chosen + 1] = state
            arguments[#arguments + 1] = state.id
            arguments[#arguments + 1] = state.is_send and H.put(H.current, state.value) or -1
        end
    end
    return arguments, chosen
end

-- Values of the send cases that were not taken.
local function take_back(arguments, index)
    for i = 2, #arguments, 2 do
        if arguments[i] ~= -1 and i ~= 2 * index then
            H.take(H.current, arguments[i])
        end
    end
end

local function selected(arguments, chosen, code, index, form, ok, ...)
    if code ~= 0 then
        take_back(arguments, 0)
        return H.answered(code, index, form, ok, ...)
    end
    take_back(arguments, index)
    if index == 0 then
        return { default = true, ok = true }
    end
    local state = chosen[index]
    if state.is_send then
        return { channel = state.channel, value = state.value, ok = true }
    end
    return { channel = state.channel, value = (arrivals[form](...)), ok = ok }
end

local function select_case(cases, default)
    if type(cases) ~= "table" or H.class_of(cases) then
        H.bad_argument(1, "select", "table", cases)
    end
    local arguments, chosen = arguments_of(cases)
    local has_default = default == true or cases.default == true
    return selected(arguments, chosen, H.operate_unanswered("select", has_default, unpack(arguments)))
end

-- subscribe and unsubscribe: a topic's messages into a channel of the program's own (lua 6.14).

function H.subscribe(topic, channel)
    if type(topic) ~= "string" then
        H.bad_argument(1, "subscribe", "string", topic)
    elseif not H.is_a(channel, Channel) then
        H.bad_argument(2, "subscribe", "channel", channel)
    end
    local number = channel[OPAQUE]
    local subscribed, problem = operate("subscribe", topic, number)
    if subscribed then
        H.subscribed_channel(number) -- held from now on, also where the program loses it
    end
    return subscribed, problem
end

-- What process.unlisten does as well.
function H.unlisten(channel, name)
    local number = number_of(channel, name)
    local ended, problem = operate("unlisten", number)
    if ended then
        H.current.channels[number] = nil
    end
    return ended, problem
end

function H.unsubscribe(channel)
    return H.unlisten(channel, "unsubscribe")
end

H.channel = H.read_only({ new = new, select = select_case })
