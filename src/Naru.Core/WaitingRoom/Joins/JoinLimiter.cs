using System.Buffers.Binary;

namespace Naru.Core.WaitingRoom.Joins;

/// <summary>What a new visitor may do.</summary>
public enum JoinVerdict : byte
{
    /// <summary>Take a number now.</summary>
    Join,

    /// <summary>Come back after a delay. The turn is kept: who comes back with the slip is not counted again.</summary>
    Later,

    /// <summary>Too many from this address or network have their turn kept already.</summary>
    Refuse,
}

/// <param name="DelayMs">With Later: until the visitor's turn. With Refuse: after which asking again makes sense.</param>
/// <param name="WorkBits">With Later: how hard the work is that makes the delay no longer than this; see <see cref="ProofOfWork"/>.</param>
public readonly record struct JoinAnswer(JoinVerdict Verdict, int DelayMs, int WorkBits);

/// <param name="PerAddressPerSecond">Of one IPv4 address or IPv6 /64; 0: as many as they like.</param>
/// <param name="PerPrefixPerSecond">Of one IPv4 /24 or IPv6 /56; 0: as many as they like.</param>
public readonly record struct JoinRates(double PerAddressPerSecond, double PerPrefixPerSecond);

/// <summary>
/// Keeps one address or network from filling the line. Many people share an address (a school, a company, a mobile carrier), so what
/// is above the rate is slowed first, each visitor a little more than the one before, and refused only when the delay would pass
/// <see cref="DelayMsMax"/>.
/// Owner: one per room. Thread: any; lock-free. Invariant: 1 MiB whatever comes; no allocation after construction.
/// </summary>
public sealed class JoinLimiter
{
    public const int DelayMsMax = 30_000;

    /// <summary>What a rate may be ahead of itself before it is slowed: a class that opens the page together.</summary>
    public const int BurstMs = 5_000;

    /// <summary>A burst is never less than this, however low the rate.</summary>
    public const int BurstJoinsMin = 5;

    /// <summary>What two keys above the limit at one time cost: 65,536 cells of 8 bytes, twice.</summary>
    private const int Cells = 65_536;

    private readonly DebtTable _addresses;
    private readonly DebtTable _prefixes;
    private readonly Allowance _address;
    private readonly Allowance _prefix;
    private readonly ulong _seed;

    /// <param name="seed">Random and secret: who knew it could aim at another's cell.</param>
    /// <param name="startMs">The time now; earlier times count as this.</param>
    public JoinLimiter(JoinRates rates, ulong seed, long startMs)
    {
        _addresses = new DebtTable(Cells, startMs);
        _prefixes = new DebtTable(Cells, startMs);
        _address = new Allowance(rates.PerAddressPerSecond);
        _prefix = new Allowance(rates.PerPrefixPerSecond);
        _seed = seed;
    }

    /// <param name="address">4 or 16 bytes in network order; an IPv4 address within IPv6 counts as IPv4; any other length always joins.</param>
    public JoinAnswer Ask(ReadOnlySpan<byte> address, long nowMs)
    {
        if (!TryKeys(address, out ulong host, out ulong network))
            return new JoinAnswer(JoinVerdict.Join, 0, 0);
        ulong hostHash = Mix(host, _seed);
        ulong networkHash = Mix(network, ~_seed);

        // The prefix is looked at before the address is charged: who is refused for the network's sake owes nothing himself.
        if (_prefix.IsSet && _prefixes.Debt(networkHash, nowMs) + _prefix.Interval > _prefix.DebtMax)
            return Refused;
        long waitUnits = 0;
        if (_address.IsSet)
        {
            if (!_addresses.TryAdd(hostHash, _address.Interval, _address.DebtMax, nowMs, out long debt))
                return Refused;
            waitUnits = debt - _address.Burst;
        }

        if (_prefix.IsSet)
        {
            if (!_prefixes.TryAdd(networkHash, _prefix.Interval, _prefix.DebtMax, nowMs, out long debt))
                return Refused;
            waitUnits = Math.Max(waitUnits, debt - _prefix.Burst);
        }

        if (waitUnits <= 0)
            return new JoinAnswer(JoinVerdict.Join, 0, 0);
        int delayMs = (int)((waitUnits + DebtTable.UnitsPerMs - 1) / DebtTable.UnitsPerMs);
        return new JoinAnswer(JoinVerdict.Later, delayMs, ProofOfWork.BitsFor(delayMs));
    }

    private static JoinAnswer Refused => new(JoinVerdict.Refuse, DelayMsMax, 0);

    private static bool TryKeys(ReadOnlySpan<byte> address, out ulong host, out ulong network)
    {
        host = network = 0;
        if (address.Length == 16)
        {
            ulong high = BinaryPrimitives.ReadUInt64BigEndian(address);
            ulong low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
            if (high != 0 || low >> 32 != 0xffff)
            {
                // One subscriber has a /64 at least and often a /56 (RFC 6177).
                host = high;
                network = high & ~0xffUL;
                return true;
            }

            address = address[12..];
        }

        if (address.Length != 4)
            return false;
        host = BinaryPrimitives.ReadUInt32BigEndian(address);
        network = host & 0xffffff00;
        return true;
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over the key and a secret, twice.</summary>
    private static ulong Mix(ulong key, ulong seed)
    {
        ulong z = key ^ seed;
        for (int i = 0; i < 2; i++)
        {
            z += 0x9e3779b97f4a7c15 ^ seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            z ^= z >> 31;
        }

        return z;
    }

    /// <summary>A rate in units of the table.</summary>
    private readonly struct Allowance
    {
        public Allowance(double perSecond)
        {
            if (perSecond <= 0)
                return;
            Interval = Math.Max(1, (long)(1000.0 * DebtTable.UnitsPerMs / perSecond));
            Burst = Math.Max((long)BurstMs * DebtTable.UnitsPerMs, Interval * BurstJoinsMin);
            DebtMax = Burst + ((long)DelayMsMax * DebtTable.UnitsPerMs);
        }

        public bool IsSet => Interval > 0;

        public long Interval { get; }

        public long Burst { get; }

        public long DebtMax { get; }
    }
}
