-- Sends one prepared request after the other: each line of the file given after `--` is `token<TAB>body`.
-- It is meant for one wrk thread; every line is used once.
local lines = {}
local position = 0

init = function(arguments)
  for line in io.lines(arguments[1]) do
    local token, body = line:match("^(%S+)\t(.*)$")
    lines[#lines + 1] = wrk.format("POST", nil,
      { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }, body)
  end
end

request = function()
  position = position + 1
  if position > #lines then
    error("all prepared requests are used up")
  end
  return lines[position]
end
