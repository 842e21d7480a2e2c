using System.Net;
using Naru.Core.Net;
using Naru.Engine.Listeners;

namespace Naru.Tests.Proxy;

public class AddressCountsTests
{
    [Fact]
    public void AddressHasAsManyAsItMayAndOneMoreWhenOneLeaves()
    {
        var counts = new AddressCounts();
        Assert.True(counts.TryAdd(Peer("192.0.2.1"), 2));
        Assert.True(counts.TryAdd(Peer("192.0.2.1"), 2));
        Assert.False(counts.TryAdd(Peer("192.0.2.1"), 2));
        Assert.True(counts.TryAdd(Peer("192.0.2.2"), 2));
        counts.Remove(Peer("192.0.2.1"));
        Assert.True(counts.TryAdd(Peer("192.0.2.1"), 2));
        Assert.False(counts.TryAdd(Peer("192.0.2.1"), 2));
    }

    [Fact]
    public void HostsOfOneIPv6NetworkAreOneAddress()
    {
        var counts = new AddressCounts();
        Assert.True(counts.TryAdd(Peer("2001:db8::1"), 1));
        Assert.False(counts.TryAdd(Peer("2001:db8::ffff:1"), 1));
        Assert.True(counts.TryAdd(Peer("2001:db8:0:1::1"), 1));
        // An IPv4 client of a socket that takes both families is the same as over IPv4.
        Assert.True(counts.TryAdd(Peer("::ffff:192.0.2.1"), 1));
        Assert.False(counts.TryAdd(Peer("192.0.2.1"), 1));
    }

    [Fact]
    public void ManyThreadsAtOnceNeverPassTheLimitAndLeaveNothingBehind()
    {
        const int Limit = 3;
        var counts = new AddressCounts();
        var open = new int[50];
        int most = 0;
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 20_000; i++)
            {
                int host = random.Next(open.Length);
                var peer = Peer($"192.0.2.{host}");
                if (!counts.TryAdd(peer, Limit))
                    continue;
                int now = Interlocked.Increment(ref open[host]);
                InterlockedMax(ref most, now);
                Interlocked.Decrement(ref open[host]);
                counts.Remove(peer);
            }
        });
        Assert.InRange(most, 1, Limit);
        Assert.Equal(0, counts.Addresses());
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private static Endpoint Peer(string address) => Endpoint.From(new IPEndPoint(IPAddress.Parse(address), 40000));
}
