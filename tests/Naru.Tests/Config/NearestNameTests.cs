using Naru.Core.Config;

namespace Naru.Tests.Config;

public class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void DistanceCountsEdits(string left, string right, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(left, right));
        Assert.Equal(distance, NearestName.Distance(right, left));
    }

    [Theory]
    [InlineData("lisetners", "listeners")]
    [InlineData("Pools", "pools")]
    [InlineData("zebra", null)]
    [InlineData("x", null)]
    public void NearestIsNearOrNothing(string name, string? nearest) =>
        Assert.Equal(nearest, NearestName.Find(name, ["pools", "listeners", "admin"]));
}
