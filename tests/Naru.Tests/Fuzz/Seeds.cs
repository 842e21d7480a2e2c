using Naru.Tests.Config;
using Naru.Tests.Http1;

namespace Naru.Tests.Fuzz;

/// <summary>The messages that fuzzing starts from: <c>tests/seeds</c>, a folder for each target. As Latin-1, each char a byte.</summary>
internal static class Seeds
{
    /// <param name="target">The name of the folder.</param>
    internal static string[] Of(string target) => [.. Named(target).Select(seed => seed.Text)];

    /// <summary>With the verdict that the name of the file begins with.</summary>
    internal static IEnumerable<(string File, string Verdict, string Text)> Named(string target) =>
        Directory.GetFiles(Repository.PathOf("tests", "seeds", target)).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), Path.GetFileNameWithoutExtension(path), Requests.Text(File.ReadAllBytes(path))));
}
