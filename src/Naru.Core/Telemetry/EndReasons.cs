using System.Text;

namespace Naru.Core.Telemetry;

/// <summary>The table behind <see cref="EndReason"/>: name, status, fault. Names are public: a change breaks dashboards.</summary>
public static class EndReasons
{
    private static readonly Row[] Rows = Build(
    [
        // The status is 0 where it is not Naru's: the server's own, the route's own, the waiting
        // room's own, or no response at all.
        new(EndReason.Completed, "completed", 0, EndFault.Nobody),
        new(EndReason.Redirected, "redirected", 0, EndFault.Nobody),
        new(EndReason.Responded, "responded", 0, EndFault.Nobody),
        new(EndReason.RelayCompleted, "relay-completed", 0, EndFault.Nobody),

        new(EndReason.Waiting, "waiting", 0, EndFault.Nobody),
        new(EndReason.RoomAnswered, "room-answered", 0, EndFault.Nobody),
        new(EndReason.RoomClosed, "room-closed", 503, EndFault.Naru),
        new(EndReason.RoomRefused, "room-refused", 429, EndFault.Client),

        new(EndReason.ClientAborted, "client-aborted", 0, EndFault.Client),
        new(EndReason.ClientTimeoutHeader, "client-timeout-header", 408, EndFault.Client),
        new(EndReason.ClientTimeoutBody, "client-timeout-body", 408, EndFault.Client),
        new(EndReason.ClientTimeoutSend, "client-timeout-send", 0, EndFault.Client),
        new(EndReason.ClientTooSlow, "client-too-slow", 408, EndFault.Client),
        new(EndReason.BadRequest, "bad-request", 400, EndFault.Client),
        new(EndReason.BadRequestBody, "bad-request-body", 400, EndFault.Client),
        new(EndReason.BadProxyHeader, "bad-proxy-header", 0, EndFault.Client),
        new(EndReason.VersionNotSupported, "version-not-supported", 505, EndFault.Client),
        new(EndReason.MethodNotAllowed, "method-not-allowed", 405, EndFault.Client),
        new(EndReason.NotImplemented, "not-implemented", 501, EndFault.Client),
        new(EndReason.ExpectationFailed, "expectation-failed", 417, EndFault.Client),
        new(EndReason.UriTooLong, "uri-too-long", 414, EndFault.Client),
        new(EndReason.HeadTooLarge, "head-too-large", 431, EndFault.Client),
        new(EndReason.BodyTooLarge, "body-too-large", 413, EndFault.Client),
        new(EndReason.AccessDenied, "access-denied", 403, EndFault.Client),
        new(EndReason.AddressLimit, "address-limit", 429, EndFault.Client),

        new(EndReason.ConnectionLimit, "connection-limit", 503, EndFault.Naru),
        new(EndReason.NoRoute, "no-route", 404, EndFault.Client),
        new(EndReason.Shutdown, "shutdown", 0, EndFault.Naru),
        new(EndReason.InternalError, "internal-error", 500, EndFault.Naru),

        new(EndReason.NoServer, "no-server", 503, EndFault.Server),
        new(EndReason.QueueFull, "queue-full", 503, EndFault.Server),
        new(EndReason.QueueTimeout, "queue-timeout", 503, EndFault.Server),
        new(EndReason.ConnectFailed, "connect-failed", 502, EndFault.Server),
        new(EndReason.ConnectTimeout, "connect-timeout", 504, EndFault.Server),
        new(EndReason.FirstByteTimeout, "first-byte-timeout", 504, EndFault.Server),
        new(EndReason.UpstreamReset, "upstream-reset", 502, EndFault.Server),
        new(EndReason.UpstreamBadResponse, "upstream-bad-response", 502, EndFault.Server),

        new(EndReason.UpstreamCut, "upstream-cut", 0, EndFault.Server),
        new(EndReason.UpstreamBadBody, "upstream-bad-body", 0, EndFault.Server),
        new(EndReason.UpstreamIdleTimeout, "upstream-idle-timeout", 0, EndFault.Server),

        new(EndReason.RelayIdleTimeout, "relay-idle-timeout", 0, EndFault.Nobody),
        new(EndReason.RelayClientReset, "relay-client-reset", 0, EndFault.Client),
        new(EndReason.RelayServerReset, "relay-server-reset", 0, EndFault.Server),
    ]);

    /// <summary>Length of an array that counts by reason.</summary>
    public static int Count => Rows.Length;

    /// <summary>The fixed name of log and metrics: <c>connect-timeout</c>.</summary>
    public static string Name(this EndReason reason) => Rows[(int)reason].Name;

    public static ReadOnlySpan<byte> Utf8Name(this EndReason reason) => Rows[(int)reason].Utf8Name;

    /// <summary>
    /// What Naru answers when no byte of a response was sent yet; 0: nothing of its own. TCP connections are just closed.
    /// </summary>
    public static int Status(this EndReason reason) => Rows[(int)reason].Status;

    public static EndFault Fault(this EndReason reason) => Rows[(int)reason].Fault;

    /// <summary>Puts each row at its reason's place. A reason without a row, or with two, fails the first use, and its test.</summary>
    private static Row[] Build(Row[] rows)
    {
        var table = new Row[Enum.GetValues<EndReason>().Length];
        foreach (var row in rows)
        {
            if (table[(int)row.Reason] is not null)
                throw new InvalidOperationException($"{row.Reason} has two rows.");
            table[(int)row.Reason] = row;
        }
        var missing = Array.IndexOf(table, null);
        return missing < 0 ? table : throw new InvalidOperationException($"{(EndReason)missing} has no row.");
    }

    private sealed record Row(EndReason Reason, string Name, int Status, EndFault Fault)
    {
        public readonly byte[] Utf8Name = Encoding.ASCII.GetBytes(Name);
    }
}
