namespace Naru.SystemTests.WaitingRoom;

/// <summary>Priority classes in the real program.</summary>
public class PriorityTests
{
    private const string Secret = "0123456789abcdef";

    private const string Room = "admit: 1000/s, active: 1, session: 1h, "
        + "priority: [{ name: members, header: { name: x-member, value: " + Secret + " }, share: 50% }]";

    private const string Member = "x-member: " + Secret + "\r\n";

    [Fact]
    public async Task MemberWhoComesLastIsLetInFirst()
    {
        await using var shop = await Shop.OpenAsync(Room);
        using var guest = await shop.GuestAsync();
        var others = new List<Visitor>();
        for (int i = 0; i < 20; i++)
        {
            others.Add(shop.Visitor());
            await others[^1].GetAsync("/shop/in");
        }

        using var member = shop.Visitor(Member);
        await member.GetAsync("/shop/in");
        long number = (await member.MeAsync()).GetProperty("number").GetInt64();
        long ahead = (await member.MeAsync()).GetProperty("ahead").GetInt64();
        using var forger = shop.Visitor("x-member: 0123456789abcdee\r\n");
        await forger.GetAsync("/shop/in");

        Assert.Equal(21, number);
        Assert.InRange(ahead, 0, 2);
        Assert.InRange((await forger.MeAsync()).GetProperty("ahead").GetInt64(), 15, 21);
        Assert.Equal(1, (await shop.RoomAsync()).Counts.Priority["members"]);

        // Places for three: the first in line, who was called already, and the member.
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Active, """{"active":4}""");
        await member.EnterAsync();
        Assert.Contains("waiting", (await others[^1].MeAsync()).GetProperty("state").GetString(), StringComparison.Ordinal);
        others.ForEach(o => o.Dispose());
    }

    [Theory]
    [InlineData("/.naru/rooms/shop/me")]
    [InlineData("/shop/in")]
    public async Task PlaceIsPreferredAsSoonAsTheVisitorIsKnown(string target)
    {
        await using var shop = await Shop.OpenAsync(Room);
        using var guest = await shop.GuestAsync();
        var others = new List<Visitor>();
        for (int i = 0; i < 10; i++)
        {
            others.Add(shop.Visitor());
            await others[^1].GetAsync("/shop/in");
        }

        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/in");
        Assert.InRange((await visitor.MeAsync()).GetProperty("ahead").GetInt64(), 7, 10);
        var before = visitor.Ticket;

        // The front in between has looked the login up.
        Assert.InRange(Visitor.Json(await visitor.GetAsync(target, Member + Visitor.Program)).GetProperty("ahead").GetInt64(), 0, 2);
        Assert.NotEqual(before, visitor.Ticket);
        Assert.InRange((await visitor.MeAsync()).GetProperty("ahead").GetInt64(), 0, 2);
        Assert.Equal(11, (await visitor.MeAsync()).GetProperty("number").GetInt64());
        others.ForEach(o => o.Dispose());
    }
}
