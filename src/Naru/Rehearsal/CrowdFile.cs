using System.Text;
using Naru.Config;
using Naru.Core.Config;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Rehearsal;

/// <summary>Reads a crowd file and lays the options of the command line over it, so that both are checked by the same words.</summary>
internal static class CrowdFile
{
    /// <summary>Stands for the file in messages about what no file says.</summary>
    public const string Options = "options";

    /// <param name="path">Null: no file, the defaults.</param>
    /// <param name="overrides">Paths of keys and the text that takes the place of what the file says.</param>
    public static (CrowdPlan? Plan, ConfigResult Problems) Load(string? path, IReadOnlyList<(string[] Path, string Text)> overrides)
    {
        var root = new MappingNode([], 1, 1);
        if (path is not null)
        {
            var (content, failure) = BoundedFile.Read(path, ConfigLimits.FileBytesMax);
            if (content is null)
                return (null, Invalid(path, $"cannot be read: {failure}.", "Name a crowd file, such as samples/crowd.yaml."));
            // A file of comments alone is a file of defaults.
            if (HasContent(content))
            {
                var (tree, problems) = ConfigFile.ReadTree(content, path);
                if (tree is null)
                    return (null, problems!);
                if (tree is not MappingNode mapping)
                    return (null, Invalid(path, $"{tree.Noun} cannot be a crowd.", "Give a mapping such as visitors: 20000."));
                root = mapping;
            }
        }
        foreach (var (keys, text) in overrides)
            root = Lay(root, keys, text);
        var (plan, result) = CrowdBinder.Bind(root, path ?? Options, new FileConfigSources(Folder(path)));
        return (plan, plan is null ? WithPlaces(result) : result);
    }

    public static ConfigResult Invalid(string file, string message, string fix) => ConfigResult.Invalid([new(file, 0, 0, "", "", message, fix)]);

    private static string Folder(string? path) => path is null ? "/" : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static bool HasContent(ReadOnlySpan<byte> content)
    {
        foreach (var line in Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split('\n'))
            if (line.AsSpan().Trim() is { Length: > 0 } text && text[0] != '#')
                return true;
        return false;
    }

    /// <summary>The mapping with one value more, or another; a value that is no mapping stays, for the binder to complain about.</summary>
    private static MappingNode Lay(MappingNode root, ReadOnlySpan<string> keys, string text)
    {
        var name = keys[0];
        ConfigNode value = new ScalarNode(text, isQuoted: true, 0, 0);
        if (keys.Length > 1)
        {
            var inner = root.Find(name) ?? new MappingNode([], 0, 0);
            if (inner is not MappingNode mapping)
                return root;
            value = Lay(mapping, keys[1..], text);
        }
        return new MappingNode([.. root.Entries.Where(e => e.Key != name), new ConfigEntry(name, 0, 0, value)], root.Line, root.Column);
    }

    /// <summary>What has no line in the file was given as an option.</summary>
    private static ConfigResult WithPlaces(ConfigResult result)
        => ConfigResult.Invalid(result.Errors.Select(e => e.Line == 0 ? e with { File = Options } : e), result.ErrorsOmitted, result.Warnings);
}
