-- The ctx module: the context values that the process was given, read only (lua 6.6).

local H = ...

local type = type

local function get(key)
    if type(key) ~= "string" then
        H.bad_argument(1, "get", "string", key)
    end
    return H.decoded(H.answered(H.context_value(H.current.id, key)))
end

local function all()
    return H.decode(H.context_values(H.current.id))
end

H.ctx = H.read_only({ get = get, all = all })
