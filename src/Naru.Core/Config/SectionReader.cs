using System.Diagnostics.CodeAnalysis;

namespace Naru.Core.Config;

/// <summary>
/// Reads the keys of one mapping. Unknown keys are reported at once; a wrong value is reported where it stands and counts as
/// absent from then on, so that one run finds every mistake.
/// </summary>
internal sealed class SectionReader
{
    private readonly MappingNode _mapping;

    public SectionReader(Cursor at, MappingNode mapping, SectionDescription section)
    {
        At = at;
        _mapping = mapping;
        var meant = new HashSet<string>();
        foreach (var entry in mapping.Entries)
            if (!section.Keys.Any(key => key.Name == entry.Key) && ReportUnknown(at.KeyOf(entry), entry.Key, section) is { } nearest)
                meant.Add(nearest);
        // A misspelt key is one mistake, not a second one for being missing.
        foreach (var key in section.Keys)
            if (key.IsRequired && !Has(key) && !meant.Contains(key.Name))
                at.Absent(key.Name).Fail("is missing.", $"Give {key.Kind.Expected}.");
    }

    public Cursor At { get; }

    /// <summary>The key is written in the file, be its value right or wrong.</summary>
    public bool Has(ConfigKey key) => _mapping.Find(key.Name) is not null;

    /// <summary>Where the key's value stands, or the mapping when the key is absent.</summary>
    public Cursor Of(ConfigKey key) =>
        _mapping.Find(key.Name) is { } node ? new Cursor(At.Session, node, At.Path.Key(key.Name)) : At.Absent(key.Name);

    /// <summary>The value, or the default when the key is absent or wrong. Read each key once.</summary>
    public T? Get<T>(ConfigKey<T> key) => TryGet(key, out var value) ? value : key.Default;

    /// <summary>False when the key is absent or wrong.</summary>
    public bool TryGet<T>(ConfigKey<T> key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return Has(key) && key.TypedKind.TryRead(Of(key), out value);
    }

    /// <summary>Reports keys that have no meaning beside another choice.</summary>
    public void Refuse(string reason, params ReadOnlySpan<ConfigKey> keys)
    {
        foreach (var key in keys)
            if (Has(key))
                Of(key).Fail(reason, $"Remove {key.Name}.");
    }

    /// <summary>The same for keys of the mapping under one of this section's keys.</summary>
    public void RefuseInside(ConfigKey outer, string reason, params ReadOnlySpan<ConfigKey> keys)
    {
        if (_mapping.Find(outer.Name) is not MappingNode inner)
            return;
        foreach (var key in keys)
            if (inner.Find(key.Name) is { } node)
                new Cursor(At.Session, node, At.Path.Key(outer.Name).Key(key.Name)).Fail(reason, $"Remove {key.Name}.");
    }

    /// <summary>The key that was probably meant, if one is near.</summary>
    private static string? ReportUnknown(Cursor at, string name, SectionDescription section)
    {
        if (section.LaterKeys.FirstOrDefault(key => key.Name == name) is { } later)
        {
            at.Fail($"this version of Naru does not have {later.Feature} yet.", $"Remove {name}.");
            return null;
        }
        if (section.ForeignKeys.TryGetValue(name, out var foreign))
        {
            at.Fail(foreign.Message, foreign.Fix);
            return null;
        }
        if (name == "<<")
        {
            at.Fail("merge keys are not supported.", "Write the keys out, or refer to a whole value by an alias.");
            return null;
        }
        var names = section.Keys.Select(key => key.Name);
        // Over the limit nobody reads the hint.
        var nearest = at.Session.IsFull ? null : NearestName.Find(name, names);
        at.Fail("unknown key.", nearest is null ? $"The keys here are {Shown.List(names, "and")}." : $"Did you mean {nearest}?");
        return nearest;
    }
}
