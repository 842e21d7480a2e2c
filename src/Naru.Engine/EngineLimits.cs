using Naru.Core.Config;
using Naru.Core.Http;

namespace Naru.Engine;

/// <summary>
/// Every named maximum of the engine, beside those that messages (<see cref="HttpLimits"/>) and the configuration
/// (<see cref="ConfigLimits"/>) have. How they relate is asserted by LimitsTests.
/// </summary>
internal static class EngineLimits
{
    // Buffers. A connection holds one a direction, and only while it has bytes that are not yet consumed.

    /// <summary>A 16 KiB response with its head is one receive.</summary>
    public const int SmallBufferBytes = 32 * 1024;

    /// <summary>The largest head that the configuration allows, and the bytes of a body that came with it.</summary>
    public const int LargeBufferBytes = 96 * 1024;

    /// <summary>Kept for reuse by each loop: 32 MiB. A burst beyond it goes back to the collector.</summary>
    public const int SmallBuffersKept = 1024;

    /// <summary>Kept for reuse by each loop: 12 MiB.</summary>
    public const int LargeBuffersKept = 128;

    /// <summary>A rewritten head is at most this much longer than the original; a chunk's size line comes on top.</summary>
    public const int HeadroomBytes = HttpLimits.HeadGrowthMax + 64;

    /// <summary>CRLF, last chunk, CRLF and some.</summary>
    public const int TailroomBytes = 64;

    /// <summary>The largest rewritten head, local response or log line.</summary>
    public const int ScratchBytes = 128 * 1024;

    // Kernel pipes for bulk.

    /// <summary>One megabyte a round: the cost of the two calls is spread over as much as a socket buffer can hold.</summary>
    public const int PipeBytes = 1024 * 1024;

    /// <summary>Idle pipes of a loop: 128 descriptors and no memory, since an empty pipe has no pages.</summary>
    public const int PipesKept = 64;

    // Turns of a loop. Who has more to do waits for the next one, so that others are served too.

    public const int EventsPerTurn = 256;
    public const int AcceptsPerTurn = 64;

    /// <summary>Connections that receive before the first of them is served. Each holds a buffer meanwhile.</summary>
    public const int FetchesAhead = 32;

    /// <summary>Buffers that one transfer moves.</summary>
    public const int RoundsPerTurn = 16;

    /// <summary>Of one connection whose requests were all sent ahead.</summary>
    public const int RequestsPerTurn = 16;

    // Connections.

    /// <summary>Clients that the kernel welcomes before Naru accepts them, for each loop and address.</summary>
    public const int Backlog = 4096;

    /// <summary>
    /// The kernel keeps a client of an http listener to itself until its first bytes are there, but no longer than this: so accepting,
    /// watching and asking in vain are one call. Whoever connects and says nothing is accepted so much later.
    /// </summary>
    public const int AcceptDeferSeconds = 1;

    /// <summary>
    /// A listener that ends first refuses newcomers, and closes so much later: who had begun to connect gets through, first bytes
    /// included, from as far as this as a round trip.
    /// </summary>
    public const int LastClientsMs = 300;

    /// <summary>An answer that was sent while the request was still coming would be lost by a reset: once the client has it, so much is read and dropped.</summary>
    public const long LingerBytes = 256 * 1024;

    /// <summary>More 1xx responses than any server sends in earnest.</summary>
    public const int InterimResponses = 16;

    /// <summary>Checks of a server that follow each other over one connection before it is asked to accept a new one.</summary>
    public const int CheckReuses = 3;

    /// <summary>Visitors of one waiting room who hold an event stream; the others poll. About 8 KiB each.</summary>
    public const int EventStreamsPerRoom = 10_000;

    /// <summary>Servers that one request tries.</summary>
    public const int Attempts = ConfigLimits.AttemptsMax;

    /// <summary>
    /// Idle upstream connections that one client's connection keeps to itself, in pools with <c>sendProxyProtocol</c>. As many as
    /// servers, for a client that meets each in turn; in a larger pool the oldest one goes.
    /// </summary>
    public const int UpstreamsPerClient = 8;

    /// <summary>
    /// Connections to a server beyond its pool's <c>connections.idle</c> are kept only so long: busy loops end requests in
    /// batches, and what is surplus for a millisecond would be connected anew in the next.
    /// </summary>
    public const int SurplusIdleMs = 1000;

    /// <summary>Access log lines on their way from one loop to the writer: 50 ms at 60,000 requests a second.</summary>
    public const int LogRingBytes = 1024 * 1024;
}
