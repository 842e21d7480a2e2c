using Naru.Core.Net;

namespace Naru.Core.Telemetry;

/// <summary>What one line of the access log tells. Empty spans and negative numbers are written as null.</summary>
public ref struct AccessRecord
{
    public AccessRecord()
    {
    }

    /// <summary>When the request (tcp: the connection) began.</summary>
    public long UnixTimeMs;

    public ReadOnlySpan<byte> Listener;

    /// <summary>After the PROXY protocol; only the address is written.</summary>
    public Endpoint Client;

    public ReadOnlySpan<byte> Method;
    public ReadOnlySpan<byte> Host;

    /// <summary>With the query, as the client sent it.</summary>
    public ReadOnlySpan<byte> Path;

    /// <summary>As in the log: <c>HTTP/1.1</c>, <c>tcp</c>.</summary>
    public ReadOnlySpan<byte> Protocol;

    /// <summary>Sent to the client; 0 when none was.</summary>
    public int Status;

    public EndReason Reason;

    /// <summary>What exactly was wrong with a request that was refused; empty otherwise.</summary>
    public ReadOnlySpan<byte> Detail;
    public ReadOnlySpan<byte> Route;

    /// <summary>The waiting room of the route.</summary>
    public ReadOnlySpan<byte> Room;
    public ReadOnlySpan<byte> Pool;
    public ReadOnlySpan<byte> Server;

    /// <summary>From the client, heads included.</summary>
    public long BytesIn;

    /// <summary>To the client, heads included.</summary>
    public long BytesOut;

    /// <summary>First byte in to last byte out.</summary>
    public long TotalUs;

    /// <summary>In the pool's queue.</summary>
    public long QueueUs = -1;

    /// <summary>Making the connection to the server; none when one was reused.</summary>
    public long ConnectUs = -1;

    /// <summary>From the request's last byte to the final response's first; none when that came before.</summary>
    public long FirstByteUs = -1;

    /// <summary>Tries, the first included; 0 when no server was asked.</summary>
    public int Attempts;

    public ReadOnlySpan<byte> RequestId;
    public ReadOnlySpan<byte> UserAgent;
}
