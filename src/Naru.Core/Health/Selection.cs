using Naru.Core.Balancing;

namespace Naru.Core.Health;

/// <summary>
/// Which servers of a pool take requests: the servers, else the backups, else all that are not draining. A tier of which
/// less than the floor is eligible is used whole: a few survivors would break under the load of all (Envoy's panic mode).
/// </summary>
/// <param name="Candidates">All servers of the tier in use; weight 0: not eligible.</param>
internal readonly record struct Selection(Candidate[] Candidates, bool FailOpen)
{
    internal static Selection Of(IReadOnlyCollection<Member> members, double floor)
    {
        Member[] servers = [.. members.Where(m => !m.Options.Backup)];
        Member[] backups = [.. members.Where(m => m.Options.Backup)];
        if (servers.Any(m => m.Eligible))
            return OfTier(servers, floor);
        if (backups.Any(m => m.Eligible))
            return OfTier(backups, floor);
        return OfTier(servers.Any(m => !m.Draining) ? servers : backups, floor);
    }

    private static Selection OfTier(Member[] tier, double floor)
    {
        int eligible = tier.Count(m => m.Eligible);
        int undrained = tier.Count(m => !m.Draining);
        // What the operator drains is no emergency: with nothing left there is nothing to open.
        bool failOpen = undrained > 0 && (eligible == 0 || eligible < floor * undrained);
        return new([.. tier.Select(m => new Candidate(m.Server, WeightOf(m, failOpen), m.FullWeight))], failOpen);
    }

    private static int WeightOf(Member member, bool failOpen)
    {
        if (!failOpen)
            return member.Weight;
        return member.Draining ? 0 : member.FullWeight;
    }
}
