namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>Makes the visitors of a plan: of which kind each is, and when it comes.</summary>
internal static class CrowdArrivals
{
    public static CrowdVisitor[] Create(CrowdPlan plan, CrowdRandom random, long startMs, out long[] arriveMs)
    {
        var visitors = new CrowdVisitor[CountOf(plan)];
        arriveMs = new long[visitors.Length];
        for (var i = 0; i < visitors.Length; i++)
        {
            ref var visitor = ref visitors[i];
            var kind = random.NextDouble();
            visitor.Kind = kind < plan.Bots.Flood ? VisitorKind.Flood
                : kind < plan.Bots.Flood + plan.Bots.Rejoin ? VisitorKind.Rejoin
                : VisitorKind.Human;
            visitor.IsHidden = visitor.Kind == VisitorKind.Human && random.Chance(plan.HiddenTabs.Share);
            visitor.Node = (byte)random.Next(plan.Nodes.Count);
            visitor.LeavesMs = visitor.RejoinMs = long.MaxValue;
            arriveMs[i] = startMs + ArrivesMs(plan, random);
        }
        return visitors;
    }

    public static int CountOf(CrowdPlan plan) => plan.Visitors > 0
        ? plan.Visitors
        : (int)Math.Clamp(plan.Room.AdmitPerSecond * 300, 1, CrowdLimits.VisitorsMax);

    private static long ArrivesMs(CrowdPlan plan, CrowdRandom random)
    {
        var (opensMs, lastsMs) = ((long)plan.Opens.TotalMilliseconds, (long)plan.Lasts.TotalMilliseconds);
        var untilMs = Math.Clamp((long)(plan.Arrivals.Until?.TotalMilliseconds ?? lastsMs * 0.75), opensMs + 1, lastsMs);
        var part = random.NextDouble();
        // Without an opening there is no before: these come with the others.
        if (part < plan.Arrivals.Before && opensMs > 0)
            return random.Between(0, opensMs);
        if (part >= plan.Arrivals.Before && part < plan.Arrivals.Before + plan.Arrivals.Burst)
        {
            // The smaller of two uniform times: most at the beginning, falling evenly to none.
            var withinMs = (long)plan.Arrivals.BurstWithin.TotalMilliseconds;
            return opensMs + Math.Min(random.Between(0, withinMs), random.Between(0, withinMs));
        }
        return random.Between(opensMs, untilMs);
    }
}
