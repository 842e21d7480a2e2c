namespace Naru.Core.WaitingRoom;

/// <summary>
/// Turns for visitors of one class, who come ahead of the line but take no more than their share of the admissions.
/// <para>
/// Fair queueing by start times (Goyal, Vin, Cheng, SIGCOMM 1996), with the serving mark as virtual time: for a share s of the
/// admissions, (1 - s) / s others are served between two of the class. A turn is a position; who has one is called when the mark
/// has passed it or their own, whichever is first. Rate and places inside are those of the room, so nothing is set aside: what the
/// class does not use, the others have at once.
/// </para>
/// Owner: the room, one per class and process. Thread: any loop. Invariant: turns never go back, and never lie behind the mark.
/// </summary>
public sealed class PriorityLane(double share)
{
    /// <summary>Turns are kept in 1/1024 of a position: a class with half of the admissions needs steps below one.</summary>
    private const int Shift = 10;

    /// <summary>Below, the line is so thin that its density says nothing.</summary>
    private const double DensityMin = 0.01;

    private long _next;
    private long _given;

    public double Share => share;

    /// <summary>Turns given since the start.</summary>
    public long Given => Volatile.Read(ref _given);

    /// <summary>The next turn of the class, as seen by <paramref name="view"/>; each node gives its part of them.</summary>
    public long Take(RoomView view)
    {
        // The mark passes over who is gone, and of those present not all come: neither are served.
        double present = view.Waiting / (double)Math.Max(1, view.Limit - view.Serving);
        double density = Math.Clamp(present * (1 - view.NoShowShare), DensityMin, 1);
        long step = (long)((1 - share) / share / density * view.Nodes * (1 << Shift));
        Interlocked.Increment(ref _given);
        while (true)
        {
            long seen = Volatile.Read(ref _next);
            long turn = Math.Max(seen, view.Serving << Shift);
            if (Interlocked.CompareExchange(ref _next, turn + step, seen) == seen)
                return turn >> Shift;
        }
    }
}
