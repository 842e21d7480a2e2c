using Naru.Core.WaitingRoom;
using Naru.Engine.Pools;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// How the pools behind a room are, for <c>admit: auto</c>: what their servers counted since the last look.
/// Owner: the room. Thread: the keeper; the loops go on counting meanwhile.
/// </summary>
internal sealed class RoomPulse(IReadOnlyList<Pool> pools)
{
    private long _requests;
    private long _errors;
    private bool _hasLooked;

    public void Fill(NodeReport report)
    {
        long requests = 0, errors = 0;
        double latencyUs = 0;
        foreach (var pool in pools)
        {
            foreach (var server in pool.Servers)
            {
                foreach (var loop in server.Loops)
                {
                    requests += loop.Counters.Requests;
                    errors += loop.Counters.Failures; // connects that failed are among them
                    // A moving mean; weighted by requests, since a loop or server that serves little says little.
                    latencyUs += (double)loop.Counters.LatencyUs * loop.Counters.Requests;
                }
            }
        }

        // A server that left the pool takes its counters with it.
        long newRequests = Math.Max(0, requests - _requests), newErrors = Math.Max(0, errors - _errors);
        (_requests, _errors) = (requests, errors);
        if (_hasLooked && newRequests > 0)
            report.Pulse = new PoolPulse(newRequests, newErrors, requests == 0 ? 0 : latencyUs / requests / 1000);
        _hasLooked = true;
    }
}
