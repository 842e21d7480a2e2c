namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// A store as a whole: one server, a master with its replicas, or a cluster. Finds who holds a key, and stays with them while
/// they answer. Owner: the store. Thread: any. Invariant: a command that was sent is never sent a second time, unless the
/// server said that it did not do it.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    /// <summary>A cluster that sends a command further round than this has not settled yet.</summary>
    private const int RedirectsMax = 5;

    /// <summary>The members of the largest cluster.</summary>
    private const int PeersMax = 1_000;

    private static readonly RespCommand Asking = new("ASKING", new RespArguments());

    private readonly RedisClientOptions _options;
    private readonly RedisDial _dial;
    private readonly TimeProvider _time;
    private readonly RedisChannels _channels = new();
    private readonly Lock _lock = new();
    private readonly List<RedisPeer> _peers = [];
    private readonly Dictionary<int, RedisPeer> _holders = [];
    private RedisPeer _current;
    private bool _isDisposed;

    public RedisClient(RedisClientOptions options)
        : this(options, RedisDialer.DialAsync, TimeProvider.System)
    {
    }

    public RedisClient(RedisClientOptions options, RedisDial dial, TimeProvider time)
    {
        _options = options;
        _dial = dial;
        _time = time;
        foreach (var endpoint in options.Endpoints)
            _peers.Add(new RedisPeer(endpoint, options, dial, time, _channels));
        _current = _peers[0];
    }

    public bool IsReady
    {
        get
        {
            lock (_lock)
                return _peers.Exists(p => p.IsReady);
        }
    }

    /// <summary>Why no server is ready: what each of them says.</summary>
    public string Fault
    {
        get
        {
            lock (_lock)
                return string.Join("; ", _peers.Where(p => !p.IsReady).Select(p => p.Fault.Text));
        }
    }

    /// <summary>
    /// Listens to a channel from now on, over every connection that there is or will be. A message may be lost with a connection,
    /// and come twice from a cluster.
    /// </summary>
    public void Subscribe(string channel, Action<byte[]> listener)
    {
        if (!_channels.Add(channel, listener))
            return;
        RedisPeer[] peers;
        lock (_lock)
            peers = [.. _peers];
        foreach (var peer in peers)
            _ = peer.SubscribeAsync(channel);
    }

    /// <summary>The server goes on sending until the connection ends; what it sends is dropped.</summary>
    public void Unsubscribe(string channel) => _channels.Remove(channel);

    /// <summary>Calls a script of one key. Never throws.</summary>
    public async Task<RedisReply> CallAsync(RedisScript script, string key, RespArguments arguments)
    {
        var reply = await SendAsync(key, script.Call(key, arguments)).ConfigureAwait(false);
        return reply.HasCode("NOSCRIPT")
            ? await SendAsync(key, script.CallWithSource(key, arguments)).ConfigureAwait(false)
            : reply;
    }

    /// <summary>Sends a command of one key to who holds it. Never throws.</summary>
    public async Task<RedisReply> SendAsync(string key, RespCommand command)
    {
        int slot = KeySlot.Of(key);
        var peer = Holder(slot);
        bool isAsking = false;
        for (int redirects = 0; ; redirects++)
        {
            var reply = await (isAsking ? peer.SendAsync(Asking, command) : peer.SendAsync(command)).ConfigureAwait(false);
            if (reply.IsOk)
                return reply;
            if (!RedisRedirect.TryParse(reply.Detail, peer.Endpoint, out var redirect))
                return OnFault(slot, peer, reply);
            if (redirects == RedirectsMax || Find(redirect.Target) is not { } target)
                return RedisReply.Failed(RedisFault.Unready, $"the cluster sends {command} round and round: {reply.Detail}");
            if (redirect.IsMoved)
                Learn(slot, target);
            isAsking = !redirect.IsMoved;
            // The connection to a member that was not known a moment ago is still being made.
            await target.TriedAsync().ConfigureAwait(false);
            peer = target;
        }
    }

    public async ValueTask DisposeAsync()
    {
        RedisPeer[] peers;
        lock (_lock)
        {
            _isDisposed = true;
            peers = [.. _peers];
        }

        foreach (var peer in peers)
            await peer.DisposeAsync().ConfigureAwait(false);
    }

    private RedisReply OnFault(int slot, RedisPeer peer, RedisReply reply)
    {
        // Since a moment ago it is a replica.
        if (reply.HasCode("READONLY"))
            peer.Drop();
        if (reply.Fault != RedisFault.Error && reply.Fault != RedisFault.QueueFull)
        {
            lock (_lock)
                if (_holders.TryGetValue(slot, out var holder) && holder == peer)
                    _holders.Remove(slot);
        }

        return reply;
    }

    /// <summary>Who held the slot when it was last asked for, if they answer; else who answers; else who did.</summary>
    private RedisPeer Holder(int slot)
    {
        lock (_lock)
        {
            if (_holders.TryGetValue(slot, out var holder) && holder.IsReady)
                return holder;
            if (!_current.IsReady)
                _current = _peers.Find(p => p.IsReady) ?? _current;
            return _current;
        }
    }

    private void Learn(int slot, RedisPeer holder)
    {
        lock (_lock)
            _holders[slot] = holder;
    }

    private RedisPeer? Find(RedisAddress endpoint)
    {
        lock (_lock)
        {
            var known = _peers.Find(p => p.Endpoint == endpoint);
            if (known != null || _isDisposed || _peers.Count == PeersMax)
                return known;
            var peer = new RedisPeer(endpoint, _options, _dial, _time, _channels);
            _peers.Add(peer);
            return peer;
        }
    }
}
