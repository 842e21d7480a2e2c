using System.Text;
using System.Text.Json;

namespace Naru.SystemTests.Corpus;

/// <summary>
/// Messages that broke other parsers, as data: an id and bytes. The project's own are in <c>tests/seeds</c>; those of others are
/// no part of it, but lie beside it where they were fetched.
/// </summary>
internal static class AttackCorpus
{
    // In smuggling payloads: the length of what follows the head.
    private const string LengthMark = "%CL%";

    /// <summary>A folder of the seeds: every message in it, by the name of its file.</summary>
    public static IReadOnlyList<(string Id, byte[] Bytes)> Seeds(string target)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "naru.slnx")))
            folder = folder.Parent;
        return [.. Directory.GetFiles(Path.Combine(folder.FullName, "tests", "seeds", target)).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
    }

    /// <summary>Null when the corpus is not on this machine.</summary>
    public static IReadOnlyList<(string Id, byte[] Bytes)>? Read(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "corpus", file);
            if (File.Exists(path))
                return [.. JsonElement.Parse(File.ReadAllText(path)).EnumerateArray().Select(Read)];
        }

        return null;
    }

    private static (string Id, byte[] Bytes) Read(JsonElement entry)
    {
        var bytes = Convert.FromHexString(entry.GetProperty("hex").GetString()!);
        return (entry.GetProperty("id").GetString()!, FillLength(bytes));
    }

    private static byte[] FillLength(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        int mark = text.IndexOf(LengthMark, StringComparison.Ordinal);
        if (mark < 0)
            return bytes;
        int body = text.IndexOf("\r\n\r\n", mark, StringComparison.Ordinal) + 4;
        return Encoding.Latin1.GetBytes(text.Replace(LengthMark, $"{text.Length - body}", StringComparison.Ordinal));
    }
}
