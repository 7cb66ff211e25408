-- Sends the requests of a file in turn, one a line: method, path, headers, body, with tabs between.
-- Prints what came of them as JSON on the last line.
local requests = {}
local position = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, headers, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local fields = {}
    for name, value in headers:gmatch("([^:|]+): ([^|]+)") do fields[name] = value end
    requests[#requests + 1] = wrk.format(method, path, fields, body ~= "" and body or nil)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests":%d,"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"refused":%d,"lost":%d}\n',
    summary.requests, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, errors.status, lost))
end
