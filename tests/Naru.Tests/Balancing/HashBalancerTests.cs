using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

/// <summary>source-hash, consistent-hash and maglev.</summary>
public class HashBalancerTests
{
    private const int Clients = 20_000;

    public static TheoryData<BalanceAlgorithm> Hashing => new(BalanceAlgorithm.SourceHash, BalanceAlgorithm.ConsistentHash, BalanceAlgorithm.Maglev);

    public static TheoryData<BalanceAlgorithm> Bounding => new(BalanceAlgorithm.ConsistentHash, BalanceAlgorithm.Maglev);

    public static TheoryData<BalanceAlgorithm> Placed => new(BalanceAlgorithm.SourceHash, BalanceAlgorithm.ConsistentHash);

    [Theory]
    [MemberData(nameof(Hashing))]
    public void ClientsFollowTheWeights(BalanceAlgorithm algorithm) => Seeded.Run(5, random =>
    {
        int[] weights = Pools.RandomWeights(random, random.Next(2, 40));
        EligibleSet set = Pools.Set(algorithm, Pools.Servers(weights.Length), weights);
        Pools.AssertFollowsWeights(Pools.Count(BalancerRegistry.Create(algorithm, 1), set, Clients, (ulong)random.NextInt64()), weights);
    });

    /// <summary>Other loops, another node with the servers in another order, another process: the same server.</summary>
    [Theory]
    [MemberData(nameof(Hashing))]
    public void EveryLoopAndNodeAgrees(BalanceAlgorithm algorithm)
    {
        ServerLoad[] here = Pools.Servers(9);
        ServerLoad[] there = [.. Pools.Servers(9).Reverse()];
        string[] first = Map(Pools.Candidates(here), algorithm, seed: 1);
        Assert.Equal(first, Map(Pools.Candidates(here), algorithm, seed: 2));
        Assert.Equal(first, Map(Pools.Candidates(there), algorithm, seed: 3));
    }

    [Theory]
    [MemberData(nameof(Placed))]
    public void LostServerMovesOnlyItsOwnClients(BalanceAlgorithm algorithm) => Seeded.Run(10, random =>
    {
        Candidate[] candidates = RandomCandidates(random);
        int lost = Array.FindIndex(candidates, c => c.Weight > 0);
        string[] before = Map(candidates, algorithm);
        string address = candidates[lost].Server.Address;
        candidates[lost] = candidates[lost] with { Weight = 0 };
        string[] after = Map(candidates, algorithm);
        Assert.Contains(address, before);
        Assert.DoesNotContain(address, after);
        for (int i = 0; i < Clients; i++)
            Assert.True(before[i] == address || before[i] == after[i], $"client {i} moved from {before[i]} to {after[i]}");
    });

    /// <summary>The clients of the lost server spread over all others by weight instead of falling on one neighbour.</summary>
    [Theory]
    [MemberData(nameof(Hashing))]
    public void ClientsOfALostServerSpread(BalanceAlgorithm algorithm)
    {
        Candidate[] candidates = Pools.Candidates(Pools.Servers(10));
        string[] before = Map(candidates, algorithm);
        string address = candidates[4].Server.Address;
        candidates[4] = candidates[4] with { Weight = 0 };
        string[] after = Map(candidates, algorithm);
        int[] moved = [.. candidates.Where(c => c.Weight > 0)
            .Select(c => Enumerable.Range(0, Clients).Count(i => before[i] == address && after[i] == c.Server.Address))];
        Assert.All(moved, m => Assert.InRange(m, 130, 330));
    }

    /// <summary>Slow start: at each step clients move to the growing server and nowhere else.</summary>
    [Theory]
    [MemberData(nameof(Placed))]
    public void GrowingServerOnlyGainsClients(BalanceAlgorithm algorithm)
    {
        Candidate[] candidates = Pools.Candidates(Pools.Servers(8));
        string address = candidates[2].Server.Address;
        string[]? before = null;
        foreach (int weight in (int[])[0, 100, 250, 500, 900, 1000])
        {
            candidates[2] = candidates[2] with { Weight = weight };
            string[] after = Map(candidates, algorithm);
            double share = after.Count(a => a == address) / (double)Clients;
            Assert.InRange(share, weight / (7000.0 + weight) - 0.015, weight / (7000.0 + weight) + 0.015);
            for (int i = 0; before is not null && i < Clients; i++)
                Assert.True(before[i] == after[i] || after[i] == address);
            before = after;
        }
    }

    /// <summary>Nearly all servers are out: the slow way keeps the promise too.</summary>
    [Theory]
    [MemberData(nameof(Placed))]
    public void FewSurvivorsKeepTheirClientsWhenAnotherIsLost(BalanceAlgorithm algorithm)
    {
        Candidate[] candidates = Pools.Candidates(Pools.Servers(200));
        for (int i = 3; i < 200; i++)
            candidates[i] = candidates[i] with { Weight = 0 };
        string[] before = Map(candidates, algorithm);
        string address = candidates[1].Server.Address;
        candidates[1] = candidates[1] with { Weight = 0 };
        string[] after = Map(candidates, algorithm);
        for (int i = 0; i < Clients; i++)
            Assert.True(before[i] == address || before[i] == after[i]);
        Assert.InRange(before.Count(a => a == address), Clients * 0.30, Clients * 0.37);
        Assert.InRange(after.Count(a => a == candidates[0].Server.Address), Clients * 0.46, Clients * 0.54);
    }

    /// <summary>NSDI 2016, figure 11: removing one of many moves its own share and a little more.</summary>
    [Fact]
    public void MaglevMovesLittleMoreThanTheLostShare()
    {
        Candidate[] candidates = Pools.Candidates(Pools.Servers(100));
        string[] before = Map(candidates, BalanceAlgorithm.Maglev);
        string[] after = Map([.. candidates.Where((_, i) => i != 50)], BalanceAlgorithm.Maglev);
        Assert.InRange(Enumerable.Range(0, Clients).Count(i => before[i] != after[i]) / (double)Clients, 0.008, 0.05);
    }

    [Theory]
    [MemberData(nameof(Hashing))]
    public void AddedServerTakesItsShareAndLittleElseMoves(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(50);
        string[] before = Map(Pools.Candidates(servers[..49]), algorithm);
        string[] after = Map(Pools.Candidates(servers), algorithm);
        int toNew = after.Count(a => a == servers[49].Address);
        int elsewhere = Enumerable.Range(0, Clients).Count(i => before[i] != after[i] && after[i] != servers[49].Address);
        Assert.InRange(toNew / (double)Clients, 0.015, 0.026);
        Assert.InRange(elsewhere / (double)Clients, 0, 0.06);
    }

    [Fact]
    public void TableIsUsedAgainWhenOnlyHealthChanges()
    {
        Candidate[] candidates = Pools.Candidates(Pools.Servers(1_000));
        EligibleSet set = EligibleSet.Build(BalanceAlgorithm.SourceHash, Pools.Unbounded, candidates);
        EligibleSet? next = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        candidates[0] = candidates[0] with { Weight = 0 };
        next = EligibleSet.Build(BalanceAlgorithm.SourceHash, Pools.Unbounded, candidates, previous: set);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 * MaglevSlots.SizeFor(1_000));
        Assert.Equal(999, next.Servers.Length);
    }

    /// <summary>All clients are one: without the bound one server would take everything.</summary>
    [Theory]
    [MemberData(nameof(Bounding))]
    public void NoServerPassesItsBoundOfTheLoad(BalanceAlgorithm algorithm) => Seeded.Run(10, random =>
    {
        int[] weights = Pools.RandomWeights(random, random.Next(2, 20));
        ServerLoad[] servers = Pools.Servers(weights.Length);
        double factor = 1 + random.NextDouble();
        EligibleSet set = Pools.Bounded(algorithm, servers, factor, weights);
        Balancer balancer = BalancerRegistry.Create(algorithm, 1);
        double sum = weights.Sum();
        var held = new List<ServerLoad>();
        for (int i = 0; i < 3_000; i++)
        {
            if (held.Count > 0 && random.Next(3) == 0)
            {
                int ends = random.Next(held.Count);
                held[ends].Release();
                held.RemoveAt(ends);
                continue;
            }
            ServerLoad server = balancer.Pick(set, new PickContext(0, hash: 12345))!;
            server.Acquire();
            held.Add(server);
            double bound = Math.Ceiling(held.Count * factor * weights[Array.IndexOf(servers, server)] / sum);
            Assert.True(server.InFlight <= bound, $"{server.InFlight} above {bound}");
        }
    });

    /// <summary>Nearly all servers are out, so that the hash hardly ever lands on one of the few: the slow way bounds too.</summary>
    [Fact]
    public void FewSurvivorsKeepTheirBounds()
    {
        ServerLoad[] servers = Pools.Servers(500);
        Candidate[] candidates = Pools.Candidates(servers);
        for (int i = 4; i < 500; i++)
            candidates[i] = candidates[i] with { Weight = 0 };
        var load = new PoolLoad();
        foreach (ServerLoad server in servers)
            server.Attach(load);
        EligibleSet set = EligibleSet.Build(BalanceAlgorithm.ConsistentHash, new HashOptions(), candidates, load: load);
        Balancer balancer = BalancerRegistry.Create(BalanceAlgorithm.ConsistentHash, 1);
        for (int held = 1; held <= 400; held++)
        {
            ServerLoad server = balancer.Pick(set, new PickContext(0, hash: 4))!;
            server.Acquire();
            Assert.True(server.InFlight <= Math.Ceiling(held * 1.25 / 4), $"{server.InFlight} of {held}");
        }
    }

    [Theory]
    [MemberData(nameof(Bounding))]
    public void ClientReturnsToItsServerWhenTheLoadIsGone(BalanceAlgorithm algorithm)
    {
        ServerLoad[] servers = Pools.Servers(4);
        EligibleSet set = Pools.Bounded(algorithm, servers, 1.25);
        Balancer balancer = BalancerRegistry.Create(algorithm, 1);
        ServerLoad home = balancer.Pick(set, new PickContext(0, 99))!;
        home.Acquire();
        ServerLoad second = balancer.Pick(set, new PickContext(0, 99))!;
        Assert.NotSame(home, second);
        home.Release();
        Assert.Same(home, balancer.Pick(set, new PickContext(0, 99)));
    }

    /// <summary>What a request overflows to is fixed as well: its cache is warm on two servers, not on all.</summary>
    [Theory]
    [MemberData(nameof(Hashing))]
    public void SecondChoiceIsStable(BalanceAlgorithm algorithm)
    {
        EligibleSet set = Pools.Set(algorithm, Pools.Servers(10));
        Balancer balancer = BalancerRegistry.Create(algorithm, 1);
        for (int client = 0; client < 100; client++)
        {
            ulong hash = Pools.HashOf(client);
            ServerLoad?[] tried = [balancer.Pick(set, new PickContext(0, hash))];
            Assert.Same(balancer.Pick(set, new PickContext(0, hash, tried)), balancer.Pick(set, new PickContext(0, hash, tried)));
        }
    }

    private static Candidate[] RandomCandidates(Random random)
    {
        ServerLoad[] servers = Pools.Servers(random.Next(3, 30));
        Candidate[] candidates = Pools.Candidates(servers, Pools.RandomWeights(random, servers.Length));
        for (int i = 0; i < candidates.Length - 2; i++)
            if (random.Next(4) == 0)
                candidates[i + 2] = candidates[i + 2] with { Weight = random.Next(2) * candidates[i + 2].FullWeight / 3 };
        return candidates;
    }

    private static string[] Map(Candidate[] candidates, BalanceAlgorithm algorithm, ulong seed = 1)
    {
        EligibleSet set = EligibleSet.Build(algorithm, Pools.Unbounded, candidates);
        Balancer balancer = BalancerRegistry.Create(algorithm, seed);
        return [.. Enumerable.Range(0, Clients).Select(i => balancer.Pick(set, new PickContext(0, Pools.HashOf(i)))!.Address)];
    }
}
