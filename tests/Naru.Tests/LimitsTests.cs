using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;

namespace Naru.Tests;

/// <summary>How the named maxima relate: what one place lets through, the next one can hold.</summary>
public class LimitsTests
{
    [Fact]
    public void HeadroomTakesAGrownHeadAndAChunkPrefix() =>
        Assert.True(IoBuffer.HeadroomBytes >= HttpLimits.HeadGrowthMax + ChunkWriter.PrefixBytesMax);

    [Fact]
    public void TailroomTakesAChunkSuffixAndTheLastChunk() =>
        Assert.True(IoBuffer.TailroomBytes >= ChunkWriter.Suffix.Length + ChunkWriter.LastChunk.Length);

    [Fact]
    public void LargestHeadFitsALargeBuffer() => Assert.True(BufferPool.LargeBytes > HttpLimits.HeadBytesMax);

    [Fact]
    public void LargestRewrittenHeadFitsTheScratch() =>
        Assert.True(EventLoop.ScratchBytes >= HttpLimits.HeadBytesMax + HttpLimits.HeadGrowthMax);

    [Fact]
    public void LongestLogLineFitsTheScratch() => Assert.True(EventLoop.ScratchBytes >= AccessLogLine.LineBytesMax);

    [Fact]
    public void LargestLocalAnswersFitTheirBuffers()
    {
        Assert.True(BufferPool.LargeBytes >= LocalResponse.HeadBytesMax + ConfigLimits.RespondBodyBytesMax);
        // Each byte of a location may be escaped to three, and a UTF-16 character is three bytes at most.
        Assert.True(BufferPool.LargeBytes >= LocalResponse.HeadBytesMax + (3 * 3 * ConfigLimits.TextCharactersMax));
        Assert.True(BufferPool.SmallBytes >= LocalResponse.HeadBytesMax + 100);
    }

    [Fact]
    public void TrailersFitASmallBuffer() => Assert.True(BufferPool.SmallBytes >= HttpLimits.TrailerBytesMax + 5);

    [Fact]
    public void LargestChunkHasASizeLineThatFits()
    {
        byte[] prefix = new byte[ChunkWriter.PrefixBytesMax];
        Assert.InRange(ChunkWriter.WritePrefix(prefix, BufferPool.LargeBytes), 1, ChunkWriter.PrefixBytesMax);
    }

    [Fact]
    public void GateRemembersAsManyTriesAsTheConfigurationAllows() => Assert.True(ServerGate.AttemptsMax >= ConfigLimits.AttemptsMax);

    [Fact]
    public void HeadsThatTheConfigurationAllowsAreHeadsThatTheCodecReads()
    {
        Assert.True(HttpLimits.HeadBytesMax >= ConfigLimits.HeaderBytesMax);
        Assert.True(HttpLimits.HeadBytesMin <= ConfigLimits.HeaderBytesMin);
        Assert.True(HttpLimits.FieldsMax >= ConfigLimits.HeadersMax);
    }

    [Fact]
    public void PipeTakesAtLeastABuffer() => Assert.True(SplicePipe.CapacityBytes >= BufferPool.LargeBytes);

    [Fact]
    public void LongestTimeoutIsCountedInAnInteger() => Assert.True(ConfigLimits.TimeoutMax.TotalMilliseconds < int.MaxValue);
}
