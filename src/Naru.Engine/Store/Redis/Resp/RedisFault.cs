namespace Naru.Engine.Store.Redis.Resp;

/// <summary>Why a command has no reply, or a bad one.</summary>
internal enum RedisFault : byte
{
    None,

    /// <summary>No connection at the moment; one is being made.</summary>
    NotConnected,

    /// <summary>The connection ended before the reply: the command may have been done or not.</summary>
    Cut,

    /// <summary>No reply in time: the command may have been done or not, or be done later.</summary>
    Timeout,

    /// <summary>Too many commands wait for replies; this one was not sent.</summary>
    QueueFull,

    /// <summary>The server refuses user or password.</summary>
    Denied,

    /// <summary>The server cannot answer now: it loads its data, is a replica, or its cluster is down.</summary>
    Unready,

    /// <summary>The server answered with another error.</summary>
    Error,
}
