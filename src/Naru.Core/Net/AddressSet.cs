using System.Net;

namespace Naru.Core.Net;

/// <summary>
/// Immutable set of IP networks (allow and deny lists, trusted proxies). A look-up never allocates; an IPv4 address
/// mapped into IPv6 is looked up as IPv4.
/// </summary>
public sealed class AddressSet
{
    public static readonly AddressSet Empty = new([]);

    private readonly IPNetwork[] _networks;

    public AddressSet(IReadOnlyList<IPNetwork> networks) => _networks = [.. networks];

    public bool IsEmpty => _networks.Length == 0;

    public IReadOnlyList<IPNetwork> Networks => _networks;

    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var network in _networks)
            if (network.Contains(address))
                return true;
        return false;
    }
}
