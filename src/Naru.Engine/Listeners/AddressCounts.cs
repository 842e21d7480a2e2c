using System.Runtime.InteropServices;
using Naru.Core.Net;

namespace Naru.Engine.Listeners;

/// <summary>
/// How many connections each client address has; IPv6 counts by its /64, since one host moves freely within it.
/// Owner: a listener. Thread: any loop; a lock is held for one look-up, at accept and close only, and only where the limit is set.
/// Invariant: an address is known while it has a connection, so there are never more of them than connections.
/// </summary>
internal sealed class AddressCounts
{
    private const int Stripes = 16;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];

    /// <summary>False: the address has as many already.</summary>
    public bool TryAdd(in Endpoint peer, int countMax)
    {
        var key = new Key(peer);
        var stripe = StripeOf(key);
        lock (stripe.Lock)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(stripe.Counts, key, out bool isKnown);
            if (isKnown && count >= countMax)
                return false;
            count++;
            return true;
        }
    }

    public void Remove(in Endpoint peer)
    {
        var key = new Key(peer);
        var stripe = StripeOf(key);
        lock (stripe.Lock)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(stripe.Counts, key);
            if (--count == 0)
                stripe.Counts.Remove(key);
        }
    }

    /// <summary>Addresses that have a connection.</summary>
    public int Addresses()
    {
        int count = 0;
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
                count += stripe.Counts.Count;
        }

        return count;
    }

    private Stripe StripeOf(in Key key) => _stripes[(uint)key.GetHashCode() % Stripes];

    private readonly record struct Key
    {
        private readonly ulong _bytes;
        private readonly IpFamily _family;

        public Key(in Endpoint peer)
        {
            _family = peer.Family;
            peer.HashBytes.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref _bytes)));
        }
    }

    private sealed class Stripe
    {
        public readonly Lock Lock = new();
        public readonly Dictionary<Key, int> Counts = [];
    }
}
