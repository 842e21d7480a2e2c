using System.Security.Cryptography;
using System.Text.Json;
using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Lotteries in the real program, checked as a visitor would check them: by what is published, and by nothing else.</summary>
public class OpeningTests
{
    [Fact]
    public async Task LotsThatAnybodyCanRecomputeDecideTheOrderOfAnOpening()
    {
        var opens = DateTimeOffset.UtcNow.AddSeconds(5);
        await using var shop = await Shop.OpenAsync($"admit: 1000/s, active: 2, session: 1h, opens: {opens:yyyy-MM-dd'T'HH:mm:ss'Z'}, prequeue: 1h");
        using var browser = shop.Visitor(Visitor.Browser);
        var page = await browser.GetAsync("/shop/a");
        Assert.Equal(503, page.Status);
        string commitment = (await DrawsAsync(shop)).GetProperty("commitment").GetString()!;
        Assert.Contains($"<code>{commitment}</code>", page.Text, StringComparison.Ordinal);
        Assert.Empty((await DrawsAsync(shop)).GetProperty("draws").EnumerateArray());

        var early = new List<(Visitor Visitor, long Number)>();
        for (int i = 0; i < 20; i++)
        {
            var visitor = shop.Visitor(Visitor.Program);
            var view = Visitor.Json(await visitor.GetAsync("/shop/a"));
            Assert.Equal("prequeue", view.GetProperty("state").GetString());
            early.Add((visitor, view.GetProperty("number").GetInt64()));
        }

        Assert.DoesNotContain("/shop/a", shop.Asked);
        await Eventually.IsTrue(async () => (await DrawsAsync(shop)).GetProperty("draws").GetArrayLength() == 1, "lots are drawn");
        Assert.True(DateTimeOffset.UtcNow > opens.AddSeconds(-1), "the doors open when they should");
        var draw = (await DrawsAsync(shop)).GetProperty("draws")[0];
        byte[] seed = Convert.FromHexString(draw.GetProperty("seed").GetString()!);
        long first = draw.GetProperty("first").GetInt64();
        Assert.Equal(commitment, Convert.ToHexStringLower(SHA256.HashData(seed)));
        Assert.Equal((1, 21), (first, draw.GetProperty("count").GetInt64())); // and the browser
        Assert.Contains(shop.Naru.Process.Lines, l => l.Contains($"lots were drawn among the numbers 1 to 21, with the seed {draw.GetProperty("seed").GetString()}.", StringComparison.Ordinal));

        using var late = shop.Visitor(Visitor.Program);
        await late.GetAsync("/shop/a");
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Waiting <= 20, "the first of the line are called");
        var permutation = new KeyedPermutation(seed, 21);
        var places = new List<(long Place, string State, long Ahead)>();
        foreach (var (visitor, number) in early)
        {
            var view = await visitor.MeAsync();
            Assert.Equal(number, view.GetProperty("number").GetInt64());
            places.Add((permutation.Map(number - first), view.GetProperty("state").GetString()!, view.GetProperty("ahead").GetInt64()));
        }

        // Some are called, in the order of the lots; in the same order stand those who wait, all before who came afterwards.
        var inOrder = places.OrderBy(p => p.Place).ToList();
        string told = string.Join(' ', inOrder);
        int called = inOrder.TakeWhile(p => p.State == "called").Count();
        Assert.InRange(called, 1, 12);
        Assert.True(inOrder.Skip(called).All(p => p.State == "waiting"), told);
        var waiting = inOrder.Skip(called).Select(p => p.Ahead).ToList();
        Assert.True(waiting.SequenceEqual(waiting.Distinct().Order()), told);
        Assert.True((await late.MeAsync()).GetProperty("ahead").GetInt64() > waiting[^1], told);
        var drawn = await browser.GetAsync("/shop/a", "Sec-Purpose: prefetch\r\n"); // does not take the turn
        Assert.Contains($"<code>{draw.GetProperty("seed").GetString()}</code>", drawn.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/.naru/rooms/shop/draws\"", drawn.Text, StringComparison.Ordinal);
        early.ForEach(e => e.Visitor.Dispose());
    }

    [Fact]
    public async Task LotteryAmongThosePresentPublishesEachSeedBeforeAndAfter()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h, mode: random");
        using var guest = await shop.GuestAsync();
        // A draw is of all who came since the last one, and its hash was there before any of them.
        var announced = new HashSet<string>();
        for (int i = 0; i < 3; i++)
        {
            announced.Add((await DrawsAsync(shop)).GetProperty("commitment").GetString()!);
            using var visitor = shop.Visitor(Visitor.Program);
            Assert.Equal(503, (await visitor.GetAsync("/shop/a")).Status);
            long number = (await visitor.MeAsync()).GetProperty("number").GetInt64();
            await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Active, $$"""{"active":{{i + 2}}}""");
            await Eventually.IsTrue(async () => (await DrawsAsync(shop)).GetProperty("draws").EnumerateArray().Any(d => Takes(d, number)), "the visitor took part in a draw");
            await visitor.EnterAsync();
            var draw = (await DrawsAsync(shop)).GetProperty("draws").EnumerateArray().Single(d => Takes(d, number));
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(draw.GetProperty("seed").GetString()!))), announced);
        }

        Assert.Equal("random", (await shop.RoomAsync()).Mode);

        static bool Takes(JsonElement draw, long number) =>
            number >= draw.GetProperty("first").GetInt64() && number < draw.GetProperty("first").GetInt64() + draw.GetProperty("count").GetInt64();
    }

    /// <summary>As somebody without a place gets them.</summary>
    private static async Task<JsonElement> DrawsAsync(Shop shop)
    {
        using var anybody = shop.Visitor();
        var answer = await anybody.GetAsync("/.naru/rooms/shop/draws");
        Assert.Equal((200, "private, no-store", null), (answer.Status, answer.Field("Cache-Control"), answer.Field("Set-Cookie")));
        return Visitor.Json(answer);
    }
}
