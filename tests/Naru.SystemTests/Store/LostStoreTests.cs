using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store;

/// <summary>The program is killed and its store lost, and the key is kept: the line is rebuilt from what visitors hold.</summary>
public sealed class LostStoreTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly IPEndPoint _web = Ports.TakeAddress();

    [Theory]
    [InlineData("folder")]
    [InlineData("memory")]
    public async Task OldVisitorsComeInInTheirOrderAndBeforeNewOnes(string store)
    {
        await using var origin = Origin.Answering(request => request.Target);
        string key = _folder.Write("room.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        string stores = _folder.File("stores");
        Directory.CreateDirectory(stores);
        string Config(int active) => (store == "folder" ? $"store: {{ path: {stores}/one }}\n" : "")
            + Shop.Config(_web, origin.Address, $"admit: 20/s, active: {active}, session: 10m, keyFile: {key}");

        await using var naru = await NaruProcess.StartAsync(Config(active: 1));
        using var guest = await new Visitor(_web).AsGuestAsync();
        var before = await LostLine.JoinAsync(40, () => new Visitor(_web));

        await naru.KillAndRestartAsync(() =>
        {
            if (store == "folder")
                Directory.Delete($"{stores}/one", recursive: true);
            naru.WriteConfig(Config(active: 1_000));
        });
        guest.Dispose();
        Assert.Equal(200, (await guest.GetAsync("/shop/guest")).Status);
        await LostLine.AssertServedInOrderAsync(before, () => new Visitor(_web), output);
        Assert.Contains("waiting room shop: the store does not have its whole line: it is rebuilt from the tickets that visitors show", naru.Process.Output);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A line that was lost, and those who come since.</summary>
internal static class LostLine
{
    public static async Task<Visitor[]> JoinAsync(int count, Func<Visitor> visitor)
    {
        var visitors = new Visitor[count];
        for (int i = 0; i < count; i++)
        {
            var joins = visitors[i] = visitor();
            await Eventually.IsTrue(async () =>
            {
                await joins.GetAsync("/shop/page", Visitor.Program);
                return joins.Ticket != null;
            }, "a visitor gets a place");
        }

        return visitors;
    }

    /// <summary>Everybody polls as told; nobody with a new number comes in before the old ones, and no number is held twice.</summary>
    public static async Task AssertServedInOrderAsync(Visitor[] before, Func<Visitor> visitor, ITestOutputHelper output)
    {
        foreach (var each in before)
            each.Dispose();
        var clock = Stopwatch.StartNew();
        var polling = before.Select(v => EnterAsync(v, clock)).ToList();
        var since = await JoinAsync(10, visitor);
        output.WriteLine($"first new place after {clock.Elapsed.TotalSeconds:0.0} s");
        // The old ones count as they are heard of.
        long ahead = 0;
        await Eventually.IsTrue(async () =>
        {
            await Task.Delay(1_000);
            ahead = (await since[^1].MeAsync()).GetProperty("ahead").GetInt64();
            return ahead >= before.Length;
        }, "the last of the line is told who stands before them");
        Assert.InRange(ahead, before.Length, before.Length + since.Length - 1);
        polling.AddRange(since.Select(v => EnterAsync(v, clock)));
        var all = await Task.WhenAll(polling);
        // Numbers of several nodes may be a tenth of a second out of order.
        (long Number, long AtMs)[] entered = [.. all[..before.Length].OrderBy(e => e.Number), .. all[before.Length..].OrderBy(e => e.Number)];

        long[] numbers = [.. entered.Select(e => e.Number)];
        output.WriteLine($"numbers {numbers[0]} to {numbers[before.Length - 1]}, then {numbers[before.Length]} to {numbers[^1]}; "
            + $"in after {entered[..before.Length].Min(e => e.AtMs)} to {entered[..before.Length].Max(e => e.AtMs)} ms, then from {entered[before.Length..].Min(e => e.AtMs)} ms on");
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.Equal(numbers.Order(), numbers);
        // Whose turn it is asks up to 2.6 s later, on a busy machine later still, and all of these are called within seconds. A line
        // that forgot the old ones would let the new ones in more than a minute sooner.
        const long SlackMs = 15_000;
        Assert.True(entered[before.Length..].Min(e => e.AtMs) > entered[..before.Length].Max(e => e.AtMs) - SlackMs);
        for (int i = 1; i < before.Length; i++)
            Assert.True(entered[i].AtMs > entered[..i].Max(e => e.AtMs) - SlackMs, $"number {numbers[i]} came in before lower ones");
        foreach (var each in before.Concat(since))
            each.Dispose();
    }

    private static async Task<(long Number, long AtMs)> EnterAsync(Visitor visitor, Stopwatch clock)
    {
        long number = 0;
        while (clock.ElapsedMilliseconds < RoomLimits.SilenceMaxMs + 60_000)
        {
            var view = await visitor.MeAsync();
            if (view.GetProperty("number").GetInt64() is > 0 and var told)
            {
                Assert.True(number == 0 || number == told, $"number {number} became {told}");
                number = told;
            }

            string state = view.GetProperty("state").GetString()!;
            Assert.Contains(state, new[] { "waiting", "called", "admitted" });
            if (state != "waiting" && (await visitor.ClaimAsync()).Status == 200)
                return (number, clock.ElapsedMilliseconds);
            await Task.Delay(view.GetProperty("pollAfterMs").GetInt32());
        }

        throw new TimeoutException($"Number {number} did not come in.");
    }
}
