using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// Keeps the lines in a Redis or Valkey that several nodes share.
/// Owner: the engine. Thread: any. Invariant: a store that cannot be reached holds up nobody; rooms say so and go on when it is back.
/// </summary>
public sealed class RedisRoomStore : IRoomStore
{
    private const int BackoffMaxMs = 300;
    private const int RegisterAgainMs = 500;

    private readonly RedisClient _client;
    private readonly Action<string> _log;
    private readonly string _prefix;
    private readonly string _node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RedisRoom> _open = [];
    private volatile string[] _known = [];
    private volatile bool _isDisposed;

    public RedisRoomStore(RedisOptions options, Action<string> log)
        : this(Client(options), options.Prefix, log)
    {
    }

    internal RedisRoomStore(RedisClientOptions options, string prefix, Action<string> log)
    {
        _prefix = prefix;
        _log = log;
        Place = $"redis {string.Join(", ", options.Endpoints)}";
        _client = new RedisClient(options);
    }

    public string Place { get; }

    public StoreState State => _client.IsReady ? StoreState.Ok : new StoreState(StoreCondition.Lost, _client.Fault);

    public IReadOnlyList<StoredRoom> Unused
    {
        get
        {
            lock (_lock)
                return [.. _known.Where(name => !_open.ContainsKey(name)).Select(name => new StoredRoom(name, -1))];
        }
    }

    private string RoomsKey => $"{_prefix}:rooms";

    public async ValueTask<IRoomAuthority> OpenAsync(RoomSettings settings, bool hasKeyFile, long nowMs, CancellationToken cancel = default)
    {
        RedisRoom room;
        lock (_lock)
        {
            if (_open.ContainsKey(settings.Name))
                throw new InvalidOperationException($"Room {settings.Name} is open.");
            room = new RedisRoom(_client, Key(settings.Name), _node, settings, TimeProvider.System, _log, () => Close(settings.Name));
            _open.Add(settings.Name, room);
        }

        _ = RegisterAsync(settings.Name);
        return room;
    }

    /// <summary>Whoever reads the store could make passes: the key stays out of it.</summary>
    public ValueTask<byte[]> SecretAsync(string room, CancellationToken cancel = default) =>
        throw new EngineException($"waiting room {room} needs a keyFile, the same on every node: nodes that share a Redis need the same key.");

    public async ValueTask<bool> ForgetAsync(string room, CancellationToken cancel = default)
    {
        lock (_lock)
            if (_open.ContainsKey(room))
                return false;
        var reply = await _client.CallAsync(RoomScripts.Forget, Key(room), new RespArguments()).ConfigureAwait(false);
        if (!reply.IsOk || reply.Value.Integer != 1)
            return false;
        await _client.SendAsync(RoomsKey, new RespCommand("SREM", new RespArguments().Add(RoomsKey).Add(room))).ConfigureAwait(false);
        await LearnAsync().ConfigureAwait(false);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        RedisRoom[] open;
        lock (_lock)
            open = [.. _open.Values];
        foreach (var room in open)
            await room.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private static RedisClientOptions Client(RedisOptions options)
    {
        RedisTls? tls = null;
        if (options.Tls)
        {
            X509Certificate2Collection? authorities = null;
            if (options.Ca is { } ca)
            {
                authorities = [];
                authorities.ImportFromPem(ca.Content);
            }

            tls = new RedisTls(authorities);
        }

        return new RedisClientOptions
        {
            Endpoints = [.. options.Endpoints.Select(e => new RedisAddress(e.Host, e.Port))],
            Username = options.Username,
            Password = options.Password,
            Tls = tls,
            BackoffMaxMs = BackoffMaxMs,
        };
    }

    /// <summary>The braces keep all keys of a room on one member of a cluster.</summary>
    private string Key(string room) => $"{{{_prefix}:room:{room}}}";

    private void Close(string room)
    {
        lock (_lock)
            _open.Remove(room);
    }

    /// <summary>So that rooms that left the configuration can be found. Of no weight: it is tried until the store is there.</summary>
    private async Task RegisterAsync(string room)
    {
        var register = new RespCommand("SADD", new RespArguments().Add(RoomsKey).Add(room));
        while (!_isDisposed && !(await _client.SendAsync(RoomsKey, register).ConfigureAwait(false)).IsOk)
            await Task.Delay(RegisterAgainMs).ConfigureAwait(false);
        await LearnAsync().ConfigureAwait(false);
    }

    private async Task LearnAsync()
    {
        var reply = await _client.SendAsync(RoomsKey, new RespCommand("SMEMBERS", new RespArguments().Add(RoomsKey))).ConfigureAwait(false);
        if (reply.IsOk)
            _known = [.. reply.Value.Items.Select(i => i.Text).Order(StringComparer.Ordinal)];
    }
}
