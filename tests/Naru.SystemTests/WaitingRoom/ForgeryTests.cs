using System.Text;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>
/// What somebody can make who knows the format, or even a key that is not this room's: each kind of proof, wrong in each way. Always
/// a new place at the tail or the page, never the pool, never a 500, counted by its reason.
/// </summary>
public sealed class ForgeryTests : IDisposable
{
    private const string Secret = "the key of the shop, at least 32 bytes";
    private const string Host = "shop.test";
    private const int PassMacBytes = 17;
    private const int MacBytes = 16;

    private static readonly RoomKeys Keys = new("shop", Encoding.ASCII.GetBytes(Secret));
    private static readonly RoomKeys OtherRoom = new("expo", Encoding.ASCII.GetBytes(Secret));
    private static readonly RoomKeys OtherKey = new("shop", Encoding.ASCII.GetBytes(Secret + "!"));

    private readonly TestFolder _folder = new();
    private readonly RoomProof _ours = new(Keys, new RoomCookies("shop"));

    private string OnePlace => $"admit: 1000/s, active: 1, session: 1h, keyFile: {_folder.Write("room.key", Secret)}";

    [Fact]
    public async Task NoWrongPassGetsIn()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        var good = guest.Pass!;
        long epoch = (await shop.RoomAsync()).Epoch;
        Assert.Equal(ProofResult.Ok, _ours.Passes.Read(Bytes(good), Bytes(Host), epoch, out var pass));
        Assert.Equal(good, Write(_ours, pass)); // what is made here is what the program makes

        await AssertWorthlessAsync(shop, last: 0, "naru-pass-shop",
        [
            ("forged", Changed(good, good.Length - 3), "pass-bad-mac"),
            ("the fields of another visitor", Changed(good, 12), "pass-bad-mac"),
            ("cut", good[..^4], "pass-malformed"),
            ("lengthened", good + "AAAA", "pass-malformed"),
            ("of another room", Write(new RoomProof(OtherRoom, new RoomCookies("expo")), pass), "pass-unknown-key"),
            ("of another room, under the id of our key", Resign(good, PassMacBytes, OtherRoom, k => k.Pass), "pass-bad-mac"),
            ("of another key", Write(new RoomProof(OtherKey, new RoomCookies("shop")), pass), "pass-unknown-key"),
            ("of another key, under the id of ours", Resign(good, PassMacBytes, OtherKey, k => k.Pass), "pass-bad-mac"),
            ("signed as a ticket", Resign(good, PassMacBytes, Keys, k => k.Ticket), "pass-bad-mac"),
            ("signed as a slip", Resign(good, PassMacBytes, Keys, k => k.Slip), "pass-bad-mac"),
            ("of another host", Resign(good, PassMacBytes, Keys, k => k.Pass, "shop2.test"), "pass-bad-mac"),
            ("a ticket", Write(_ours, new Ticket(1, 1, 1, pass.Visitor, 1)), "pass-malformed"),
            ("of an old epoch", Write(_ours, pass with { Epoch = 0 }), "pass-wrong-epoch"),
            ("of who had the place before", Write(_ours, pass with { Admission = pass.Admission - 1 }), "pass-superseded"),
            ("of a place that the room has not", Write(_ours, pass with { Slot = 9_999_999 }), "pass-superseded"),
            ("expired, of a time without the store", Write(_ours, pass with { Slot = Grant.LocalSlot, IssuedMs = 1_000_000_000_000 }), "pass-expired"),
        ]);
        Assert.Equal(200, (await guest.GetAsync("/shop/still")).Status);
    }

    [Fact]
    public async Task NoWrongTicketKeepsAPlace()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var first = shop.Visitor();
        await first.GetAsync("/shop/a");
        var good = first.Ticket!;
        long epoch = (await shop.RoomAsync()).Epoch;
        Assert.Equal(ProofResult.Ok, _ours.Tickets.Read(Bytes(good), Bytes(Host), epoch, out var ticket));
        Assert.Equal(good, Write(_ours, ticket));

        await AssertWorthlessAsync(shop, ticket.Number, "naru-ticket-shop",
        [
            ("forged", Changed(good, good.Length - 3), "ticket-bad-mac"),
            ("a better number", Changed(good, 15), "ticket-bad-mac"),
            ("cut", good[..^4], "ticket-malformed"),
            ("lengthened", good + "AAAA", "ticket-malformed"),
            ("of another room", Write(new RoomProof(OtherRoom, new RoomCookies("expo")), ticket), "ticket-unknown-key"),
            ("of another room, under the id of our key", Resign(good, MacBytes, OtherRoom, k => k.Ticket), "ticket-bad-mac"),
            ("of another key", Write(new RoomProof(OtherKey, new RoomCookies("shop")), ticket), "ticket-unknown-key"),
            ("of another key, under the id of ours", Resign(good, MacBytes, OtherKey, k => k.Ticket), "ticket-bad-mac"),
            ("signed as a pass", Resign(good, MacBytes, Keys, k => k.Pass), "ticket-bad-mac"),
            ("signed as a slip", Resign(good, MacBytes, Keys, k => k.Slip), "ticket-bad-mac"),
            ("of another host", Resign(good, MacBytes, Keys, k => k.Ticket, "shop2.test"), "ticket-bad-mac"),
            ("a pass", guest.Pass!, "ticket-malformed"),
            ("of an old epoch", Write(_ours, ticket with { Epoch = 0 }), "ticket-wrong-epoch"),
            ("of no number", Write(_ours, ticket with { Number = 0 }), "ticket-unknown"),
        ]);
        Assert.Equal(ticket.Number, (await first.MeAsync()).GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task TurnThatWasMissedIsOverAfterItsGrace()
    {
        await using var shop = await Shop.OpenAsync(OnePlace + ", grace: 1s");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Active, """{"active":2}""");
        await visitor.UntilAsync("called");
        await visitor.UntilAsync("unknown");
        Assert.True(await shop.RefusedAsync("ticket-unknown") > 0);
        Assert.Equal(409, (await visitor.ClaimAsync()).Status);
        // The place is free, and a new visit begins anew.
        var missed = visitor.Ticket;
        await Eventually.IsTrue(async () => (await visitor.GetAsync("/shop/b")).Status == 200 || visitor.Ticket != missed, "a new place, in line or inside");
    }

    /// <summary>A slip keeps a turn to join; a wrong one keeps none, and a right one keeps it once.</summary>
    [Fact]
    public async Task NoWrongSlipJoins()
    {
        await using var shop = await Shop.OpenAsync(OnePlace + ", joins: { perAddress: 30/m }");
        using var guest = await shop.GuestAsync();
        using var slowed = shop.Visitor(Visitor.Program);
        // Five are free.
        for (int i = 0; i < 8 && !slowed.Cookies.ContainsKey("naru-slip-shop"); i++)
        {
            slowed.Cookies.Clear();
            await slowed.GetAsync("/shop/a");
        }

        var good = slowed.Cookies["naru-slip-shop"];
        Assert.Equal(ProofResult.Ok, _ours.Slips.Read(Bytes(good), Bytes(Host), out var slip));
        Assert.Equal(good, Write(_ours, slip));
        Assert.Null(slowed.Ticket);
        int let = shop.Origin.Requests.Count;
        long joined = (await shop.RoomAsync()).Counts.Joined;
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var ripe = slip with { ReadyMs = nowMs - 20_000, Puzzle = slip.Puzzle + 1 };

        foreach (var (what, value, reason) in new[]
        {
            ("forged", Changed(good, good.Length - 3), "slip-bad-mac"),
            ("a sooner turn", Changed(good, 9), "slip-bad-mac"),
            ("cut", good[..^4], "slip-malformed"),
            ("lengthened", good + "AAAA", "slip-malformed"),
            ("of another room", Write(new RoomProof(OtherRoom, new RoomCookies("expo")), ripe), "slip-unknown-key"),
            ("of another room, under the id of our key", Resign(Write(_ours, ripe), MacBytes, OtherRoom, k => k.Slip), "slip-bad-mac"),
            ("of another key, under the id of ours", Resign(Write(_ours, ripe), MacBytes, OtherKey, k => k.Slip), "slip-bad-mac"),
            ("signed as a ticket", Resign(Write(_ours, ripe), MacBytes, Keys, k => k.Ticket), "slip-bad-mac"),
            ("of another host", Resign(Write(_ours, ripe), MacBytes, Keys, k => k.Slip, "shop2.test"), "slip-bad-mac"),
            ("a pass", guest.Pass!, "slip-malformed"),
            ("a turn that was not taken in time", Write(_ours, slip with { ReadyMs = nowMs - 600_000 }), "slip-spent"),
        })
        {
            using var visitor = shop.Visitor(Visitor.Program);
            visitor.Cookies["naru-slip-shop"] = value;
            long count = await shop.RefusedAsync(reason);
            var answer = await visitor.GetAsync("/shop/x");
            Assert.True(answer.Status is 503 or 429, $"{what}: {answer.StartLine}");
            Assert.Null(visitor.Ticket);
            Assert.True(await shop.RefusedAsync(reason) == count + 1, $"{what} is not counted as {reason}");
        }

        Assert.Equal(joined, (await shop.RoomAsync()).Counts.Joined);
        using var once = shop.Visitor(Visitor.Program);
        once.Cookies["naru-slip-shop"] = Write(_ours, ripe);
        await once.GetAsync("/shop/x");
        Assert.NotNull(once.Ticket);
        Assert.DoesNotContain("naru-slip-shop", once.Cookies);
        using var replayed = shop.Visitor(Visitor.Program);
        replayed.Cookies["naru-slip-shop"] = Write(_ours, ripe);
        long spent = await shop.RefusedAsync("slip-spent");
        await replayed.GetAsync("/shop/x");
        Assert.Null(replayed.Ticket);
        Assert.Equal(spent + 1, await shop.RefusedAsync("slip-spent"));
        Assert.Equal(let, shop.Origin.Requests.Count);
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
    }

    public void Dispose()
    {
        _ours.Dispose();
        _folder.Dispose();
    }

    /// <param name="last">The last number that was given.</param>
    /// <param name="proofs">Each is shown to the page and to the endpoints.</param>
    private static async Task AssertWorthlessAsync(Shop shop, long last, string cookie, (string What, string Value, string Reason)[] proofs)
    {
        int let = shop.Origin.Requests.Count;
        foreach (var (what, value, reason) in proofs)
        {
            using var visitor = shop.Visitor(Visitor.Program);
            visitor.Cookies[cookie] = value;
            long count = await shop.RefusedAsync(reason);
            Assert.True((await visitor.MeAsync()).GetProperty("state").GetString() == "unknown", what);
            visitor.Cookies[cookie] = value;
            Assert.True((await visitor.ClaimAsync()).Status == 409, what);
            visitor.Cookies[cookie] = value;
            var answer = await visitor.GetAsync("/shop/x");
            long number = Visitor.Json(answer).GetProperty("number").GetInt64();
            Assert.True(answer.Status == 503 && number > last, $"{what}: {answer.StartLine}, number {number} after {last}");
            long counted = await shop.RefusedAsync(reason);
            Assert.True(counted == count + 3, $"{what}: counted {counted - count} times as {reason}");
            Assert.NotNull(visitor.Ticket);
            Assert.Null(visitor.Pass);
            last = number;
        }

        Assert.Equal(let, shop.Origin.Requests.Count);
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Write(RoomProof proof, in Pass pass)
    {
        var value = new byte[PassCodec.ValueBytes];
        proof.Passes.Write(pass, Bytes(Host), value);
        return Encoding.ASCII.GetString(value);
    }

    private static string Write(RoomProof proof, in Ticket ticket)
    {
        var value = new byte[TicketCodec.ValueBytes];
        proof.Tickets.Write(ticket, Bytes(Host), value);
        return Encoding.ASCII.GetString(value);
    }

    private static string Write(RoomProof proof, in Slip slip)
    {
        var value = new byte[SlipCodec.ValueBytes];
        proof.Slips.Write(slip, Bytes(Host), value);
        return Encoding.ASCII.GetString(value);
    }

    /// <summary>The same fields, also the id of the key, with a MAC by another key, for another purpose or another host.</summary>
    private static string Resign(string value, int macBytes, RoomKeys keys, Func<RoomKey, byte[]> purpose, string host = Host)
    {
        using var mac = new ProofMac(keys, purpose);
        var bytes = new byte[1 + ((value.Length - 1) / 4 * 3)];
        bytes[0] = ProofText.Format;
        Assert.True(ProofText.TryDecode(Bytes(value), bytes.AsSpan(1)));
        mac.Sign(bytes.AsSpan(0, bytes.Length - macBytes), Bytes(host), bytes.AsSpan(bytes.Length - macBytes));
        var text = new byte[value.Length];
        ProofText.Encode(bytes.AsSpan(1), text);
        return Encoding.ASCII.GetString(text);
    }

    private static string Changed(string value, int index) => value[..index] + (value[index] == 'A' ? 'B' : 'A') + value[(index + 1)..];
}
