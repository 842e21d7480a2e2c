namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>One second of a rehearsal: what was counted in it, and how things stood at its end.</summary>
public sealed class RehearsalSecond
{
    /// <summary>Visitors who came for the first time.</summary>
    public int Arrived { get; internal set; }

    /// <summary>Numbers given out, those of rejoining bots included.</summary>
    public int Joined { get; internal set; }

    public int Polled { get; internal set; }

    /// <summary>Through the line, and straight in while nobody waited.</summary>
    public int Admitted { get; internal set; }

    /// <summary>Of these, straight in.</summary>
    public int Direct { get; internal set; }

    /// <summary>Claims that the rate or the slots held back.</summary>
    public int Held { get; internal set; }

    /// <summary>Requests for a number that had to be told to come again.</summary>
    public int Refused { get; internal set; }

    /// <summary>Visitors who left while they waited.</summary>
    public int Left { get; internal set; }

    /// <summary>Sessions that ended, by release or by time.</summary>
    public int Ended { get; internal set; }

    /// <summary>Visitors with a number who still want to get in, those not called yet and those called.</summary>
    public int Waiting { get; internal set; }

    /// <summary>Of these, called.</summary>
    public int Called { get; internal set; }

    /// <summary>Passes that are valid, counted by the crowd and not by the room.</summary>
    public int Active { get; internal set; }

    public int ActiveLimit { get; internal set; }

    /// <summary>Admissions a second that the operator allows at the end of this second; 0 while paused or before the opening.</summary>
    public double Rate { get; internal set; }

    /// <summary>Largest excess of this second over all windows that end in it.</summary>
    public double Excess { get; internal set; }

    /// <summary>What it may be.</summary>
    public double ExcessBound { get; internal set; }

    /// <summary>Share of the rate that was not used while people waited; null: nobody waited, so nothing was idle.</summary>
    public double? RateIdle { get; internal set; }

    /// <summary>Share of the sessions that stood free meanwhile.</summary>
    public double? SessionsIdle { get; internal set; }

    /// <summary>What could have been used and was not: the smaller of the two, since either limit alone holds people back.</summary>
    public double? Idle => RateIdle is { } rate && SessionsIdle is { } sessions ? Math.Min(rate, sessions) : null;
}
