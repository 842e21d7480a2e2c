namespace Naru.Engine.Net;

/// <summary>The pipes of one loop.</summary>
internal sealed class PipePool
{
    private readonly Stack<SplicePipe> _pipes = new(EngineLimits.PipesKept);

    public SplicePipe? Rent() => _pipes.TryPop(out var pipe) ? pipe : SplicePipe.TryCreate();

    public void Return(SplicePipe pipe)
    {
        if (pipe.HeldBytes == 0 && _pipes.Count < EngineLimits.PipesKept)
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
