using System.Text.RegularExpressions;

namespace Naru.Tests;

/// <summary>The rules of architecture.md that a compiler does not keep.</summary>
public partial class LayeringTests
{
    /// <summary>Where requests pass.</summary>
    private static readonly string[] DataPathFolders = ["Loop", "Net", "Proxy", "Relay", "Listeners", "Pools", "Workers"];

    [Fact]
    public void CoreReferencesOnlyTheBaseClassLibrary()
    {
        var references = typeof(Naru.Core.Config.Snapshot).Assembly.GetReferencedAssemblies();
        Assert.All(references, r => Assert.StartsWith("System", r.Name));
    }

    [Fact]
    public void EngineReferencesOnlyCoreAndTheBaseClassLibrary()
    {
        var references = typeof(Naru.Engine.NaruEngine).Assembly.GetReferencedAssemblies();
        Assert.All(references, r => Assert.True(r.Name == "Naru.Core" || r.Name!.StartsWith("System", StringComparison.Ordinal), r.Name));
        Assert.DoesNotContain(references, r => r.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void UnsafeCodeAndNativeImportsLiveInLinuxAlone() =>
        AssertNone(
            Sources("").Where(f => !f.Path.StartsWith("Naru.Engine/Linux/", StringComparison.Ordinal)),
            UnsafeOrNative());

    [Fact]
    public void LinuxKnowsNoFeature() => AssertNone(Sources("Naru.Engine/Linux"), EngineFeature());

    [Fact]
    public void LoopKnowsNoFeature() => AssertNone(Sources("Naru.Engine/Loop"), AboveLoop());

    [Fact]
    public void CodecsAndBalancingNeverSeeEachOther()
    {
        AssertNone(Sources("Naru.Core/Http1"), UsesBalancing());
        AssertNone(Sources("Naru.Core/Balancing"), UsesCodec());
    }

    [Fact]
    public void NothingOnTheDataPathBlocksOrLeavesItsLoop() =>
        AssertNone(DataPathFolders.SelectMany(f => Sources($"Naru.Engine/{f}")), BlocksOrLeaves());

    [Fact]
    public void DataPathUsesNoLinq() =>
        AssertNone(new[] { "Loop", "Net", "Proxy", "Relay" }.SelectMany(f => Sources($"Naru.Engine/{f}")), Linq());

    [Fact]
    public void FilesStayWithinEightHundredLines() =>
        Assert.All(Sources(""), f => Assert.True(f.Text.Count(c => c == '\n') <= 800, f.Path));

    private static void AssertNone(IEnumerable<(string Path, string Text)> files, Regex forbidden)
    {
        int looked = 0;
        foreach (var (path, text) in files)
        {
            looked++;
            string code = Comment().Replace(text, "");
            var match = forbidden.Match(code);
            Assert.False(match.Success, $"{path}: {match.Value}");
        }

        Assert.True(looked > 0, "No file was looked at.");
    }

    /// <summary>The sources below a folder of src, by paths that start there.</summary>
    private static IEnumerable<(string Path, string Text)> Sources(string folder)
    {
        string root = Path.Combine(CheckoutRoot(), "src");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(root, file).Replace('\\', '/');
            if (!path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
                yield return (path, File.ReadAllText(file));
        }
    }

    private static string CheckoutRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "naru.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bunsafe\b|\bDllImport\b|\bLibraryImport\b|\bUnsafe\.")]
    private static partial Regex UnsafeOrNative();

    [GeneratedRegex(@"\bNaru\.(Core\.(?!Http\b)|Engine\.(?!Linux\b))\w+;")]
    private static partial Regex EngineFeature();

    [GeneratedRegex(@"\bNaru\.(Core\.(?!Http\b)|Engine\.(?!Linux\b|Loop\b))\w+;")]
    private static partial Regex AboveLoop();

    [GeneratedRegex(@"\bNaru\.Core\.Balancing\b|\bBalancer\b|\bServerLoad\b")]
    private static partial Regex UsesBalancing();

    [GeneratedRegex(@"\bNaru\.Core\.Http1?\b")]
    private static partial Regex UsesCodec();

    [GeneratedRegex(@"\bTask\.Run\b|\bThread\.Sleep\b|\bThreadPool\.|\bTask\.Delay\b|\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\);")]
    private static partial Regex BlocksOrLeaves();

    [GeneratedRegex(@"\busing System\.Linq\b|\.(Select|Where|ToArray|ToList|FirstOrDefault|OrderBy|Any|All|Sum)\(")]
    private static partial Regex Linq();
}
