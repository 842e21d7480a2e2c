using Naru.SystemTests.Store;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Nobody waits, so nobody sees the room: from the first request of the program on.</summary>
public class FirstVisitorTests
{
    [Theory]
    [InlineData("admit: 1000/s, active: 100")]
    [InlineData("admit: 1/m, active: 1")]
    public async Task FirstRequestAfterAStartGoesThrough(string room)
    {
        await using var shop = await Shop.OpenAsync(room);
        using var visitor = shop.Visitor();
        Assert.Equal(200, (await visitor.GetAsync("/shop/first")).Status);
        Assert.NotNull(visitor.Pass);
    }

    [Fact]
    public async Task FirstRequestAfterARestartGoesThrough()
    {
        using var folder = new TestFolder();
        await using var shop = await StoredShop.OpenAsync(folder.File("store"), "admit: 1000/s, active: 4");
        using var before = shop.Visitor();
        Assert.Equal(200, (await before.GetAsync("/shop/before")).Status);
        await shop.Naru.RestartAsync();
        using var after = shop.Visitor();
        Assert.Equal(200, (await after.GetAsync("/shop/after")).Status);
        // The pass of before is as good as it was.
        using var again = shop.Visitor();
        foreach (var (name, value) in before.Cookies)
            again.Cookies[name] = value;
        var answer = await again.GetAsync("/shop/again");
        Assert.Equal((200, null), (answer.Status, answer.Field("Set-Cookie")));
    }
}
