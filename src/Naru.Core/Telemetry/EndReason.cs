namespace Naru.Core.Telemetry;

/// <summary>
/// Every way a request (http) or a connection (tcp) can end. The access log, the counters and the tests share these;
/// names, statuses and faults are in <see cref="EndReasons"/>. Order is not part of any format.
/// </summary>
public enum EndReason : byte
{
    // Served.

    /// <summary>The server's response was passed on to its end.</summary>
    Completed,

    /// <summary>The route answered with its redirect.</summary>
    Redirected,

    /// <summary>The route answered with its fixed response.</summary>
    Responded,

    /// <summary>Both sides of a TCP relay or of an upgraded connection closed in order.</summary>
    RelayCompleted,

    // A waiting room.

    /// <summary>The visitor waits: was told the place in the line, by page or JSON.</summary>
    Waiting,

    /// <summary>The room answered a visitor who asked for the place or claimed the turn.</summary>
    RoomAnswered,

    /// <summary>The room takes nobody in: it rejects, is closed, or its store is lost and it was told to close then.</summary>
    RoomClosed,

    /// <summary>Too many joins or polls from one address.</summary>
    RoomRefused,

    // The client's side.

    /// <summary>The client closed or reset its connection before the response was over.</summary>
    ClientAborted,

    /// <summary>The request's head was not complete in time.</summary>
    ClientTimeoutHeader,

    /// <summary>No byte of the request's body came for too long.</summary>
    ClientTimeoutBody,

    /// <summary>The client took no byte of the response for too long.</summary>
    ClientTimeoutSend,

    /// <summary>The client stayed under <c>minRate</c>, sending a body or taking a response.</summary>
    ClientTooSlow,

    /// <summary>The request violates HTTP (RFC 9110, 9112): grammar, framing, host, path.</summary>
    BadRequest,

    /// <summary>The chunked body of the request is broken; its head was well.</summary>
    BadRequestBody,

    /// <summary>The connection does not begin with a sound PROXY protocol header, though its peer must send one.</summary>
    BadProxyHeader,

    /// <summary>A version of HTTP other than 1.0 and 1.1.</summary>
    VersionNotSupported,

    /// <summary>A method that Naru knows and refuses (TRACE).</summary>
    MethodNotAllowed,

    /// <summary>A method or transfer coding that Naru does not forward (CONNECT, gzip).</summary>
    NotImplemented,

    /// <summary>An Expect other than 100-continue.</summary>
    ExpectationFailed,

    /// <summary>The target alone is over the limit of the head.</summary>
    UriTooLong,

    /// <summary>Head, or number of fields, over the limit.</summary>
    HeadTooLarge,

    /// <summary>Body over the limit.</summary>
    BodyTooLarge,

    /// <summary>The client's address is in deny, or not in allow.</summary>
    AccessDenied,

    /// <summary>The client's address has all the connections to the listener that one address may have.</summary>
    AddressLimit,

    // Naru's own.

    /// <summary>The listener has all the connections that it may have, or Naru no socket left for one to a server.</summary>
    ConnectionLimit,

    /// <summary>No route takes the request.</summary>
    NoRoute,

    /// <summary>Cut because the time to drain was over.</summary>
    Shutdown,

    /// <summary>A fault in Naru; it costs this connection only.</summary>
    InternalError,

    // The pool's side, before there is a response.

    /// <summary>No server of the pool may take it: all of them are drained.</summary>
    NoServer,

    /// <summary>All servers are at their maximum and the queue is full.</summary>
    QueueFull,

    /// <summary>No server came free in the time of the queue.</summary>
    QueueTimeout,

    /// <summary>The connection to the server was refused or unreachable.</summary>
    ConnectFailed,

    /// <summary>The connection to the server was not made in time.</summary>
    ConnectTimeout,

    /// <summary>The server's response did not begin in time.</summary>
    FirstByteTimeout,

    /// <summary>The server closed or reset the connection before its response began or while its head was under way.</summary>
    UpstreamReset,

    /// <summary>The head of the response violates HTTP or is over the limit.</summary>
    UpstreamBadResponse,

    // The pool's side, while the response is under way: the client's response is aborted too.

    /// <summary>The server closed or reset the connection inside the body.</summary>
    UpstreamCut,

    /// <summary>The framing of the response's body is broken.</summary>
    UpstreamBadBody,

    /// <summary>The server sent nothing for too long inside the response.</summary>
    UpstreamIdleTimeout,

    // TCP relays and upgraded connections.

    /// <summary>Nothing moved in either direction for too long.</summary>
    RelayIdleTimeout,

    /// <summary>The client reset the connection.</summary>
    RelayClientReset,

    /// <summary>The server reset the connection.</summary>
    RelayServerReset,
}

/// <summary>Who has to look when this happens often.</summary>
public enum EndFault : byte
{
    /// <summary>Nothing went wrong.</summary>
    Nobody,
    Client,
    Server,

    /// <summary>Naru itself: its limits, its configuration, its stopping, its faults.</summary>
    Naru,
}
