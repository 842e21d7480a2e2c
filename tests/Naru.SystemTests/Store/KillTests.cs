using System.Collections.Concurrent;
using System.Diagnostics;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store.Embedded;

namespace Naru.SystemTests.Store;

/// <summary>The real program on real files, killed.</summary>
[Collection<Alone>]
public sealed class KillTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task NoNumberRepeatsAndNobodyLosesTheirPlaceThroughManyKills()
    {
        const int Kills = 16;
        int seed = Environment.GetEnvironmentVariable("NARU_TEST_SEED") is { } given ? int.Parse(given, null) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"NARU_TEST_SEED={seed}");
        var random = new Random(seed);
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        var places = new ConcurrentDictionary<long, StoredShop.Place>();
        for (int kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var crowd = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                    if (await shop.JoinAsync() is { } place)
                        Assert.True(places.TryAdd(place.Number, place), $"after {kill} kills number {place.Number} was given out again");
            })).ToArray();
            await Task.Delay(random.Next(150));
            await shop.Naru.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(crowd);
            await shop.Naru.KillAndRestartAsync();
        }

        Assert.True(places.Count > Kills, $"Only {places.Count} joined.");
        foreach (var place in places.Values)
            await shop.AssertKeptAsync(place);

        Assert.Single(Directory.GetFiles(shop.Folder, "*.journal"));
    }

    [Fact]
    public async Task WhatTheOperatorDidOutlivesAKill()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Pause);
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Message, """{"message":"잠시만 기다려 주세요"}""");
        await shop.Naru.KillAndRestartAsync();
        var room = await shop.Naru.RoomAsync("shop");
        Assert.Equal("paused", room.State);
        Assert.Equal("잠시만 기다려 주세요", room.Message);
    }

    [Fact]
    public async Task LastWriteThatWasTornIsToldAndSkipped()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        var place = await shop.JoinSurelyAsync();
        await shop.Naru.KillAndRestartAsync(() =>
        {
            byte[] bytes = File.ReadAllBytes(shop.Journal);
            File.WriteAllBytes(shop.Journal, bytes[..^12]);
        });
        Assert.Contains("was not completed when Naru or the machine stopped", shop.Naru.Process.Output);
        var next = await shop.JoinSurelyAsync();
        Assert.True(next.Number > place.Number + 900_000, $"{place.Number}, then {next.Number}");
        await shop.AssertKeptAsync(place);
    }

    [Fact]
    public async Task MillionWhoWaitAreThereTwoSecondsAfterAKill()
    {
        const int Line = 1_000_000;
        string folder = _folder.File("store");
        await using var shop = await StoredShop.OpenAsync(folder);
        await shop.JoinSurelyAsync();
        var watch = Stopwatch.StartNew();
        await shop.Naru.KillAndRestartAsync();
        await shop.JoinSurelyAsync();
        var alone = watch.Elapsed;

        await shop.Naru.KillAndRestartAsync(() =>
        {
            Join(folder, Line);
            watch.Restart();
        });
        var last = await shop.JoinSurelyAsync();
        var together = watch.Elapsed;
        Assert.True(last.Number > Line);
        Assert.InRange((await shop.LookAsync(last)).GetProperty("ahead").GetInt64(), Line * 9 / 10, Line + 100_000);
        // What the line costs, not what starting a program costs on a machine that others use too.
        Assert.True(together - alone < TimeSpan.FromSeconds(2), $"{alone.TotalMilliseconds:0} ms alone, {together.TotalMilliseconds:0} ms with {Line} waiting");
        TestContext.Current.TestOutputHelper?.WriteLine($"{alone.TotalMilliseconds:0} ms alone, {together.TotalMilliseconds:0} ms with {Line} waiting");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>So many come at once, in this process.</summary>
    private static void Join(string folder, int count)
    {
        var store = EmbeddedRoomStore.Open(folder, _ => { });
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var room = Done(store.OpenAsync(new RoomSettings { Name = "shop", AdmitPerSecond = 1, Active = 1 }, hasKeyFile: false, nowMs));
        var node = new RoomNode(4711);
        var update = new RoomUpdate();
        while (count > 0)
        {
            nowMs += RoomLimits.TickMs;
            Assert.True(Done(room.TickAsync(node.TakeReport(nowMs), update)));
            node.Accept(update, nowMs);
            while (count > 0 && node.TryJoin(nowMs, out _) == JoinResult.Joined)
                count--;
        }

        nowMs += RoomLimits.TickMs;
        Assert.True(Done(room.TickAsync(node.TakeReport(nowMs), update)));
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static T Done<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
