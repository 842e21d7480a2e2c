namespace Naru.Tests.Proxy;

public class ReloadTests
{
    [Fact]
    public async Task ReloadsAtOnceNeedNoFurtherThreadOfThePool()
    {
        // More than the pool has threads: all but one wait for their turn, and if that one needed another thread to go on,
        // each reload would last until the pool has grown by one, half a second or more.
        const int Reloads = 50;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        var all = Enumerable.Range(0, Reloads).Select(_ => Task.Run(() => proxy.Reload($"[{origin.Address}]")));
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);
        Assert.Equal(Reloads, proxy.Engine.Status().Reloads);
    }
}
