namespace Naru.SystemTests.WaitingRoom;

/// <summary>Reload: the line, its sessions and its counters stay; what changed counts at once.</summary>
public class RoomReloadTests
{
    [Fact]
    public async Task ReloadKeepsTheLineAndTakesWhatChanged()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        using var first = shop.Visitor();
        using var second = shop.Visitor();
        await first.GetAsync("/shop/a");
        await second.GetAsync("/shop/a");
        long number = (await first.MeAsync()).GetProperty("number").GetInt64();

        await shop.ReloadAsync("admit: 1000/s, active: 1, session: 1h, bypass: [{ path: /shop/health }]");
        Assert.Equal(number, (await first.MeAsync()).GetProperty("number").GetInt64());
        Assert.Equal(200, (await guest.GetAsync("/shop/b")).Status);
        using var probe = shop.Visitor();
        Assert.Equal(200, (await probe.GetAsync("/shop/health")).Status);
        Assert.Equal(503, (await second.GetAsync("/shop/c")).Status);

        await shop.ReloadAsync("admit: 1000/s, active: 3, session: 1h");
        await first.EnterAsync();
        await second.EnterAsync();
        Assert.Equal(2, (await shop.RoomAsync()).Counts.Joined);
        Assert.Equal(503, (await probe.GetAsync("/shop/health")).Status);
    }

    [Fact]
    public async Task NewKeyFileKeepsOldTicketsAndGivesNewOnes()
    {
        using var folder = new TestFolder();
        var key = folder.Write("room.key", "0123456789abcdef0123456789abcdef");
        string room = $"admit: 1000/s, active: 1, session: 1h, keyFile: {key}";
        await using var shop = await Shop.OpenAsync(room);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        long number = Visitor.Json(await visitor.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        var (ticket, pass) = (visitor.Ticket, guest.Pass);
        // One whose page stays open, and asks for nothing but the place.
        using var poller = shop.Visitor();
        await poller.GetAsync("/shop/a");
        var polled = poller.Ticket;

        folder.Write("room.key", "another key of at least 32 bytes");
        await shop.ReloadAsync(room);
        Assert.Equal(number + 1, (await poller.MeAsync()).GetProperty("number").GetInt64());
        Assert.NotEqual(polled, poller.Ticket);
        Assert.Equal(number, Visitor.Json(await visitor.GetAsync("/shop/b")).GetProperty("number").GetInt64());
        Assert.NotEqual(ticket, visitor.Ticket);
        Assert.Equal(200, (await guest.GetAsync("/shop/c")).Status);
        Assert.NotEqual(pass, guest.Pass);
    }

    /// <summary>A rotation over restarts: what the key before signed counts as long as the file names it, and is signed anew meanwhile.</summary>
    [Fact]
    public async Task PreviousKeyFileKeepsTicketsAndPassesOverARestart()
    {
        using var folder = new TestFolder();
        var (old, next) = (folder.Write("old.key", "0123456789abcdef0123456789abcdef"), folder.Write("new.key", "another key of at least 32 bytes"));
        const string Room = "admit: 1000/s, active: 1, session: 1h";
        await using var shop = await Shop.OpenAsync($"{Room}, keyFile: {old}", store: $"store: {{ path: {folder.File("store")} }}");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        using var absent = shop.Visitor(Visitor.Program);
        long number = Visitor.Json(await visitor.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        await absent.GetAsync("/shop/a");
        var (ticket, pass) = (visitor.Ticket, guest.Pass);

        await RestartAsync($"{Room}, keyFile: {next}, previousKeyFile: {old}");
        Assert.Equal(number, Visitor.Json(await visitor.GetAsync("/shop/b")).GetProperty("number").GetInt64());
        Assert.Equal(200, (await guest.GetAsync("/shop/b")).Status);
        Assert.NotEqual(ticket, visitor.Ticket);
        Assert.NotEqual(pass, guest.Pass);
        await shop.ReloadAsync($"{Room}, keyFile: {next}, previousKeyFile: {old}");
        Assert.Equal(200, (await guest.GetAsync("/shop/c")).Status);

        await RestartAsync($"{Room}, keyFile: {next}");
        Assert.Equal(number, Visitor.Json(await visitor.GetAsync("/shop/d")).GetProperty("number").GetInt64());
        Assert.Equal(200, (await guest.GetAsync("/shop/d")).Status);
        // Who did not come meanwhile holds what nobody believes any more.
        Assert.True(Visitor.Json(await absent.GetAsync("/shop/d")).GetProperty("number").GetInt64() > number);
        Assert.Equal(1, await shop.RefusedAsync("ticket-unknown-key"));

        async Task RestartAsync(string room)
        {
            shop.Naru.WriteConfig($"store: {{ path: {folder.File("store")} }}\n{Shop.Config(shop.Web, shop.Origin.Address, room)}");
            await shop.Naru.RestartAsync();
            guest.Dispose();
            visitor.Dispose();
            absent.Dispose();
        }
    }

    [Fact]
    public async Task RoomThatIsTakenOutLetsEverybodyThrough()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        Assert.Equal(503, (await visitor.GetAsync("/shop/a")).Status);
        shop.Naru.WriteConfig($$"""
            listeners: [{ bind: {{shop.Web}}, routes: [{ pool: web }] }]
            pools: { web: { servers: [{{shop.Origin.Address}}] } }
            """);
        await shop.Naru.ReloadAsync();
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
        Assert.Empty((await shop.Naru.StatusAsync()).Rooms);

        await shop.ReloadAsync("admit: 1000/s, active: 1, session: 1h");
        Assert.Equal(200, (await shop.Visitor().GetAsync("/.naru/rooms/shop/me")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RoomThatIsTakenOutGivesBackWhatItsNodeHadAtHand(bool isStored)
    {
        using var folder = new TestFolder();
        const string Room = "admit: 20/s, active: 5, session: 60s";
        await using var shop = await Shop.OpenAsync(Room, store: isStored ? $"store: {{ path: {folder.File("store")} }}" : "");
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).State == "open", "the room is open");
        var with = await File.ReadAllTextAsync(shop.Naru.ConfigPath, TestContext.Current.CancellationToken);
        var without = with[..with.IndexOf("waitingRooms:", StringComparison.Ordinal)].Replace("waitingRoom: shop, ", "", StringComparison.Ordinal);
        for (int round = 0; round < 3; round++)
        {
            await ReloadAsync(without);
            await ReloadAsync(with);
        }

        // Nobody ever came in.
        Assert.Equal(0, (await shop.RoomAsync()).Active);

        async Task ReloadAsync(string config)
        {
            await File.WriteAllTextAsync(shop.Naru.ConfigPath, config, TestContext.Current.CancellationToken);
            Assert.True(await shop.Naru.ReloadAsync());
        }
    }
}
