namespace Naru.Tests.Config;

/// <summary>Checked-in files that tests compare with what the code generates.</summary>
internal static class Repository
{
    private const string UpdateVariable = "NARU_UPDATE_SNAPSHOTS";

    public static string PathOf(params string[] parts) => Path.Combine([Root(), .. parts]);

    /// <summary>Compares, or rewrites the file when the environment says so.</summary>
    public static void AssertSnapshot(string actual, params string[] parts)
    {
        var path = PathOf(parts);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, actual);
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected == actual)
            return;
        var line = expected.Split('\n').Zip(actual.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;
        Assert.Fail($"{string.Join('/', parts)} differs from what the code says, first in line {line}. "
            + $"If the change is meant, run the tests with {UpdateVariable}=1 and commit the file. The code says:\n{actual}");
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "naru.slnx")))
                return folder;
        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
