namespace Naru.SystemTests.Store;

public sealed class FullDiskTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task FullDiskRefusesNewNumbersServesThoseWhoWaitAndHealsByItself()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.File("disk"), "4m");
        await using var shop = await StoredShop.OpenAsync(Path.Combine(disk.Path, "store"), "admit: 5/s, active: 1000");
        var first = new List<StoredShop.Place>();
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Pause);
        for (int i = 0; i < 20; i++)
            first.Add(await shop.JoinSurelyAsync());

        disk.Fill();
        await Eventually.IsTrue(() => shop.Naru.Process.Output.Contains("ALARM", StringComparison.Ordinal), "the alarm is told");
        Assert.Contains("No new numbers are given out; those who wait keep their places and are served.", shop.Naru.Process.Output);
        await Eventually.IsTrue(async () => await shop.JoinAsync() == null, "nobody gets a number");
        Assert.StartsWith("the disk is full", (await shop.Naru.RoomAsync("shop")).Store, StringComparison.Ordinal);
        Assert.Equal("waiting", (await shop.LookAsync(first[^1])).GetProperty("state").GetString());

        // The operator's hand works too, and those who wait are called and let in.
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Resume);
        await Eventually.IsTrue(async () => (await shop.LookAsync(first[10])).GetProperty("state").GetString() == "called", "the line moves");
        Assert.Null(await shop.JoinAsync());

        // Killed on the full disk, it starts on the full disk.
        await shop.Naru.KillAndRestartAsync();
        Assert.Equal("called", (await shop.LookAsync(first[10])).GetProperty("state").GetString());

        disk.MakeRoom();
        await Eventually.IsTrue(() => shop.Naru.Process.Output.Contains("numbers are given out again", StringComparison.Ordinal), "it heals by itself");
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Pause);
        Assert.True((await shop.JoinSurelyAsync()).Number > first[^1].Number);
    }

    [Fact]
    public async Task DiskThatIsFullAtTheFirstStartIsAnError()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.File("disk"), "64k");
        disk.Fill();
        string config = _folder.Write("naru.yaml", $$"""
            store: { path: {{disk.Path}}/store }
            listeners:
              - { bind: "127.0.0.1:{{Ports.Take()}}", routes: [ { waitingRoom: shop, pool: web } ] }
            pools:
              web: { servers: [127.0.0.1:{{Ports.Take()}}] }
            waitingRooms:
              shop: { {{StoredShop.SlowRoom}} }
            """);
        var (exitCode, output) = await ChildProcess.RunAsync(TimeSpan.FromSeconds(60), NaruProcess.Command("run", "-c", config));
        Assert.Equal(1, exitCode);
        Assert.Contains("can't be written: the disk is full. Make room on that disk.", output);
    }

    public void Dispose() => _folder.Dispose();
}
