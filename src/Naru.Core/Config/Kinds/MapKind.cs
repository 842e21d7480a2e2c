using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A mapping whose keys the operator chooses: names of pools, names of header fields.</summary>
/// <param name="expected">What messages ask for.</param>
/// <param name="keyPlaceholder">Stands for the key in the reference.</param>
/// <param name="tryKey">Checks a key, or brings it into the form that counts.</param>
internal sealed class MapKind<T>(
    string expected, string keyPlaceholder, int max, MapKind<T>.TryKey tryKey, ConfigKind<T> item)
    : ConfigKind<IReadOnlyList<KeyValuePair<string, T>>>
{
    public delegate bool TryKey(Cursor at, string text, out string key);

    public override string Expected => expected;

    public override (string, SectionDescription)? Inner =>
        item.Inner is { } inner ? ($".{keyPlaceholder}{inner.Suffix}", inner.Section) : null;

    public override bool TryRead(Cursor at, out IReadOnlyList<KeyValuePair<string, T>> value)
    {
        value = [];
        if (at.Node is ScalarNode { IsMissing: true })
            return at.Fail("has no value.", $"Give {expected}, or remove the key.");
        if (at.Node is not MappingNode map)
            return at.Fail($"{at.Written} cannot stand here.", $"Give {expected}.");
        if (map.Entries.Count > max)
            return at.Fail($"{map.Entries.Count} are too many.", $"Give at most {max}.");
        var items = new List<KeyValuePair<string, T>>(map.Entries.Count);
        var seen = new HashSet<string>();
        var isRight = true;
        foreach (var entry in map.Entries)
        {
            var isKeyRight = tryKey(at.KeyOf(entry), entry.Key, out var key);
            if (isKeyRight && !seen.Add(key))
                isKeyRight = at.KeyOf(entry).Fail("stands here already in another case.", "Remove one of the two.");
            if (item.TryRead(at.Value(entry), out var next) && isKeyRight)
                items.Add(new(key, next));
            else
                isRight = false;
        }
        value = items;
        return isRight;
    }

    public override JsonObject Schema() => new() { ["type"] = "object", ["additionalProperties"] = item.Schema(), ["maxProperties"] = max };
}
