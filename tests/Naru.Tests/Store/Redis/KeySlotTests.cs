using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

public class KeySlotTests
{
    /// <summary>From the cluster specification and CLUSTER KEYSLOT of redis-server 7.0.</summary>
    [Theory]
    [InlineData("123456789", 0x31C3)]
    [InlineData("foo", 12182)]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("{user1000}.followers", 3443)]
    [InlineData("foo{}{bar}", 8363)]
    [InlineData("foo{{bar}}zap", 4015)]
    [InlineData("foo{bar}{zap}", 5061)]
    [InlineData("", 0)]
    public void SlotIsThatOfTheSpecification(string key, int slot) => Assert.Equal(slot, KeySlot.Of(key));
}
