namespace Naru.Engine.Net;

/// <summary>The pipes of one loop.</summary>
internal sealed class PipePool
{
    // 64 idle pipes hold 128 descriptors and no memory: an empty pipe has no pages.
    private const int KeptMax = 64;

    private readonly Stack<SplicePipe> _pipes = new(KeptMax);

    public SplicePipe? Rent() => _pipes.TryPop(out var pipe) ? pipe : SplicePipe.TryCreate();

    public void Return(SplicePipe pipe)
    {
        if (pipe.HeldBytes == 0 && _pipes.Count < KeptMax)
            _pipes.Push(pipe);
        else
            pipe.Close();
    }

    public void Close()
    {
        while (_pipes.TryPop(out var pipe))
            pipe.Close();
    }
}
