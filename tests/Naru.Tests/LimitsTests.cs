using Naru.Engine;
using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;

namespace Naru.Tests;

/// <summary>How the named maxima relate: what one place lets through, the next one can hold.</summary>
public class LimitsTests
{
    [Fact]
    public void HeadroomTakesAGrownHeadAndAChunkPrefix() =>
        Assert.True(EngineLimits.HeadroomBytes >= HttpLimits.HeadGrowthMax + ChunkWriter.PrefixBytesMax);

    [Fact]
    public void TailroomTakesAChunkSuffixAndTheLastChunk() =>
        Assert.True(EngineLimits.TailroomBytes >= ChunkWriter.Suffix.Length + ChunkWriter.LastChunk.Length);

    [Fact]
    public void LargestHeadFitsALargeBuffer() => Assert.True(EngineLimits.LargeBufferBytes > HttpLimits.HeadBytesMax);

    [Fact]
    public void LargestRewrittenHeadFitsTheScratch() =>
        Assert.True(EngineLimits.ScratchBytes >= HttpLimits.HeadBytesMax + HttpLimits.HeadGrowthMax);

    [Fact]
    public void LongestLogLineFitsTheScratch() => Assert.True(EngineLimits.ScratchBytes >= AccessLogLine.LineBytesMax);

    [Fact]
    public void LargestLocalAnswersFitTheirBuffers()
    {
        Assert.True(EngineLimits.LargeBufferBytes >= LocalResponse.HeadBytesMax + ConfigLimits.RespondBodyBytesMax);
        // Each byte of a location may be escaped to three, and a UTF-16 character is three bytes at most.
        Assert.True(EngineLimits.LargeBufferBytes >= LocalResponse.HeadBytesMax + (3 * 3 * ConfigLimits.TextCharactersMax));
        Assert.True(EngineLimits.SmallBufferBytes >= LocalResponse.HeadBytesMax + 100);
        Assert.True(EngineLimits.SmallBufferBytes >= LocalResponse.HeadBytesMax + DrawsJson.BytesMax);
    }

    [Fact]
    public void TrailersFitASmallBuffer() => Assert.True(EngineLimits.SmallBufferBytes >= HttpLimits.TrailerBytesMax + 5);

    [Fact]
    public void LargestChunkHasASizeLineThatFits()
    {
        byte[] prefix = new byte[ChunkWriter.PrefixBytesMax];
        Assert.InRange(ChunkWriter.WritePrefix(prefix, EngineLimits.LargeBufferBytes), 1, ChunkWriter.PrefixBytesMax);
    }

    [Fact]
    public void GateRemembersAsManyTriesAsTheConfigurationAllows() => Assert.True(EngineLimits.Attempts >= ConfigLimits.AttemptsMax);

    [Fact]
    public void HeadsThatTheConfigurationAllowsAreHeadsThatTheCodecReads()
    {
        Assert.True(HttpLimits.HeadBytesMax >= ConfigLimits.HeaderBytesMax);
        Assert.True(HttpLimits.HeadBytesMin <= ConfigLimits.HeaderBytesMin);
        Assert.True(HttpLimits.FieldsMax >= ConfigLimits.HeadersMax);
    }

    [Fact]
    public void PipeTakesAtLeastABuffer() => Assert.True(EngineLimits.PipeBytes >= EngineLimits.LargeBufferBytes);

    [Fact]
    public void LongestTimeoutIsCountedInAnInteger() => Assert.True(ConfigLimits.TimeoutMax.TotalMilliseconds < int.MaxValue);
}
