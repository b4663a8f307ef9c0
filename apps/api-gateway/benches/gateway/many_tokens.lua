-- Calls with many tokens in turn, so that a gateway which remembers one of them never meets it again in time.
local requests = {}
local turn = 0

function init()
    for token in io.lines(os.getenv("BENCH_TOKENS")) do
        requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
