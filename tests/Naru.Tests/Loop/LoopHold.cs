using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

/// <summary>A loop that does nothing from construction until disposal.</summary>
internal sealed class LoopHold : IDisposable
{
    private readonly ManualResetEventSlim _stands = new();
    private readonly ManualResetEventSlim _goesOn = new();

    public LoopHold(EventLoop loop)
    {
        loop.Post(() =>
        {
            _stands.Set();
            _goesOn.Wait();
        });
        _stands.Wait();
    }

    public void Dispose() => _goesOn.Set();
}
