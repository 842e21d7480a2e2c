using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Naru.Core.Config;

/// <summary>
/// What a value of the file may be. The one description from which values are read, errors are worded, and the schema and
/// the reference are generated, so that they cannot disagree.
/// </summary>
internal abstract class ConfigKind
{
    /// <summary>Completes "Give …": <c>a whole number from 1 to 1000</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>A mapping with fixed keys inside this kind, and how a path reaches it (<c>[]</c> for the items of a list).</summary>
    public virtual (string Suffix, SectionDescription Section)? Inner => null;

    /// <summary>JSON Schema, draft 2020-12.</summary>
    public abstract JsonObject Schema();
}

/// <summary>A kind whose values become <typeparamref name="T"/>.</summary>
internal abstract class ConfigKind<T> : ConfigKind
{
    /// <summary>False: an error was reported.</summary>
    public abstract bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value);

    /// <summary>A value as one would write it in the file.</summary>
    public virtual string Format(T value) => $"{value}";

    public virtual JsonNode? Json(T value) => JsonValue.Create(Format(value));
}

/// <summary>A kind written as one scalar.</summary>
internal abstract class ScalarKind<T> : ConfigKind<T>
{
    public sealed override bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return at.TryText(Expected, out var text) && TryParse(at, text, out value);
    }

    public sealed override JsonObject Schema() =>
        new() { ["anyOf"] = new JsonArray(ValueSchema(), new JsonObject { ["$ref"] = ConfigSchema.ReferenceDefinition }) };

    protected abstract bool TryParse(Cursor at, string text, [MaybeNullWhen(false)] out T value);

    /// <summary>Of the value itself; a reference to an environment variable is allowed beside it.</summary>
    protected abstract JsonObject ValueSchema();

    protected static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };
}
