using Naru.Config;
using Naru.Core.Config;

namespace Naru.Tests.Config;

/// <summary>Files of all sorts under one folder that goes with the test.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ConfigFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("naru-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void MissingFileIsOneError() => AssertError("none.yaml", "cannot be read: there is no such file. Name the file by -c FILE.");

    [Fact]
    public void MissingFolderIsOneError() => AssertError("none/none.yaml", "cannot be read: there is no such file. Name the file by -c FILE.");

    [Fact]
    public void FolderIsOneError() => AssertError("", "cannot be read: it is a folder. Name the file by -c FILE.");

    [Fact]
    public void EmptyFileIsOneError() => AssertError(Write("a.yaml", []), "is empty. samples/minimal.yaml has ten lines to start from.");

    [Fact]
    public void BinaryFileIsOneError() => AssertError(Write("a.yaml", [0x7f, 0x45, 0x4c, 0x46, 0]), "is not a text file. Give a YAML file.");

    [Fact]
    public void HugeFileIsOneError() =>
        AssertError(Write("a.yaml", new byte[ConfigLimits.FileBytesMax + 1]), "cannot be read: it is larger than 4096 KiB. Name the file by -c FILE.");

    [Fact]
    public void EndlessFileIsOneError() =>
        Assert.Equal("/dev/zero: cannot be read: it is larger than 4096 KiB. Name the file by -c FILE.", Assert.Single(ConfigFile.Load("/dev/zero").Errors).ToString());

    [Fact]
    public void ForbiddenFileIsOneError()
    {
        var name = Write("a.yaml", "a: 1"u8);
        File.SetUnixFileMode(Path.Combine(_folder, name), UnixFileMode.None);
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root reads everything");
        AssertError(name, $"cannot be read: the user {Environment.UserName} may not read it. Name the file by -c FILE.");
    }

    [Fact]
    public void EmptyPathIsOneError() => Assert.Single(ConfigFile.Load("").Errors);

    [Fact]
    public void SecretsCountFromTheFolderOfTheFile()
    {
        var key = Path.Combine(_folder, Write("sticky.key", "a key of thirty-two bytes or more"u8));
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        var file = Path.Combine(_folder, Write("a.yaml", System.Text.Encoding.UTF8.GetBytes(
            ConfigText.PoolOf("sticky: { cookie: naru, keyFile: sticky.key }"))));
        var result = ConfigFile.Load(file);
        Assert.Equal("", result.Report());
        Assert.Equal("a key of thirty-two bytes or more"u8, result.Snapshot!.Pools[0].Sticky!.Key);

        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.EndsWith("every user of this machine can read sticky.key. Take the right away: chmod o-r sticky.key\n", ConfigFile.Load(file).Report());
    }

    /// <summary>Opening a pipe waits for whoever writes into it: neither a check nor a reload may.</summary>
    [Theory]
    [InlineData("sticky: { cookie: naru, keyFile: NAME }", "")]
    [InlineData("", "page: NAME")]
    [InlineData("", "messages: NAME")]
    [InlineData("", "keyFile: NAME")]
    public async Task PipeOrDeviceInPlaceOfAFileIsAnErrorAndHoldsUpNothing(string pool, string room)
    {
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder, "pipe")))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "pipe");
        foreach (var (name, what) in new[] { ("pipe", "a named pipe"), ("link", "a named pipe"), ("/dev/null", "a character device") })
        {
            var file = Path.Combine(_folder, Write("a.yaml", System.Text.Encoding.UTF8.GetBytes($$"""
                listeners: [{ bind: 127.0.0.1:8080, routes: [{ waitingRoom: shop, pool: web }] }]
                pools:
                  web: { servers: [127.0.0.1:3001], {{pool.Replace("NAME", name, StringComparison.Ordinal)}} }
                waitingRooms:
                  shop: { admit: 1/s, active: 1, {{room.Replace("NAME", name, StringComparison.Ordinal)}} }
                """)));
            var load = Task.Run(() => ConfigFile.Load(file), TestContext.Current.CancellationToken);
            var error = Assert.Single((await load.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Errors).ToString();
            Assert.Contains($"{name} cannot be read: it is {what}, not a file.", error);
            Assert.EndsWith("Give the path of a file that Naru's user can read.", error);
        }
    }

    /// <summary>As Kubernetes mounts secrets: a link to a link's folder.</summary>
    [Fact]
    public void LinkToAFileIsFollowed()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "..2026"));
        Write("..2026/sticky.key", "a key of thirty-two bytes or more"u8);
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(_folder, "sticky.key"), "..data/sticky.key");
        var file = Path.Combine(_folder, Write("a.yaml", System.Text.Encoding.UTF8.GetBytes(ConfigText.PoolOf("sticky: { cookie: naru, keyFile: sticky.key }"))));
        Assert.Equal("a key of thirty-two bytes or more"u8, ConfigFile.Load(file).Snapshot!.Pools[0].Sticky!.Key);
    }

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), content);
        return name;
    }

    private void AssertError(string name, string error)
    {
        var path = Path.Combine(_folder, name);
        var result = ConfigFile.Load(path);
        Assert.Null(result.Snapshot);
        Assert.Equal($"{path}: {error}", Assert.Single(result.Errors).ToString());
    }
}
