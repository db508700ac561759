"""The Lua scripts: each is one atomic turn, and a script that runs twice changes nothing the second time."""

from __future__ import annotations

PUBLISH = """
-- KEYS: seen, signals, state, outbox...   ARGV: seconds, length, states, id, type, brand, at, severity, incident, signal
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'id', ARGV[4], 'type', ARGV[5], 'brand', ARGV[6],
           'at', ARGV[7], 'severity', ARGV[8], 'signal', ARGV[10])
local known = redis.call('HGET', KEYS[3], ARGV[9])
if not known or cjson.decode(known).at <= ARGV[7] then redis.call('HSET', KEYS[3], ARGV[9], ARGV[10]) end
if redis.call('HLEN', KEYS[3]) > tonumber(ARGV[3]) then
  local all, oldest, name = redis.call('HGETALL', KEYS[3]), nil, nil
  for i = 1, #all, 2 do
    local signal = cjson.decode(all[i + 1])
    if signal.edge == 'resolved' and (not oldest or signal.at < oldest) then oldest, name = signal.at, all[i] end
  end
  if name then redis.call('HDEL', KEYS[3], name) end
end
for i = 4, #KEYS do redis.call('XADD', KEYS[i], '*', 'id', ARGV[4], 'signal', ARGV[10]) end
redis.call('SET', KEYS[1], ARGV[7], 'EX', ARGV[1])
return 1
"""
"""1 if the signal was new. The mark is set last: a script that breaks off (a key of the wrong type) repeats, never drops.

Instants have one width, so their order is that of their text. Of a brand's incidents beyond `states` the longest
resolved is forgotten.
"""

TAKE_DUE = """
-- KEYS: due, outbox, attempts   ARGV: now, leased until, count
local taken = {}
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
  local found = redis.call('XRANGE', KEYS[2], entry, entry)
  if found[1] then
    redis.call('ZADD', KEYS[1], ARGV[2], entry)
    taken[#taken + 1] = {entry, found[1][2], redis.call('HGET', KEYS[3], entry) or '0'}
  else
    redis.call('ZREM', KEYS[1], entry)
    redis.call('HDEL', KEYS[3], entry)
  end
end
return taken
"""
"""Takes entries whose time has come, under a lease: a taker that dies leaves them due again when the lease ends."""

SETTLE = """
-- KEYS: outbox, due, attempts, record   ARGV: group, entry, length ('0': never trimmed), field, value...
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then return 0 end
if ARGV[3] == '0' then redis.call('XADD', KEYS[4], '*', unpack(ARGV, 4))
else redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4)) end
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('HDEL', KEYS[3], ARGV[2])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
"""
"""Ends an entry's life, delivered or dead: the record of it first, then the acknowledgement."""

POSTPONE = """
-- KEYS: outbox, due, attempts   ARGV: group, entry, due at, attempts
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
"""Moves an entry from the group's pending list to the delayed queue; the entry itself stays in the outbox."""
