using System.Text;
using Naru.Config;
using Naru.Core.Config;
using Naru.Tests.Fuzz;

namespace Naru.Tests.Config;

/// <summary>Whatever the bytes: no exception, and either a snapshot or an error. A failure prints how to replay it; <see cref="FuzzRun"/> says how long.</summary>
public class FuzzTests
{
    private static readonly string[] Words =
    [
        ":", ": ", "-", "- ", "[", "]", "{", "}", ",", "\n", "\n  ", "\t", "\"", "'", "&a ", "*a", "!!str ", "|\n", ">-\n ", "# ", "${", "}", "${A}", "? ",
        "%", "@", "`", "~", "null", "true", "0", "-1", "1", "99999999999999999999", "1e9", "0.5", "50%", "1s", "1ms", "1h", "64KiB", "240/s", "/", "/*", "/a/*",
        "//", "..", "*", ":80", "[::]:80", "10.0.0.1:80", "10.0.0.0/8", "::1", "a.example:80", "http://a", "listeners", "pools", "routes", "bind", "servers",
        "pool", "match", "path", "host", "health", "active", "protocol", "tcp", "http", "---", "...", "\u0085", "\u2028", "\ufeff", "한", "\U0001f6a2", "\r",
    ];

    [Fact]
    public void RandomBytesGiveAnError() => Run(random =>
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    });

    [Fact]
    public void RandomWordsOfTheLanguageGiveAResult() => Run(random =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Words[random.Next(Words.Length)]))));

    [Theory]
    [InlineData("samples", "minimal.yaml")]
    [InlineData("samples", "shop.yaml")]
    [InlineData("samples", "tcp.yaml")]
    [InlineData("samples", "waiting-room.yaml")]
    [InlineData("tests/Naru.Tests/Config/Golden", "bad.yaml")]
    public void MutatedFileGivesAResult(string folder, string file)
    {
        var sound = File.ReadAllText(Repository.PathOf(folder, file));
        Run(random =>
        {
            var text = new StringBuilder(sound);
            for (var edits = random.Next(1, 6); edits > 0; edits--)
                Mutate(random, text);
            return Encoding.UTF8.GetBytes(text.ToString());
        });
    }

    private static void Mutate(Random random, StringBuilder text)
    {
        var at = random.Next(text.Length);
        var length = Math.Min(random.Next(1, 12), text.Length - at);
        switch (random.Next(4))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, Words[random.Next(Words.Length)]);
                break;
            case 2:
                text.Insert(random.Next(text.Length), text.ToString(at, length));
                break;
            default:
                text.Remove(at, length).Insert(at, Words[random.Next(Words.Length)]);
                break;
        }
    }

    private static void Run(Func<Random, byte[]> make)
    {
        var first = FuzzRun.Seed(Environment.TickCount);
        foreach (var n in FuzzRun.Inputs(2_000))
        {
            var seed = unchecked(first + n);
            var content = make(new Random(seed));
            try
            {
                Check(content);
            }
            catch (Exception error)
            {
                Assert.Fail($"replay with NARU_FUZZ_SEED={seed} NARU_FUZZ_ITERATIONS=1: {error}\n{Encoding.UTF8.GetString(content)}");
            }
        }
    }

    private static void Check(byte[] content)
    {
        var sources = new FakeSources().Variable("A", "10.0.0.9:80");
        var result = ConfigFile.Parse(content, "naru.yaml", sources);
        Assert.Equal(result.Snapshot is null, result.Errors.Count > 0);
        Assert.All(result.Errors, error =>
        {
            Assert.True(error.Message.Length > 0 && error.Line >= 0 && (error.Line == 0) == (error.Column == 0));
            Assert.DoesNotContain(error.ToString(), c => char.IsControl(c));
        });
        // What the binder takes no editor may underline.
        if (result.IsValid)
            Assert.True(SchemaTests.Accepts(Encoding.UTF8.GetString(content).TrimStart('\ufeff')), "the schema refuses what the binder takes");
    }
}
