-- Looks things up, each query another text; called as
--   wrk -s lookups.lua URL -- START SUBJECT...
-- START: the number of the first query, so that no two runs ask the same; -1 repeats one query.
local subjects = {}
local number, repeated = 0, false

function init(args)
  number = tonumber(args[1])
  repeated = number < 0
  for i = 2, #args do subjects[#subjects + 1] = args[i] end
  wrk.headers["Accept"] = "application/sparql-results+json"
end

function request()
  if not repeated then number = number + 1 end
  local n = repeated and 0 or number
  local subject = subjects[n % #subjects + 1]
  local variable = "%3Fo" .. n
  return wrk.format("GET", wrk.path .. "?query=SELECT+%3Fp+" .. variable ..
    "+%7B+" .. subject .. "+%3Fp+" .. variable .. "+%7D")
end
