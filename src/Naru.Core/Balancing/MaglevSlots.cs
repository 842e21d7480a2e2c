namespace Naru.Core.Balancing;

/// <summary>
/// The slots of a Maglev table (Eisenbud et al., "Maglev", NSDI 2016, section 3.4): each server has its own permutation of
/// the M slots and in turns takes the next free one of it; heavier servers take more turns. Depends only on identities and
/// weights, so all nodes compute the same table.
/// </summary>
internal static class MaglevSlots
{
    /// <summary>M exceeds the number of servers by this factor: shares differ by at most 1 %.</summary>
    internal const int SlotsPerServer = 100;

    /// <summary>Table sizes: the first primes above powers of two. The largest carries 20,971 servers at 1 %.</summary>
    private static readonly int[] Primes = [65_537, 131_101, 262_147, 524_309, 1_048_583, 2_097_169];

    /// <summary>The smallest size that is more than a hundred times the servers; beyond the largest the imbalance grows.</summary>
    internal static int SizeFor(int servers)
    {
        foreach (int prime in Primes)
            if (prime > (long)SlotsPerServer * servers)
                return prime;
        return Primes[^1];
    }

    /// <summary>Slot → index of a server. Every server has at least one slot as long as there are fewer servers than slots.</summary>
    internal static int[] Fill(IReadOnlyList<ulong> identities, IReadOnlyList<int> weights)
    {
        int count = identities.Count;
        int size = SizeFor(count);
        var positions = new int[count];
        var skips = new int[count];
        for (int i = 0; i < count; i++)
        {
            positions[i] = (int)(KeyedHash.Mix(identities[i]) % (ulong)size);
            skips[i] = (int)(KeyedHash.Mix(identities[i] + KeyedHash.Golden) % (ulong)(size - 1)) + 1;
        }

        var slots = new int[size];
        Array.Fill(slots, -1);
        long heaviest = weights.Max();
        var due = new long[count];
        for (int filled = 0, round = 0; filled < size; round++)
        {
            for (int i = 0; i < count && filled < size; i++)
            {
                // A server of half the largest weight takes a turn every second round; everyone takes one in the first.
                if (round * (long)weights[i] < due[i])
                    continue;
                due[i] += heaviest;
                int slot = positions[i];
                while (slots[slot] >= 0)
                    slot = Step(slot, skips[i], size);
                slots[slot] = i;
                positions[i] = Step(slot, skips[i], size);
                filled++;
            }
        }
        return slots;
    }

    private static int Step(int slot, int skip, int size)
    {
        slot += skip;
        return slot >= size ? slot - size : slot;
    }
}
