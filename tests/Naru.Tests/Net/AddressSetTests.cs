using System.Net;
using Naru.Core.Net;

namespace Naru.Tests.Net;

public class AddressSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "9.255.255.255", false)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "::1", true)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("fd00::/8", "fdff::1", true)]
    [InlineData("fd00::/8", "fe00::", false)]
    [InlineData("2001:db8::1/128", "2001:db8::1", true)]
    [InlineData("2001:db8::1/128", "2001:db8::2", false)]
    public void NetworkHoldsItsAddressesOnly(string network, string address, bool isInside) =>
        Assert.Equal(isInside, new AddressSet([IPNetwork.Parse(network)]).Contains(IPAddress.Parse(address)));

    [Fact]
    public void MappedAddressIsLookedUpAsIPv4()
    {
        var set = new AddressSet([IPNetwork.Parse("10.0.0.0/8")]);
        Assert.True(set.Contains(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.False(set.Contains(IPAddress.Parse("::ffff:11.1.2.3")));
        Assert.False(set.Contains(IPAddress.Parse("::10.1.2.3")));
    }

    [Fact]
    public void MappedNetworkIsTakenAsIPv4() =>
        Assert.True(new AddressSet([IPNetwork.Parse("::ffff:10.0.0.0/104")]).Contains(IPAddress.Parse("10.1.2.3")));

    [Fact]
    public void EmptySetHoldsNothing()
    {
        Assert.True(AddressSet.Empty.IsEmpty);
        Assert.False(AddressSet.Empty.Contains(IPAddress.Any));
        Assert.False(AddressSet.Empty.Contains(IPAddress.IPv6Any));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(17)]
    public void BytesThatAreNoAddressAreInNoNetwork(int length) =>
        Assert.False(new AddressSet([IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]).Contains(new byte[length]));

    [Fact]
    public void AgreesWithTheLibraryOnRandomNetworks()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var networks = Enumerable.Range(0, random.Next(1, 40)).Select(_ => RandomNetwork(random)).ToArray();
            var set = new AddressSet(networks);
            for (var i = 0; i < 50; i++)
            {
                var address = Near(random, networks[random.Next(networks.Length)]);
                var expected = networks.Any(n => n.Contains(address));
                Assert.True(expected == set.Contains(address), $"seed {seed}: {address} in {string.Join(' ', networks)}");
                Assert.Equal(expected, set.Contains(address.GetAddressBytes()));
            }
        }
    }

    [Fact]
    public void LookUpDoesNotAllocate()
    {
        var set = new AddressSet([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);
        IPAddress[] addresses = [IPAddress.Parse("10.1.1.1"), IPAddress.Parse("::ffff:10.1.1.1"), IPAddress.Parse("fd00::1")];
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 1000; i++)
                foreach (var address in addresses)
                    Assert.True(set.Contains(address));
        }));
    }

    private static IPNetwork RandomNetwork(Random random)
    {
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        if (bytes.Length == 16)
            bytes[0] = 0xfd;
        var bits = random.Next(bytes.Length == 4 ? 0 : 8, (bytes.Length * 8) + 1);
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), bits);
    }

    /// <summary>An address in the network, or one or two bits beside it.</summary>
    private static IPAddress Near(Random random, IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var flips = random.Next(3); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new IPAddress(bytes);
    }
}
