-- Counts one request by the generic cell rate algorithm; gcra.rs explains it.
--
-- KEYS[1]  whose requests
-- ARGV[1]  microseconds one request takes
-- ARGV[2]  microseconds all together may take
-- ARGV[3]  microseconds the asking server knows to be taken: it may have counted while this one was away
--
-- Returns whether the request is allowed (1 or 0), microseconds taken now, and microseconds to wait.
local share, whole, known = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local stored = redis.call('GET', KEYS[1])
local arrival = stored and tonumber(string.match(stored, '^%d+')) or now
local taken = math.min(math.max(arrival - now, known, 0), whole)
local after = taken + share
if after > whole then
    return {0, taken, after - whole}
end
redis.call('SET', KEYS[1], string.format('%.0f %.0f', now + after, share), 'PX', math.ceil(after / 1000))
return {1, after, 0}
