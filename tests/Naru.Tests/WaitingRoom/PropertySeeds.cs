using System.Globalization;

namespace Naru.Tests.WaitingRoom;

/// <summary>Which crowds a property is held against: NARU_SEED plays one of them alone, NARU_SEEDS more of them than usual.</summary>
internal static class PropertySeeds
{
    internal static IEnumerable<ulong> ToPlay(int usual)
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), CultureInfo.InvariantCulture, out ulong one))
            return [one];
        int count = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEEDS"), CultureInfo.InvariantCulture, out int given) ? given : usual;
        return Enumerable.Range(1, count).Select(i => (ulong)i);
    }
}
