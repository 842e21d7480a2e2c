using System.Runtime.CompilerServices;
using Naru.Core.Telemetry;

namespace Naru.Engine.Listeners;

/// <summary>One loop's counters of a listener. Thread: written by the loop alone; the status reader sums over loops.</summary>
internal sealed class LoopListener
{
    private static readonly int EndReasonCount = Enum.GetValues<EndReason>().Length;

    private readonly long[] _ends = new long[EndReasonCount];
    private ResponseCounts _responses;

    public long ConnectionsTotal { get; set; }

    public long ConnectionsRefused { get; set; }

    public long Requests { get; set; }

    public long BytesIn { get; set; }

    public long BytesOut { get; set; }

    public ReadOnlySpan<long> Ends => _ends;

    public void CountEnd(EndReason reason) => _ends[(int)reason]++;

    public void CountResponse(int status)
    {
        int group = (status / 100) - 1;
        if ((uint)group < ResponseCounts.Length)
            _responses[group]++;
    }

    public long Responses(int group) => _responses[group];

    /// <summary>By class: 1xx to 5xx.</summary>
    [InlineArray(Length)]
    private struct ResponseCounts
    {
        public const int Length = 5;

        private long _element;
    }
}
