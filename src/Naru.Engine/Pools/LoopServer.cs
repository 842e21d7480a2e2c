using System.Runtime.InteropServices;
using Naru.Engine.Proxy;

namespace Naru.Engine.Pools;

/// <summary>
/// One loop's share of a server: its idle connections and its counters. Thread: written by the loop alone; the status
/// reader sums the counters of all loops and may see them a moment apart.
/// </summary>
internal sealed class LoopServer(Server server)
{
    private UpstreamConnection[] _idle = [];
    private int _idleCount;
    private Counts _counts;

    public Server Server { get; } = server;

    public int IdleCount => Volatile.Read(ref _idleCount);

    public ref Counts Counters => ref _counts;

    /// <summary>The connection that came back last; null when there is none. Those of single clients are left from before a reload.</summary>
    public UpstreamConnection? TakeIdle()
    {
        while (_idleCount > 0)
        {
            var connection = _idle[_idleCount - 1];
            if (connection.Client == null)
            {
                connection.Unpark();
                return connection;
            }

            connection.Close();
        }

        return null;
    }

    public void AddIdle(UpstreamConnection connection)
    {
        if (_idleCount == _idle.Length)
            Array.Resize(ref _idle, Math.Max(8, _idle.Length * 2));
        connection.IdleIndex = _idleCount;
        _idle[_idleCount++] = connection;
    }

    public void RemoveIdle(UpstreamConnection connection)
    {
        int index = connection.IdleIndex;
        connection.IdleIndex = -1;
        var last = _idle[--_idleCount];
        if (last == connection)
            return;
        _idle[index] = last;
        last.IdleIndex = index;
    }

    public bool CloseOldestIdle()
    {
        if (_idleCount == 0)
            return false;
        _idle[0].Close();
        return true;
    }

    public void CloseIdle()
    {
        while (_idleCount > 0)
            _idle[_idleCount - 1].Close();
    }

    /// <summary>Padded behind (before it stands what the same loop uses): two loops' counters never share a cache line.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Counts
    {
        public long Requests;
        public long Failures;
        public long ConnectFailures;
        public long Connections;
        public long BytesIn;
        public long BytesOut;

        /// <summary>Moving average of the time from request to response head, in microseconds; a new sample weighs one eighth.</summary>
        public long LatencyUs;
        private readonly Padding _after;
    }

    [System.Runtime.CompilerServices.InlineArray(64)]
    public struct Padding
    {
        private byte _element;
    }
}
