using Naru.Engine.Net;
using Naru.Engine.Workers;

namespace Naru.Tests.Net;

public sealed class PipePoolTests
{
    private readonly EngineState _state = new(_ => { });

    [Fact]
    public void PipesLeaveHalfOfTheDescriptorsToClientsAndServers()
    {
        _state.DescriptorsMax = 12;
        var pool = new PipePool(_state);
        var first = pool.Rent();
        var second = pool.Rent();
        var third = pool.Rent();
        Assert.True(first != null && second != null && third != null);
        Assert.Null(pool.Rent());
        Assert.True(_state.HasRoom);

        // One too many to be kept, then two that may.
        pool.Return(first);
        pool.Return(second);
        pool.Return(third);
        Assert.Same(third, pool.Rent());
        pool.Return(third);
        pool.Close();
        Assert.Equal(6, RoomLeft());
    }

    [Fact]
    public void PipesThatAreKeptCountAsOpen()
    {
        _state.DescriptorsMax = 12;
        var pool = new PipePool(_state);
        pool.Return(pool.Rent()!);
        Assert.Equal(4, RoomLeft());
        pool.Close();
        Assert.Equal(6, RoomLeft());
    }

    /// <summary>Sockets until it is not roomy any more.</summary>
    private int RoomLeft()
    {
        int count = 0;
        for (; _state.IsRoomy; count++)
            _state.AddDescriptor();
        for (int i = 0; i < count; i++)
            _state.RemoveDescriptor();
        return count;
    }
}
