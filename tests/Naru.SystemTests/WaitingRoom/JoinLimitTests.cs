using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Naru.Core.WaitingRoom.Joins;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Many new places for one address or network: slowed first, refused after.</summary>
public partial class JoinLimitTests
{
    private const string Behind = "trustedProxies: [127.0.0.1]";

    [Fact]
    public async Task NetworkBeyondItsLimitIsSlowedThenRefusedAndHurtsNoOther()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h, joins: { perPrefix: 30/m }", Behind);
        using var guest = shop.Visitor(From("198.51.100.1") + Visitor.Program);
        Assert.Equal(200, (await guest.GetAsync("/shop/guest")).Status);

        // Five places are free, 15 turns of 2 s are kept, and the rest is told to come back much later.
        var answers = new List<HttpMessage>();
        for (int i = 1; i <= 30; i++)
        {
            using var one = shop.Visitor(From($"203.0.113.{i}") + Visitor.Program);
            answers.Add(await one.GetAsync("/shop/a"));
        }

        var kinds = answers.Select(Kind).ToList();
        string told = string.Join(' ', kinds);
        Assert.Equal(["place", "slip", "refused"], kinds.Distinct());
        Assert.True(kinds.Count(k => k == "place") is >= 5 and <= 7 && kinds.Count(k => k == "slip") is >= 14 and <= 17 && kinds[^1] == "refused", told);
        Assert.Equal(kinds, kinds.OrderBy(k => Array.IndexOf(["place", "slip", "refused"], k)));
        var waits = answers.Where(a => Kind(a) != "place").Select(a => int.Parse(a.Field("Retry-After")!, null)).ToList();
        Assert.True(waits[0] <= 3 && waits.Max() is >= 25 and <= 60, string.Join(' ', waits));
        Assert.All(answers.Where(a => Kind(a) == "refused"), a => Assert.Equal((429, null), (a.Status, a.Field("Set-Cookie"))));

        using var neighbour = shop.Visitor(From("203.0.112.1") + Visitor.Program);
        Assert.Equal("place", Kind(await neighbour.GetAsync("/shop/a")));
        Assert.Equal(kinds.Count(k => k == "slip"), await shop.RefusedAsync("join-slowed"));
        Assert.Equal(kinds.Count(k => k == "refused"), await shop.RefusedAsync("join-refused"));
        Assert.Equal(kinds.Count(k => k == "refused"), await shop.Naru.EndsAsync("room-refused"));
        Assert.DoesNotContain("/shop/a", shop.Asked);
    }

    [Fact]
    public async Task SlowedVisitorJoinsWhenTheTurnHasCome()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h, joins: { perAddress: 1/s }");
        using var guest = await shop.GuestAsync();
        using var slowed = shop.Visitor(Visitor.Program);
        await UntilSlowedAsync(slowed);
        var early = await slowed.GetAsync("/shop/a");
        Assert.Equal("waits", Kind(early));
        await Task.Delay(TimeSpan.FromSeconds(int.Parse(early.Field("Retry-After")!, null)));
        Assert.Equal("place", Kind(await slowed.GetAsync("/shop/a")));
        Assert.DoesNotContain("naru-slip-shop", slowed.Cookies);
    }

    /// <summary>The work of the page's script, done here: it is worth ten seconds.</summary>
    [Fact]
    public async Task WorkThatIsDoneSparesTenSecondsOfWaiting()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h, proofOfWork: true, joins: { perAddress: 1/s }");
        using var guest = await shop.GuestAsync();
        using var slowed = shop.Visitor(Visitor.Browser);
        var page = await UntilSlowedAsync(slowed);
        var clock = Stopwatch.StartNew();
        Assert.InRange(int.Parse(page.Field("Retry-After")!, null), 10, 13);
        var mark = Puzzle().Match(page.Text);
        Assert.True(mark.Success, page.Text);
        ulong puzzle = Convert.ToUInt64(mark.Groups[1].Value, 16);
        int bits = int.Parse(mark.Groups[2].Value, null);
        Assert.InRange(bits, ProofOfWork.BitsMin, ProofOfWork.BitsMax);
        long number = 0;
        while (!ProofOfWork.IsSolved(puzzle, bits, Encoding.ASCII.GetBytes($"{number}")))
            number++;
        slowed.Cookies["naru-work-shop"] = $"{number}";
        await Eventually.IsTrue(async () =>
        {
            await slowed.GetAsync("/shop/a");
            await Task.Delay(200);
            return slowed.Ticket != null;
        }, "the visitor joins");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"the work spared nothing: {clock.Elapsed}");
    }

    private static string From(string address) => $"X-Forwarded-For: {address}\r\n";

    private static string Kind(HttpMessage answer)
    {
        var cookies = answer.Fields.Where(f => f.Name == "Set-Cookie" && !f.Value.Contains("Max-Age=0", StringComparison.Ordinal)).Select(f => f.Value).ToList();
        return answer.Status == 429 ? "refused"
            : cookies.Exists(c => c.StartsWith("naru-ticket-shop=", StringComparison.Ordinal)) ? "place"
            : cookies.Exists(c => c.StartsWith("naru-slip-shop=", StringComparison.Ordinal)) ? "slip"
            : "waits";
    }

    /// <summary>Takes places and forgets them, until one is not given at once.</summary>
    private static async Task<HttpMessage> UntilSlowedAsync(Visitor visitor)
    {
        for (int i = 0; i < 20; i++)
        {
            visitor.Cookies.Clear();
            var answer = await visitor.GetAsync("/shop/a");
            if (Kind(answer) == "slip")
                return answer;
        }

        throw new InvalidOperationException("Nobody was slowed.");
    }

    [GeneratedRegex("data-puzzle=\"([0-9a-f]{16})\" data-work=\"([0-9]+)\"")]
    private static partial Regex Puzzle();
}
