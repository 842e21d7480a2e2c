using Naru.Engine.Store.Redis.Resp;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// What runs inside the store. Each script takes one key, the room's name in braces, so that a cluster keeps everything of a room
/// in one place; the keys that it uses follow from that one:
/// <code>
/// :meta    l leader, t its token, u until when it leads, v version, n clock of the line at c, p data missed since, i control ids, d last applied
/// :in      node → number and report, until it is answered
/// :log     what changed since the snapshot, an entry a commit
/// :snap    the snapshot in pieces; :snap-new one that is being written
/// :ctl     control id → what an operator changed, until it is applied
/// :claims  node → version that it holds in memory, while the store holds less than somebody has seen
/// channels :lead (a report came), :n:NODE (an answer for it)
/// </code>
/// Only who leads changes the line, and every change checks leader, token and version: a node that was paused, cut off, or asks
/// twice changes nothing.
/// </summary>
internal static class RoomScripts
{
    /// <summary>A lease that lies further ahead was written by a clock that has been set back since.</summary>
    private const string Head = """
        local b = KEYS[1]
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local function text(number) return string.format('%.0f', number) end
        local function alive(until_) local u = tonumber(until_ or '0') return u > now and u - now <= 60000 end

        """;

    /// <summary>A node reports. ARGV: node, number, report. Returns: time, whether somebody leads.</summary>
    public static readonly RedisScript Tell = new(Head + """
        redis.call('HSET', b .. ':in', ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
        redis.call('PUBLISH', b .. ':lead', '')
        local m = redis.call('HMGET', b .. ':meta', 'l', 'u')
        return {now, (m[1] and alive(m[2])) and 1 or 0}
        """);

    /// <summary>
    /// A node wants to lead. ARGV: node, version in its memory or -1, highest version seen, highest token seen, lease in ms, how long
    /// a store that lost data waits for those who remember. Returns: time, 0 somebody else leads / 1 wait / 2 it leads, token,
    /// version, clock of the line, time when that was written.
    /// </summary>
    public static readonly RedisScript Lead = new(Head + """
        local m = redis.call('HMGET', b .. ':meta', 'l', 'u', 't', 'v', 'n', 'c', 'p')
        if m[1] and m[1] ~= ARGV[1] and alive(m[2]) then return {now, 0} end
        local version, mine, seen = tonumber(m[4] or '0'), tonumber(ARGV[2]), tonumber(ARGV[3])
        if version == 0 or version < seen or version < mine then
          redis.call('HSET', b .. ':claims', ARGV[1], ARGV[2])
          local since = tonumber(m[7] or '-1')
          if since < 0 or since > now then
            since = now
            redis.call('HSET', b .. ':meta', 'p', text(now))
          end
          local window = tonumber(ARGV[6])
          if now - since < window then return {now, 1} end
          if now - since < 2 * window then
            local claims = redis.call('HGETALL', b .. ':claims')
            for i = 1, #claims, 2 do
              if tonumber(claims[i + 1]) > mine then return {now, 1} end
            end
          end
        end
        redis.call('HDEL', b .. ':meta', 'p')
        redis.call('DEL', b .. ':claims')
        local token = math.max(tonumber(m[3] or '0'), tonumber(ARGV[4])) + 1
        redis.call('HSET', b .. ':meta', 'l', ARGV[1], 't', text(token), 'u', text(now + ARGV[5]))
        return {now, 2, token, version, tonumber(m[5] or '0'), tonumber(m[6] or '0')}
        """);

    /// <summary>What every change of the leader begins with. ARGV: node, token, version. Status 1: another leads, 2: nothing is left of the lease, 3: the version differs.</summary>
    private const string Fence = Head + """
        local m = redis.call('HMGET', b .. ':meta', 'l', 't', 'v')
        local version = tonumber(m[3] or '0')
        if not m[1] then return {now, 2, version} end
        if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] then return {now, 1, version} end
        if version ~= tonumber(ARGV[3]) then return {now, 3, version} end

        """;

    /// <summary>
    /// The leader commits and answers, keeps its lease and takes what came. ARGV: node, token, version, lease in ms, clock of the line,
    /// changes, last control applied, then node, number and update of each answer.
    /// Returns: time, status, version, entries of the log, reports (node, number and report), controls (id, controls).
    /// </summary>
    public static readonly RedisScript Work = new(Fence + """
        if #ARGV[6] > 0 or #ARGV > 7 then version = version + 1 end
        if #ARGV[6] > 0 then redis.call('RPUSH', b .. ':log', ARGV[6]) end
        redis.call('HSET', b .. ':meta', 'v', text(version), 'u', text(now + ARGV[4]), 'n', ARGV[5], 'c', text(now))
        if tonumber(ARGV[7]) > 0 then
          for _, id in ipairs(redis.call('HKEYS', b .. ':ctl')) do
            if tonumber(id) <= tonumber(ARGV[7]) then redis.call('HDEL', b .. ':ctl', id) end
          end
          redis.call('HSET', b .. ':meta', 'd', ARGV[7])
        end
        for i = 8, #ARGV, 3 do
          local report = redis.call('HGET', b .. ':in', ARGV[i])
          local number = ARGV[i + 1] .. ' '
          if report and string.sub(report, 1, #number) == number then redis.call('HDEL', b .. ':in', ARGV[i]) end
          redis.call('PUBLISH', b .. ':n:' .. ARGV[i], text(version) .. ' ' .. number .. ARGV[i + 2])
        end
        return {now, 0, version, redis.call('LLEN', b .. ':log'), redis.call('HGETALL', b .. ':in'), redis.call('HGETALL', b .. ':ctl')}
        """);

    /// <summary>
    /// The leader writes a snapshot, piece by piece. ARGV: node, token, version, lease in ms, index of the piece, piece.
    /// </summary>
    public static readonly RedisScript SavePiece = new(Fence + """
        if ARGV[5] == '0' then redis.call('DEL', b .. ':snap-new') end
        redis.call('RPUSH', b .. ':snap-new', ARGV[6])
        redis.call('HSET', b .. ':meta', 'u', text(now + ARGV[4]))
        return {now, 0, version}
        """);

    /// <summary>
    /// The new snapshot counts. ARGV: node, token, version, lease in ms, entries of the log that it holds already, version from now on.
    /// </summary>
    public static readonly RedisScript SaveDone = new(Fence + """
        redis.call('RENAME', b .. ':snap-new', b .. ':snap')
        redis.call('LTRIM', b .. ':log', ARGV[5], -1)
        redis.call('HSET', b .. ':meta', 'u', text(now + ARGV[4]), 'v', ARGV[6])
        return {now, 0, tonumber(ARGV[6])}
        """);

    /// <summary>The leader leaves. ARGV: node, token.</summary>
    public static readonly RedisScript Resign = new(Head + """
        local m = redis.call('HMGET', b .. ':meta', 'l', 't')
        if m[1] == ARGV[1] and m[2] == ARGV[2] then redis.call('HSET', b .. ':meta', 'u', '0') end
        return {now}
        """);

    /// <summary>An operator changes something. ARGV: controls. Returns: its id.</summary>
    public static readonly RedisScript Control = new(Head + """
        local id = redis.call('HINCRBY', b .. ':meta', 'i', 1)
        redis.call('HSET', b .. ':ctl', id, ARGV[1])
        redis.call('PUBLISH', b .. ':lead', '')
        return id
        """);

    /// <summary>What became of it. ARGV: id, 1 to take it back. Returns: 1 applied, 0 not yet, -1 taken back.</summary>
    public static readonly RedisScript Controlled = new(Head + """
        if redis.call('HEXISTS', b .. ':ctl', ARGV[1]) == 0 then
          local last = tonumber(redis.call('HGET', b .. ':meta', 'd') or '0')
          return last >= tonumber(ARGV[1]) and 1 or -1
        end
        if ARGV[2] == '1' then
          redis.call('HDEL', b .. ':ctl', ARGV[1])
          return -1
        end
        return 0
        """);

    /// <summary>Drops a room that nobody leads. Returns: 1 dropped, 0 it is in use or there is none.</summary>
    public static readonly RedisScript Forget = new(Head + """
        local m = redis.call('HMGET', b .. ':meta', 'l', 'u')
        if m[1] and alive(m[2]) then return 0 end
        local dropped = 0
        for _, part in ipairs({'meta', 'in', 'log', 'snap', 'snap-new', 'ctl', 'claims'}) do
          dropped = dropped + redis.call('DEL', b .. ':' .. part)
        end
        return dropped > 0 and 1 or 0
        """);
}
