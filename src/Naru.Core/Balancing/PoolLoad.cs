using System.Runtime.InteropServices;

namespace Naru.Core.Balancing;

/// <summary>
/// Requests in flight over all servers of one pool, which bounded load compares each server with.
/// Owner: the pool's health keeper, which gives it to the servers only when the pool bounds its load, so that other
/// pools do not pay for a line that every loop writes. Thread: any.
/// </summary>
public sealed class PoolLoad
{
    private Counter _counter;

    /// <summary>
    /// Never below zero. Exact when the servers were attached before their first request; attaching busy servers (a
    /// reload that turns bounded load on) may be off by the few requests that started or ended meanwhile.
    /// </summary>
    public int InFlight => Math.Max(0, Volatile.Read(ref _counter.Value));

    internal void Add(int count) => Interlocked.Add(ref _counter.Value, count);

    [StructLayout(LayoutKind.Explicit, Size = 3 * ServerLoad.CacheLineBytes)]
    private struct Counter
    {
        [FieldOffset(ServerLoad.CacheLineBytes)]
        public int Value;
    }
}
