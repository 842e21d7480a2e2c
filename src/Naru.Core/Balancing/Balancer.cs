namespace Naru.Core.Balancing;

/// <summary>
/// Picks a server of a pool. Owner: one loop, for one pool. Thread: that loop's.
/// Invariant: a pick never allocates, never returns a server that the request tried or that is full, and returns null
/// only when every server of the set is one or the other. The caller then counts the request with
/// <see cref="ServerLoad.TryAcquire()"/>; where another loop took the last place meanwhile, it picks again.
/// </summary>
public abstract class Balancer
{
    private EligibleSet? _set;

    public ServerLoad? Pick(EligibleSet set, in PickContext context)
    {
        if (!ReferenceEquals(set, _set))
        {
            Adopt(set);
            _set = set;
        }
        return set.Servers.Length == 0 ? null : Choose(set, in context);
    }

    /// <summary>A new set was published: take its table, carry over what can be carried over.</summary>
    private protected virtual void Adopt(EligibleSet set)
    {
    }

    /// <summary>The set has at least one server.</summary>
    private protected abstract ServerLoad? Choose(EligibleSet set, in PickContext context);
}
