using System.Runtime.CompilerServices;

namespace Naru.Tests.Cli;

/// <summary>Compares what is public with the text that is checked in beside the test; NARU_UPDATE_SNAPSHOTS=1 writes it anew.</summary>
internal static class CheckedInText
{
    public static void AssertSame(string fileName, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, fileName);
        if (Environment.GetEnvironmentVariable("NARU_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
