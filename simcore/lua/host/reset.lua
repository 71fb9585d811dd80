-- What a world leaves in the state, and the next world must not find. Each file of the host that keeps something has a
-- function beside it which forgets it; all of them are called here, and nothing else resets anything.

local H = ...

local last_serial = H.last_serial() -- that of the host's own objects, which stay

-- No code of a program runs in it. What a program has made is then out of reach, for the collector to take.
function H.reset()
    H.forget_tasks()
    H.forget_programs()
    H.forget_serials(last_serial)
    H.forget_walks()
    H.forget_classes()
    H.forget_formats()
end
