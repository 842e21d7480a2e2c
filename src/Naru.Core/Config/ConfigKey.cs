using System.Text.Json.Nodes;

namespace Naru.Core.Config;

/// <summary>A key of a section: its name, what it may hold, its default, and its documentation.</summary>
internal abstract class ConfigKey(string name, string documentation)
{
    public string Name { get; } = name;

    public string Documentation { get; } = documentation;

    public abstract ConfigKind Kind { get; }

    public bool IsRequired { get; init; }

    /// <summary>As the reference shows it; empty when an absent key simply means that the thing is off.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Null when the default cannot be written as a value.</summary>
    public abstract JsonNode? DefaultJson { get; }
}

internal sealed class ConfigKey<T> : ConfigKey
{
    private readonly ConfigKind<T> _kind;

    /// <summary>A key without a default: its feature is off, or it must be given.</summary>
    public ConfigKey(string name, ConfigKind<T> kind, string documentation) : base(name, documentation) => _kind = kind;

    public ConfigKey(string name, ConfigKind<T> kind, T defaultValue, string documentation) : this(name, kind, documentation) =>
        (Default, HasDefault) = (defaultValue, true);

    public T? Default { get; }

    /// <summary>Words for a default that no single value expresses; null: the value speaks for itself.</summary>
    public string? DefaultNote { get; init; }

    public bool HasDefault { get; }

    public override ConfigKind Kind => _kind;

    public ConfigKind<T> TypedKind => _kind;

    public override string DefaultText => DefaultNote ?? (HasDefault ? _kind.Format(Default!) : "");

    public override JsonNode? DefaultJson => HasDefault && DefaultNote is null ? _kind.Json(Default!) : null;
}

/// <summary>A key of the contract whose feature a later version brings.</summary>
internal sealed record LaterKey(string Name, string Feature);
