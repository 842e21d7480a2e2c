using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Naru.Core.Config;

/// <summary>A mapping with fixed keys, as the schema and the reference describe it.</summary>
internal sealed record SectionDescription(string Documentation, IReadOnlyList<ConfigKey> Keys, IReadOnlyList<LaterKey> LaterKeys)
{
    /// <summary>Keys that are looked for here and belong elsewhere: what is wrong, and where to write them.</summary>
    public IReadOnlyDictionary<string, (string Message, string Fix)> ForeignKeys { get; init; } =
        new Dictionary<string, (string Message, string Fix)>();

    public JsonObject Schema()
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var key in Keys)
        {
            var schema = key.Kind.Schema();
            schema["description"] = key.Documentation;
            if (key.DefaultJson is { } value)
                schema["default"] = value;
            properties[key.Name] = schema;
            if (key.IsRequired)
                required.Add((JsonNode)JsonValue.Create(key.Name));
        }
        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Count > 0)
            section["required"] = required;
        return section;
    }
}

/// <summary>A mapping with fixed keys that becomes a <typeparamref name="T"/>.</summary>
internal sealed class Section<T>(
    string expected, string documentation, ConfigKey[] keys, Func<SectionReader, T> bind, LaterKey[]? laterKeys = null) : ConfigKind<T>
{
    public SectionDescription Description { get; private init; } = new(documentation, keys, laterKeys ?? []);

    /// <inheritdoc cref="SectionDescription.ForeignKeys"/>
    public IReadOnlyDictionary<string, (string Message, string Fix)> ForeignKeys
    {
        init => Description = Description with { ForeignKeys = value };
    }

    public override string Expected => expected;

    public override (string, SectionDescription)? Inner => ("", Description);

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (at.Node is ScalarNode { IsMissing: true })
            return at.Fail("has no value.", $"Give {expected}, or remove the key.");
        if (at.Node is not MappingNode mapping)
            return at.Fail($"{at.Written} cannot stand here.", $"Give {expected}.");
        value = bind(new SectionReader(at, mapping, Description));
        return true;
    }

    public override JsonObject Schema() => Description.Schema();
}
