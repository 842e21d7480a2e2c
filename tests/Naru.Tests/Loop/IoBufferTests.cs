using Naru.Engine;
using System.Text;
using Naru.Core.Http;
using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

public class IoBufferTests
{
    [Fact]
    public void HeadGrowsToTheLeftAndLeavesTheRestInPlace()
    {
        var buffer = With("HEAD|body");
        buffer.ReplacePrefix(5, "LONGER HEAD|"u8);
        Assert.Equal("LONGER HEAD|body", Text(buffer));
        buffer.ReplacePrefix(12, "H|"u8);
        Assert.Equal("H|body", Text(buffer));
    }

    [Fact]
    public void HeadMayGrowByAllThatTheCodecPromisesAndAChunkPrefix()
    {
        var buffer = With("H");
        byte[] grown = new byte[1 + HttpLimits.HeadGrowthMax];
        buffer.ReplacePrefix(1, grown);
        buffer.Insert(grown.Length, "7fffffff\r\n"u8);
        Assert.Equal(grown.Length + 10, buffer.Length);
        Assert.True(buffer.Start >= 0);
    }

    [Fact]
    public void InsertMovesOnlyWhatStandsBefore()
    {
        var buffer = With("head|payload");
        buffer.Insert(5, "7\r\n"u8);
        Assert.Equal("head|7\r\npayload", Text(buffer));
        buffer.Insert(0, "x"u8);
        Assert.Equal("xhead|7\r\npayload", Text(buffer));
    }

    [Fact]
    public void OverwriteReachesBeyondAFullBuffer()
    {
        var buffer = new IoBuffer(64);
        buffer.Added(buffer.Free.Length);
        Assert.Equal(64, buffer.Length);
        buffer.Overwrite(64, new byte[EngineLimits.TailroomBytes]);
    }

    [Fact]
    public void ConsumingAllMakesRoomForAll()
    {
        var buffer = With("abc");
        buffer.Consume(2);
        Assert.Equal("c", Text(buffer));
        buffer.Consume(1);
        Assert.Equal(0, buffer.Length);
        Assert.Equal(buffer.CapacityBytes, buffer.Free.Length);
    }

    [Fact]
    public void CompactMovesDataToTheFrontAndNeverIntoTheHeadroom()
    {
        var buffer = With("abcdef");
        buffer.Consume(4);
        int free = buffer.Free.Length;
        buffer.Compact();
        Assert.Equal("ef", Text(buffer));
        Assert.Equal(free + 4, buffer.Free.Length);
        Assert.Equal(EngineLimits.HeadroomBytes, buffer.Start);

        buffer.Insert(0, "12"u8);
        buffer.Compact();
        Assert.Equal("12ef", Text(buffer));
        Assert.Equal(EngineLimits.HeadroomBytes - 2, buffer.Start);
    }

    [Fact]
    public void LargeBufferTakesAFullSmallOne()
    {
        var small = new IoBuffer(EngineLimits.SmallBufferBytes);
        small.Added(small.Free.Length);
        small.Data.Fill((byte)'x');
        var large = new IoBuffer(EngineLimits.LargeBufferBytes);
        large.CopyFrom(small);
        Assert.True(large.Data.SequenceEqual(small.Data));
        Assert.Equal(EngineLimits.LargeBufferBytes - EngineLimits.SmallBufferBytes, large.Free.Length);
    }

    [Fact]
    public void PoolGivesTheLastReturnedFirstAndEmpty()
    {
        var pool = new BufferPool();
        var first = pool.Rent();
        var second = pool.Rent();
        var large = pool.RentLarge();
        first.Added(10);
        pool.Return(second);
        pool.Return(first);
        pool.Return(large);
        Assert.Same(first, pool.Rent());
        Assert.Equal(0, first.Length);
        Assert.Same(second, pool.Rent());
        Assert.Same(large, pool.RentLarge());
        Assert.Equal(3, pool.Created);
    }

    private static IoBuffer With(string text)
    {
        var buffer = new IoBuffer(EngineLimits.SmallBufferBytes);
        buffer.Added(Encoding.ASCII.GetBytes(text, buffer.Free));
        return buffer;
    }

    private static string Text(IoBuffer buffer) => Encoding.ASCII.GetString(buffer.Data);
}
