using Naru.Core.Config;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Workers;

namespace Naru.Engine.Listeners;

/// <summary>
/// What a client gets that may not come in: over http a short answer, over tcp a reset. Nothing of it is read or kept, so that a
/// flood of them costs a few calls each and no memory. The caller closes the socket.
/// </summary>
internal static class Refusal
{
    private const int RetryAfterSeconds = 1;

    public static void Give(Worker worker, Listener listener, int fd, in Endpoint client, EndReason reason)
    {
        var counters = listener.ForLoop(worker.Loop.Index);
        counters.ConnectionsRefused++;
        counters.CountEnd(reason);
        int sent = listener.Protocol == ListenerProtocol.Http && reason.Status() != 0 ? Answer(worker, fd, reason) : 0;
        if (sent > 0)
        {
            counters.CountResponse(reason.Status());
            counters.BytesOut += sent;
        }
        else
        {
            StreamSocket.ResetOnClose(fd);
        }

        worker.LogRefusal(listener, client, reason, sent > 0 ? reason.Status() : 0, Math.Max(0, sent));
    }

    /// <summary>Bytes sent; 0 or less: the client has gone.</summary>
    private static int Answer(Worker worker, int fd, EndReason reason)
    {
        var scratch = worker.Loop.Scratch;
        var context = new LocalContext
        {
            Date = worker.Date,
            KeepAlive = false,
            ClientMinorVersion = 1,
            RetryAfterSeconds = reason.Status() == 403 ? 0 : RetryAfterSeconds,
        };
        int length = LocalResponse.Write(scratch, reason.Status(), reason.Utf8Name(), context);
        // A fresh socket has room for it.
        int sent = StreamSocket.Send(fd, scratch.AsSpan(0, length));
        if (sent <= 0)
            return sent;
        // Closing with unread bytes is a reset, which may overtake the answer (RFC 9112 section 9.6): what has come is dropped first.
        StreamSocket.ShutdownWrite(fd);
        long dropped = 0;
        int received;
        while (dropped < EngineLimits.LingerBytes && (received = StreamSocket.Receive(fd, scratch)) > 0)
            dropped += received;
        return sent;
    }
}
