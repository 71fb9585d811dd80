-- The function behind the shop's order form: place an order and wait until it is shipped.

local protocol = require("protocol")

local function handler(order: protocol.Order): (any, string?)
    if type(order) ~= "table" or type(order.customer) ~= "string" then
        return nil, "an order needs a customer"
    end
    return protocol.ask(protocol.COORDINATOR, protocol.ORDER, order, "10s")
end

return { handler = handler }
