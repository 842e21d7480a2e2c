using Naru.Engine.Workers;

namespace Naru.Engine.Net;

/// <summary>The pipes of one loop.</summary>
internal sealed class PipePool(EngineState state)
{
    private readonly Stack<SplicePipe> _pipes = new(EngineLimits.PipesKept);

    /// <summary>Null: copy instead. That takes no descriptors, of which a client or a server may have more need.</summary>
    public SplicePipe? Rent()
    {
        if (_pipes.TryPop(out var kept))
            return kept;
        if (!state.IsRoomy || SplicePipe.TryCreate() is not { } pipe)
            return null;
        state.AddPipe();
        return pipe;
    }

    public void Return(SplicePipe pipe)
    {
        if (pipe.HeldBytes == 0 && _pipes.Count < EngineLimits.PipesKept && state.IsRoomy)
            _pipes.Push(pipe);
        else
            Close(pipe);
    }

    public void Close()
    {
        while (_pipes.TryPop(out var pipe))
            Close(pipe);
    }

    private void Close(SplicePipe pipe)
    {
        pipe.Close();
        state.RemovePipe();
    }
}
