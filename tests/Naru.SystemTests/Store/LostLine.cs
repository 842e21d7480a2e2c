using System.Net.Sockets;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store;

/// <summary>
/// A line that was lost, and those who come since. What is judged is what visitors are told, in which order, and never how long it took.
/// </summary>
/// <param name="before">They held a place when the line was lost.</param>
internal sealed class LostLine(Visitor[] before)
{
    private const int Newcomers = 10;
    private const int RebuiltRounds = 60;

    /// <summary>Since <see cref="AssertRebuiltAsync"/>: old and new ones by their numbers.</summary>
    public Visitor[] Visitors { get; private set; } = [];

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

    /// <summary>
    /// Asks as soon as there is somebody to ask, as whoever is first in line does: so within the seconds in which the line listens,
    /// however slow the machine is. To be begun while the program is away.
    /// </summary>
    public static async Task ShowTicketAsync(Visitor visitor)
    {
        visitor.Dispose();
        for (bool isShown = false; !isShown;)
        {
            try
            {
                await visitor.MeAsync();
                isShown = true;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Old numbers hold, new ones lie behind them, and everybody is told to stand where the number says.</summary>
    /// <param name="visitor">Makes a newcomer.</param>
    /// <param name="nodes">Of several, none knows where in a block of 1,024 places the visitors of the others stand.</param>
    public async Task AssertRebuiltAsync(Func<Visitor> visitor, int nodes = 1)
    {
        long[] old = await NumbersAsync(before);
        var since = await JoinAsync(Newcomers, visitor);
        await Eventually.IsTrue(async () => !(await NumbersAsync(since)).Contains(0), "the new ones are told their number");
        long[] late = await NumbersAsync(since);
        Assert.Equal(old.Length + late.Length, old.Concat(late).Distinct().Count());
        Assert.True(late.Min() > old.Max(), $"{late.Min()} was given to a newcomer, {old.Max()} is held");
        // Of several nodes, numbers may be a tenth of a second out of order.
        Visitors = [.. before.Concat(since).Zip(old.Concat(late)).OrderBy(v => v.Second).Select(v => v.First)];

        long[] places = [.. Enumerable.Range(0, Visitors.Length)];
        long[] ahead = [];
        for (int i = 0; i < RebuiltRounds && !(nodes == 1 ? ahead.SequenceEqual(places) : ahead.LastOrDefault() >= before.Length); i++)
        {
            // Who has not asked yet does not count as there, and who is there is counted anew each second.
            await Task.Delay(500);
            ahead = await Task.WhenAll(Visitors.Select(async v => (await v.MeAsync()).GetProperty("ahead").GetInt64()));
        }

        if (nodes == 1)
            Assert.Equal(places, ahead);
        Assert.InRange(ahead[^1], before.Length, Visitors.Length - 1);
        Assert.Equal(old.Concat(late).Order(), await NumbersAsync(Visitors));
    }

    /// <summary>
    /// Asks everybody, from the last to the first, and lets in who may come, from the first to the last. The line only moves forward: whoever
    /// is asked after somebody with a higher number was called must have been called too.
    /// </summary>
    /// <returns>How many have been called, and how many of them are in.</returns>
    public async Task<(int Called, int Inside)> AskAsync()
    {
        var states = new string[Visitors.Length];
        for (int i = Visitors.Length - 1; i >= 0; i--)
        {
            states[i] = (await Visitors[i].MeAsync()).GetProperty("state").GetString()!;
            Assert.Contains(states[i], new[] { "waiting", "called", "admitted" });
            if (i < Visitors.Length - 1 && states[i + 1] != "waiting")
                Assert.NotEqual("waiting", states[i]);
        }

        int called = states.Count(s => s != "waiting");
        int inside = 0;
        for (int i = 0; i < called; i++)
        {
            if (states[i] == "admitted" || (await Visitors[i].ClaimAsync()).Status == 200)
                inside++;
        }

        return (called, inside);
    }

    private static async Task<long[]> NumbersAsync(Visitor[] visitors) =>
        await Task.WhenAll(visitors.Select(async v => (await v.MeAsync()).GetProperty("number").GetInt64()));
}
