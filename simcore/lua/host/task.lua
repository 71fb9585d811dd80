-- Coroutines: the tasks that Python resumes, those that a program makes itself, and the bounds that hold in both.
--
-- A task gives control to Python by yielding HOST, the number of an operation, and scalars. A coroutine of the program
-- passes such a yield on to the one that resumed it, until it reaches the task.

local H = ...

local type, error, next = type, error, next
local raw_pcall, raw_xpcall, sethook, getinfo = pcall, xpcall, debug.sethook, debug.getinfo
local create, raw_resume, raw_yield = coroutine.create, coroutine.resume, coroutine.yield
local find, gsub = string.find, string.gsub
local running, status, isyieldable = coroutine.running, coroutine.status, coroutine.isyieldable

local HOST = {} -- first value of a yield that is meant for Python
local STOP = {} -- what is thrown when a bound was reached; no program gets hold of it
local STRIDE = 1000 -- instructions between two looks at the bound
local LOOK = 500 -- of these looks, until it is looked whether they take too long by the clock
local NO_MEMORY = "not enough memory"
-- Calls inside each other. Stock Lua has bounds of its own, which differ between its builds and are not counted in calls;
-- they lie above this one for all but functions with hundreds of locals.
local DEPTH_MAX = 20000
local OVERFLOW = "stack overflow"
local PLACE_MAX = 50 -- levels that are searched for the line of an overflow, which takes longer the deeper it lies
local C_OVERFLOW = "C stack overflow$" -- of Lua: calls through the C library inside each other
local HANDLER_OVERFLOW = "error in error handling"

-- Bounds

-- The level of the program's innermost function, as the caller counts, within *most* levels; nil where there is none.
local function level_of_program(most)
    for level = 3, most do
        local info = getinfo(level, "S")
        if not info then
            return nil
        elseif not H.is_host(info) then
            return level - 1
        end
    end
end

function H.exhaust(which)
    if not H.exhausted then
        H.exhausted, H.exhausted_at = which, H.place_in(running())
    end
    error(STOP, 0)
end

local until_look = LOOK

local function count(instructions)
    local used = H.used + instructions
    H.used = used
    until_look = until_look - 1
    if until_look <= 0 then
        until_look = LOOK
        if not H.look() then
            H.exhaust("time")
        end
    end
    if used > H.limit or H.exhausted then
        H.exhaust("instructions")
    end
end

local function count_instructions()
    count(STRIDE)
    if getinfo(DEPTH_MAX, "l") then
        -- As many as it takes to come here from the top at least. A protected call near by catches it, and whoever calls
        -- again from there goes on at this depth, where each error takes long.
        until_look = 0
        count(DEPTH_MAX)
        local level = level_of_program(PLACE_MAX)
        error(OVERFLOW, level or 0)
    end
end

local function new_coroutine(body)
    local new = create(body)
    sethook(new, count_instructions, "", STRIDE) -- a hook belongs to one coroutine, so each gets its own (lua 9.7)
    return new
end

-- Pass on results of a protected call, unless a bound was reached: that cannot be caught.
local function unless_exhausted(ok, ...)
    if H.exhausted then
        error(STOP, 0)
    elseif not ok then
        return false, H.caught((...))
    end
    return ok, ...
end

-- That deep Lua cannot call the hook either: it is what has raised this, in place of counting, or may be. Who calls again
-- wherever calls went too deep would go on, in twice as many places at each level, for longer than anybody waits.
local function count_overflow(problem)
    if problem == HANDLER_OVERFLOW or (type(problem) == "string" and find(problem, C_OVERFLOW)) then
        count(STRIDE)
    end
end

-- What a program may see of an error: not the end of memory, and one text for all ways in which calls go too deep.
function H.caught(problem)
    if problem == NO_MEMORY then
        H.exhaust("memory")
    end
    count_overflow(problem)
    return H.overflow_or(problem)
end

function H.overflow_or(problem)
    if problem == HANDLER_OVERFLOW then
        return OVERFLOW
    elseif type(problem) == "string" and find(problem, C_OVERFLOW) then
        return (gsub(problem, C_OVERFLOW, OVERFLOW))
    end
    return problem
end

-- Called where an error is raised: when a protected call has returned, nobody can tell any more what line that was.
local function placed_here(problem)
    return H.placed(problem, running())
end

function H.pcall(body, ...)
    return unless_exhausted(raw_xpcall(body, placed_here, ...))
end

function H.xpcall(body, handler, ...)
    if type(handler) ~= "function" then
        H.bad_argument(2, "xpcall", "function", handler)
    end
    return unless_exhausted(raw_xpcall(body, function(problem)
        if H.exhausted or problem == NO_MEMORY then
            return problem
        end
        return handler(H.overflow_or(placed_here(problem)))
    end, ...))
end

-- The coroutine library of the program

local WEAK_KEYS = { __mode = "k" }
local tasks = {} -- token -> task
local task_of = setmetatable({}, WEAK_KEYS) -- coroutine of a task -> its task
local tokens = 0

local waiting = setmetatable({}, WEAK_KEYS) -- coroutines of the program that wait for an answer of Python

local go_on

-- What a coroutine of the program gave: its own values, or a yield for Python, which is passed on.
local function pass_on(co, ok, ...)
    if ok and ... == HOST then
        waiting[co] = true
        return go_on(co, raw_yield(...))
    elseif not ok then
        return unless_exhausted(false, H.placed((...), co))
    end
    return unless_exhausted(ok, ...)
end

function go_on(co, ...)
    waiting[co] = nil
    return pass_on(co, raw_resume(co, ...))
end

local function resume_unless_busy(co, ...)
    if task_of[co] then
        return false, "cannot resume a coroutine that the process schedules itself"
    elseif waiting[co] then
        return false, "cannot resume a coroutine that waits in a blocking call"
    end
    return go_on(co, ...)
end

local function resume(co, ...)
    if type(co) ~= "thread" then
        H.bad_argument(1, "resume", "coroutine", co)
    end
    return resume_unless_busy(co, ...)
end

local function unwrap(ok, ...)
    if not ok then
        error((...), 0)
    end
    return ...
end

local function wrap(body)
    if type(body) ~= "function" then
        H.bad_argument(1, "wrap", "function", body)
    end
    local co = new_coroutine(body)
    return function(...)
        return unwrap(resume_unless_busy(co, ...))
    end
end

local function yield(...)
    if task_of[running()] then
        H.fail("attempt to yield from outside a coroutine")
    end
    return raw_yield(...)
end

local function new_task(body, process)
    tokens = tokens + 1
    local task = { co = new_coroutine(body), process = process, token = tokens }
    tasks[tokens] = task
    task_of[task.co] = task
    process.tasks[tokens] = true
    return task
end

-- Operations. Python answers with a status and values: all went well; it failed (nil, error); it was refused
-- (false, error); its text is to be raised; the error itself is to be raised.

local function failure(message, kind, retryable, details)
    return H.new_error(message, kind, retryable, details and H.decode(details))
end

H.failure = failure

local function answered(code, ...)
    if code == 0 then
        return ...
    elseif code == 1 then
        return nil, failure(...)
    elseif code == 2 then
        return false, failure(...)
    elseif code == 4 then
        error(failure(...), 0)
    end
    H.fail((...))
end

function H.operate(operation, ...)
    return answered(raw_yield(HOST, operation, ...))
end

function H.operate_unanswered(operation, ...)
    return raw_yield(HOST, operation, ...)
end

H.answered = answered

local function spawn(body)
    if type(body) ~= "function" then
        H.bad_argument(1, "spawn", "function", body)
    end
    local task = new_task(body, H.current)
    H.operate("go", task.token)
    return task.co
end

H.coroutine = H.read_only({
    create = function(body)
        if type(body) ~= "function" then
            H.bad_argument(1, "create", "function", body)
        end
        return new_coroutine(body)
    end,
    isyieldable = isyieldable,
    resume = resume,
    running = function()
        return (running())
    end,
    spawn = spawn,
    status = status,
    wrap = wrap,
    yield = yield,
})

-- What Python calls, always from the main state. Every answer is a word and scalars.

local processes = {}
local WEAK = { __mode = "v" }

function H.process_of(id)
    return processes[id]
end

-- Coroutines are dropped where they stand: `coroutine.close` would run what they have pending in `__close`.
function H.forget_tasks()
    H.current, H.exhausted, H.exhausted_at, H.used, until_look = nil, nil, nil, 0, LOOK
    tasks, tokens, processes = {}, 0, {}
    task_of, waiting = setmetatable({}, WEAK_KEYS), setmetatable({}, WEAK_KEYS)
end

local function details_data(state)
    if state.details then
        local ok, data = raw_pcall(H.encode, state.details)
        return ok and data or nil
    end
    return nil
end

-- The text of a program's own error value may be made by the program, so that runs under the bound as well.
local function state_of_error(problem)
    if type(problem) ~= "table" or H.is_error(problem) then
        return H.error_state(problem)
    end
    local co = new_coroutine(H.error_state)
    local ok, state = raw_resume(co, problem)
    if ok and status(co) == "dead" then
        return state
    end
    return { message = "an error whose text cannot be made", kind = "" }
end

-- *place* is where a value was raised that names no line in its text, and nil for others.
local function failed(problem, place)
    if H.exhausted then
        return "exhausted", H.exhausted, H.exhausted_at
    elseif problem == NO_MEMORY then
        return "exhausted", "memory"
    end
    local state = state_of_error(H.caught(problem))
    if H.exhausted then
        return "exhausted", H.exhausted, H.exhausted_at
    end
    return "failed", state.message, state.kind, state.retryable, details_data(state), place
end

-- What is returned as a second value, as far as it can be copied
local function second_data(value)
    local ok, data = raw_pcall(H.encode, value)
    if ok then
        return data
    end
    return "N"
end

-- A second value that is a text or an error object is the result, and the first is discarded (process 2.4)
local function ended(task, value, problem)
    tasks[task.token] = nil
    task.process.tasks[task.token] = nil
    if not task.is_main then
        return "done", "N"
    elseif type(problem) == "string" then
        -- Whether that is to be tried again is for Python to say (process 14.4).
        local word, message, kind, _, details = failed(problem)
        return word, message, kind, "returned", details
    elseif H.is_error(problem) then
        return failed(problem)
    end
    local ok, data = raw_pcall(H.encode, value)
    if not ok then
        return failed(data)
    end
    -- A second result that is neither is no failure of the process, but it is one of a test.
    local second = problem and second_data(problem) or false
    if H.exhausted then
        return "exhausted", H.exhausted, H.exhausted_at
    end
    return "done", data, second
end

local function settled(task, ok, first, ...)
    if H.exhausted then
        return "exhausted", H.exhausted, H.exhausted_at
    elseif not ok then
        tasks[task.token] = nil
        return failed(H.placed(first, task.co), type(first) ~= "string" and H.place_in(task.co) or nil)
    elseif first == HOST then
        return ...
    end
    return ended(task, first, ...)
end

-- Go on with a task. *fresh* begins a new step, with a new budget of instructions.
function H.resume(token, fresh, ...)
    local task = tasks[token]
    H.current = task.process
    if fresh then
        H.used = 0
    end
    return settled(task, raw_resume(task.co, ...))
end

-- Begin a process of a defined program. Its task runs the module body first and then yields "ready"; the next resume
-- enters its main function with the decoded arguments.
function H.open(id, program, pid, frame_id, dialect)
    local process = {
        id = id,
        pid = pid,
        frame_id = frame_id,
        dialect = dialect,
        tasks = {},
        values = {},
        values_count = 0,
        channels = {},
        made = setmetatable({}, WEAK),
        made_numbers = {},
    }
    processes[id] = process
    local task = new_task(function()
        local main = H.instantiate(process, program)
        if not main then
            raw_yield(HOST, "no method")
        end
        local arguments, count = H.decode_all(raw_yield(HOST, "ready"))
        return main(table.unpack(arguments, 1, count))
    end, process)
    task.is_main = true
    return task.token
end

function H.close(id)
    local process = processes[id]
    if process then
        for token in next, process.tasks do
            tasks[token] = nil
        end
        processes[id] = nil
    end
end

-- Values that wait in a channel stay here; Python has their number only.

function H.put(process, value)
    local number = process.values_count + 1
    process.values_count = number
    process.values[number] = value
    return number
end

function H.take(process, number)
    local value = process.values[number]
    process.values[number] = nil
    return value
end
