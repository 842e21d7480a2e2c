using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

/// <summary>What holds for every algorithm.</summary>
public class BalancerRulesTests
{
    public static TheoryData<BalanceAlgorithm> Algorithms => new(Enum.GetValues<BalanceAlgorithm>());

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void EmptySetGivesNoServer(BalanceAlgorithm algorithm)
    {
        Balancer balancer = BalancerRegistry.Create(algorithm, 1);
        Assert.Null(balancer.Pick(Pools.Set(algorithm, []), new PickContext(0, 1)));
        ServerLoad[] servers = Pools.Servers(2);
        Assert.NotNull(balancer.Pick(Pools.Set(algorithm, servers), new PickContext(0, 1)));
        Assert.Null(balancer.Pick(Pools.Set(algorithm, []), new PickContext(0, 1)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void SingleServerTakesAllUntilFull(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(1);
        servers[0].MaxConnections = 3;
        EligibleSet set = Pools.Set(algorithm, servers);
        Balancer balancer = BalancerRegistry.Create(algorithm, 1);
        for (int i = 0; i < 3; i++)
            Assert.True(balancer.Pick(set, new PickContext(0, (ulong)i))!.TryAcquire());
        Assert.Null(balancer.Pick(set, new PickContext(0, 9)));
        servers[0].Release();
        Assert.Same(servers[0], balancer.Pick(set, new PickContext(0, 9)));
    }

    /// <summary>A request that fails everywhere meets every server exactly once, whatever the weights.</summary>
    [Theory]
    [MemberData(nameof(Algorithms))]
    public void TriedServersAreNeverRepeatedWhileAnotherIsAllowed(BalanceAlgorithm algorithm) => Seeded.Run(30, random =>
    {
        ServerLoad[] servers = Pools.Servers(random.Next(1, 12));
        EligibleSet set = Pools.Set(algorithm, servers, [.. servers.Select(_ => random.Next(10) == 0 ? 1000 : random.Next(1, 4))]);
        Balancer balancer = BalancerRegistry.Create(algorithm, (ulong)random.NextInt64());
        for (int request = 0; request < 50; request++)
        {
            var tried = new ServerLoad?[servers.Length];
            ulong hash = Pools.HashOf(request);
            for (int attempt = 0; attempt < servers.Length; attempt++)
            {
                ServerLoad? server = balancer.Pick(set, new PickContext(0, hash, tried));
                Assert.NotNull(server);
                Assert.DoesNotContain(server, tried);
                tried[attempt] = server;
            }
            Assert.Null(balancer.Pick(set, new PickContext(0, hash, tried)));
        }
    });

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void FullServersAreSkippedAndTheLastPlaceIsFound(BalanceAlgorithm algorithm) => Seeded.Run(10, random =>
    {
        ServerLoad[] servers = Pools.Servers(random.Next(2, 40));
        foreach (ServerLoad server in servers)
            server.MaxConnections = random.Next(1, 6);
        EligibleSet set = Pools.Set(algorithm, servers, Pools.RandomWeights(random, servers.Length));
        Balancer balancer = BalancerRegistry.Create(algorithm, (ulong)random.NextInt64());
        int places = servers.Sum(s => s.MaxConnections);
        for (int i = 0; i < places; i++)
            Assert.True(balancer.Pick(set, new PickContext(0, Pools.HashOf(i)))?.TryAcquire());
        Assert.Null(balancer.Pick(set, new PickContext(0, 1)));
        Assert.All(servers, s => Assert.Equal(s.MaxConnections, s.InFlight));
    });

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void BoundedAndFullTogetherStillFindTheLastPlace(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(5);
        EligibleSet set = Pools.Bounded(algorithm, servers, 1.0);
        for (int i = 0; i < 4; i++)
            servers[i].MaxConnections = 1;
        Balancer balancer = BalancerRegistry.Create(algorithm, 3);
        for (int i = 0; i < 100; i++)
            Assert.True(balancer.Pick(set, new PickContext(0, Pools.HashOf(i)))?.TryAcquire());
        Assert.Equal(96, servers[4].InFlight);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void PickNeverAllocates(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(50);
        EligibleSet[] sets =
        [
            Pools.Set(algorithm, servers),
            Pools.Set(algorithm, servers, Pools.RandomWeights(new Random(1), 50)),
            Pools.Bounded(algorithm, servers, 1.25),
        ];
        servers[3].MaxConnections = 1;
        servers[3].Acquire();
        Balancer balancer = BalancerRegistry.Create(algorithm, 5);
        ServerLoad?[] tried = [servers[0], null];
        Assert.Equal(0, Allocations.LeastOf(() => PickMany(100_000)));

        void PickMany(int picks)
        {
            for (int i = 0; i < picks; i++)
            {
                ServerLoad? server = balancer.Pick(sets[i / 100 % 3], new PickContext(i, (ulong)i * KeyedHash.Golden, tried));
                server!.Observe(i, 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void ThousandServersAllGetTheirShare(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(1000);
        EligibleSet set = Pools.Set(algorithm, servers);
        Balancer balancer = BalancerRegistry.Create(algorithm, 17);
        for (int i = 0; i < 20_000; i++)
        {
            ServerLoad server = balancer.Pick(set, new PickContext(0, Pools.HashOf(i)))!;
            server.Acquire();
            server.Observe(0, 5);
        }
        Assert.All(servers, s => Assert.InRange(s.InFlight, 1, 50));
    }

    /// <summary>Sets come and go under the balancer's feet: whatever it picks is in the set it was given.</summary>
    [Theory]
    [MemberData(nameof(Algorithms))]
    public void PicksComeFromTheSetGiven(BalanceAlgorithm algorithm) => Seeded.Run(4, random =>
    {
        ServerLoad[] all = Pools.Servers(30);
        Balancer balancer = BalancerRegistry.Create(algorithm, (ulong)random.NextInt64());
        for (int change = 0; change < 10; change++)
        {
            ServerLoad[] some = [.. all.Where(_ => random.Next(3) > 0)];
            EligibleSet set = random.Next(2) == 0
                ? Pools.Set(algorithm, some)
                : Pools.Set(algorithm, some, Pools.RandomWeights(random, some.Length));
            for (int i = random.Next(40); i > 0 && some.Length > 0; i--)
                Assert.Contains(balancer.Pick(set, new PickContext(change, Pools.HashOf(i))), some);
        }
    });
}
