namespace Naru.Core.Config;

/// <summary>
/// One value of a configuration file, whatever its syntax: the reader of the file builds the tree, the binder reads it.
/// Lines and columns are 1-based and point at the value's first character.
/// </summary>
public abstract class ConfigNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>What messages call it.</summary>
    public abstract string Noun { get; }
}

/// <summary>A single value, before <c>${NAME}</c> references are resolved.</summary>
public sealed class ScalarNode(string text, bool isQuoted, int line, int column) : ConfigNode(line, column)
{
    public string Text { get; } = text;

    /// <summary>An empty unquoted scalar is a forgotten value; an empty quoted one is meant.</summary>
    public bool IsQuoted { get; } = isQuoted;

    public override string Noun => "a single value";

    public bool IsMissing => !IsQuoted && Text is ("" or "~" or "null");
}

public sealed class SequenceNode(IReadOnlyList<ConfigNode> items, int line, int column) : ConfigNode(line, column)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override string Noun => "a list";
}

/// <summary>A key of a mapping, the place of the key, and its value.</summary>
public readonly record struct ConfigEntry(string Key, int Line, int Column, ConfigNode Value);

/// <summary>Keys and values in the order of the file. The reader of the file reports keys that come twice; here the first counts.</summary>
public sealed class MappingNode : ConfigNode
{
    private readonly Dictionary<string, ConfigNode> _values = new(StringComparer.Ordinal);

    public MappingNode(IReadOnlyList<ConfigEntry> entries, int line, int column) : base(line, column)
    {
        Entries = entries;
        foreach (var entry in entries)
            _values.TryAdd(entry.Key, entry.Value);
    }

    public IReadOnlyList<ConfigEntry> Entries { get; }

    public override string Noun => "a mapping";

    public ConfigNode? Find(string key) => _values.GetValueOrDefault(key);
}
