namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// Who listens to which channel of the server's publish and subscribe, on whatever connections there are.
/// Owner: the client. Thread: any. Invariant: listeners are called on a reading task, and must be quick and never throw.
/// </summary>
internal sealed class RedisChannels
{
    private readonly Lock _lock = new();
    private volatile Dictionary<string, Action<byte[]>> _listeners = [];

    public string[] Names => [.. _listeners.Keys];

    /// <summary>True: the channel is new.</summary>
    public bool Add(string channel, Action<byte[]> listener)
    {
        lock (_lock)
        {
            bool isNew = !_listeners.ContainsKey(channel);
            _listeners = new Dictionary<string, Action<byte[]>>(_listeners) { [channel] = listener };
            return isNew;
        }
    }

    public void Remove(string channel)
    {
        lock (_lock)
        {
            var rest = new Dictionary<string, Action<byte[]>>(_listeners);
            rest.Remove(channel);
            _listeners = rest;
        }
    }

    /// <summary><c>message, channel, payload</c>; others (subscribe, invalidate) tell nothing new.</summary>
    public void OnPush(RespValue push)
    {
        if (push.Items is [var kind, var channel, var payload] && kind.Text == "message" && _listeners.TryGetValue(channel.Text, out var listener))
            listener(payload.Bytes);
    }
}
