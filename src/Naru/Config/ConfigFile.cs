using System.Text;
using Naru.Core.Config;

namespace Naru.Config;

/// <summary>Loads <c>naru.yaml</c>: file, syntax, environment, secrets, meaning. Never throws for what a file says or is.</summary>
public static class ConfigFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">As the operator named it; messages repeat it.</param>
    /// <param name="mayBePipe">False for a program that serves: nobody may ever write into a pipe, and it would wait for that.</param>
    public static ConfigResult Load(string path, bool mayBePipe = true)
    {
        var (content, failure) = mayBePipe ? BoundedFile.ReadAny(path, ConfigLimits.FileBytesMax) : BoundedFile.Read(path, ConfigLimits.FileBytesMax);
        if (content is null)
            return Unreadable(path, $"cannot be read: {failure}.", "Name the file by -c FILE.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return Parse(content, path, new FileConfigSources(folder));
    }

    /// <summary>The same for bytes that are at hand.</summary>
    public static ConfigResult Parse(ReadOnlySpan<byte> content, string file, IConfigSources sources)
    {
        var (root, failure) = ReadTree(content, file);
        return root is null ? failure! : ConfigBinder.Bind(root, file, sources);
    }

    /// <summary>The tree of a YAML file, before anything is known of its keys; or why there is none.</summary>
    internal static (ConfigNode? Root, ConfigResult? Failure) ReadTree(ReadOnlySpan<byte> content, string file)
    {
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        if (content.IsEmpty)
            return (null, Unreadable(file, "is empty.", "samples/minimal.yaml has ten lines to start from."));
        if (content.Contains((byte)0))
            return (null, Unreadable(file, "is not a text file.", "Give a YAML file."));
        if (FirstInvalid(content) is var invalid and >= 0)
            return (null, NotUtf8(content, invalid, file));
        return YamlReader.Read(StrictUtf8.GetString(content), file);
    }

    private static ConfigResult Unreadable(string file, string message, string fix) =>
        ConfigResult.Invalid([new(file, 0, 0, "", "", message, fix)]);

    private static ConfigResult NotUtf8(ReadOnlySpan<byte> content, int invalid, string file)
    {
        var before = content[..invalid];
        var line = before.Count((byte)'\n') + 1;
        var column = StrictUtf8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return ConfigResult.Invalid([new(file, line, column, "", "", $"the byte {content[invalid]:X2} is not UTF-8.", "Save the file as UTF-8.")]);
    }

    /// <summary>Index of the first byte that is not UTF-8, or -1.</summary>
    private static int FirstInvalid(ReadOnlySpan<byte> content)
    {
        for (var index = 0; index < content.Length;)
        {
            if (Rune.DecodeFromUtf8(content[index..], out _, out var count) != System.Buffers.OperationStatus.Done)
                return index;
            index += count;
        }
        return -1;
    }
}
