using Naru.Cli;

namespace Naru.Tests.Cli;

public class ReloadSignalTests
{
    [Fact]
    public void SignalsThatComeDuringAReloadCauseOneMore()
    {
        using var signal = new ReloadSignal();
        using var begun = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        signal.Start(() =>
        {
            begun.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        });

        signal.Raise();
        begun.Wait(TestContext.Current.CancellationToken);
        for (int i = 0; i < 100; i++)
            signal.Raise();
        goOn.Release();
        begun.Wait(TestContext.Current.CancellationToken);
        goOn.Release();

        Assert.False(begun.Wait(50, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void SignalThatComesBeforeTheProgramRunsIsNotLost()
    {
        using var signal = new ReloadSignal();
        using var reloaded = new SemaphoreSlim(0);
        signal.Raise();
        signal.Start(() => reloaded.Release());
        Assert.True(reloaded.Wait(5000, TestContext.Current.CancellationToken));
    }
}
