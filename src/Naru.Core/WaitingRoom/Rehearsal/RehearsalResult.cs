namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>All that a rehearsal found out. The same plan and seed give the same result.</summary>
public sealed record RehearsalResult
{
    public required CrowdPlan Plan { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Those that came, bots included.</summary>
    public required int Visitors { get; init; }

    public required IReadOnlyList<RehearsalSecond> Seconds { get; init; }

    /// <summary>What must hold, each with what was seen.</summary>
    public required IReadOnlyList<RehearsalInvariant> Invariants { get; init; }

    public required RehearsalTotals Totals { get; init; }

    public required InversionFigures Inversions { get; init; }

    public required IReadOnlyList<EtaFigures> Eta { get; init; }

    /// <summary>From the number to the admission, of people who kept to the rules.</summary>
    public required WaitFigures Wait { get; init; }

    /// <summary>From the turn to the admission, of the same people: what sleeping tabs and held gates cost them.</summary>
    public required WaitFigures TurnToAdmission { get; init; }

    /// <summary>The same wait by the time of coming, in even steps over the rehearsal.</summary>
    public required IReadOnlyList<WaitFigures> WaitByArrival { get; init; }

    public bool IsGood => Invariants.All(i => i.Holds);
}

/// <param name="Name">A sentence that says what must hold.</param>
/// <param name="Seen">The worst that was seen, with its unit.</param>
/// <param name="Bound">What it may be.</param>
/// <param name="Broken">When and how it was broken first; null: it holds.</param>
public sealed record RehearsalInvariant(string Name, string Seen, string Bound, string? Broken)
{
    public bool Holds => Broken is null;
}

/// <summary>Sums over the whole rehearsal.</summary>
public sealed record RehearsalTotals
{
    public long Joined { get; init; }

    public long Polled { get; init; }

    public long Admitted { get; init; }

    /// <summary>Straight in, with no page between.</summary>
    public long Direct { get; init; }

    public long Left { get; init; }

    /// <summary>Claims that the gate held back; each is one poll more, nobody is lost by it.</summary>
    public long Held { get; init; }

    public long Refused { get; init; }

    /// <summary>Still waiting at the end.</summary>
    public long Waiting { get; init; }

    public int ActiveMax { get; init; }

    public double LargestExcess { get; init; }

    public double LargestExcessBound { get; init; }

    public long NumbersRepeated { get; init; }

    public long VisitorsLost { get; init; }

    /// <summary>Mean of <see cref="RehearsalSecond.Idle"/> while people waited.</summary>
    public double IdleShare { get; init; }

    public double PollsPerSecondMax { get; init; }
}

/// <summary>Percentiles of a time, in milliseconds; all 0 when <see cref="Count"/> is.</summary>
public sealed record WaitFigures(int Count, long P50Ms, long P90Ms, long P99Ms, long MaxMs)
{
    internal static WaitFigures Of(List<long> valuesMs)
    {
        if (valuesMs.Count == 0)
            return new(0, 0, 0, 0, 0);
        valuesMs.Sort();
        return new(valuesMs.Count, At(0.5), At(0.9), At(0.99), valuesMs[^1]);

        long At(double share) => valuesMs[Math.Min(valuesMs.Count - 1, (int)(valuesMs.Count * share))];
    }
}
