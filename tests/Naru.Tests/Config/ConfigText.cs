using System.Text;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Tests.Config;

/// <summary>Loads configurations from text, with an environment and secret files made of dictionaries.</summary>
internal static class ConfigText
{
    public static ConfigResult Load(string yaml, FakeSources? sources = null) =>
        ConfigFile.Parse(Encoding.UTF8.GetBytes(yaml), "naru.yaml", sources ?? new FakeSources());

    public static Snapshot Valid(string yaml, FakeSources? sources = null)
    {
        var result = Load(yaml, sources);
        Assert.True(result.IsValid, result.Report());
        Assert.Empty(result.Errors);
        return result.Snapshot;
    }

    /// <summary>The lines of the error report, without the name of the file.</summary>
    public static string[] Errors(string yaml, FakeSources? sources = null)
    {
        var result = Load(yaml, sources);
        Assert.Null(result.Snapshot);
        return [.. result.Errors.Select(e => e.ToString()["naru.yaml:".Length..])];
    }

    public static string[] Warnings(string yaml, FakeSources? sources = null)
    {
        var result = Load(yaml, sources);
        Assert.True(result.IsValid, result.Report());
        return [.. result.Warnings.Select(e => e.ToString()["naru.yaml:".Length..])];
    }

    /// <summary>A sound file around lines of the pool <c>web</c>.</summary>
    public static string Pool(string lines) =>
        "listeners: [{ bind: ':80', routes: [{ pool: web }] }]\npools:\n  web:\n" + Indent(lines, 4);

    /// <summary>The same with servers.</summary>
    public static string PoolOf(string line) => Pool("servers: [10.0.0.1:80]\n" + line);

    public static string Listener(string lines) =>
        "pools: { web: { servers: [10.0.0.1:80] } }\nlisteners:\n  -\n" + Indent(lines, 4);

    /// <summary>A sound http listener around one more line.</summary>
    public static string Http(string line) => Listener("bind: ':80'\nroutes: [{ pool: web }]\n" + line);

    public static string Route(string route) => Listener($"bind: ':80'\nroutes:\n  - pool: web\n  - {route}");

    private static string Indent(string lines, int spaces) =>
        string.Concat(lines.Split('\n').Select(line => $"{new string(' ', spaces)}{line}\n"));
}

internal sealed class FakeSources : IConfigSources
{
    public Dictionary<string, string> Variables { get; } = [];

    public Dictionary<string, SecretFile> Secrets { get; } = [];

    public FakeSources Secret(string path, string content, bool isWorldReadable = false) =>
        Secret(path, Encoding.UTF8.GetBytes(content), isWorldReadable);

    public FakeSources Secret(string path, byte[] content, bool isWorldReadable = false)
    {
        Secrets[path] = new(content, null, isWorldReadable);
        return this;
    }

    public Dictionary<string, byte[]> Files { get; } = [];

    public FakeSources File(string path, string content)
    {
        Files[path] = Encoding.UTF8.GetBytes(content);
        return this;
    }

    public (byte[]? Content, string? Failure) ReadFile(string path, int bytesMax) =>
        !Files.TryGetValue(path, out var content) ? (null, "there is no such file")
        : content.Length > bytesMax ? (null, $"it is larger than {bytesMax / 1024} KiB")
        : (content, null);

    public FakeSources Variable(string name, string value)
    {
        Variables[name] = value;
        return this;
    }

    public string? Variable(string name) => Variables.GetValueOrDefault(name);

    public string FullPath(string path) => Path.GetFullPath(path, "/etc/naru");

    public SecretFile ReadSecret(string path) =>
        Secrets.TryGetValue(path, out var secret) ? secret : new(null, "there is no such file", false);
}
