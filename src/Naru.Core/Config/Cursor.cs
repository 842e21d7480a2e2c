namespace Naru.Core.Config;

/// <summary>A value of the file together with its path: what a kind reads from and complains about.</summary>
internal readonly record struct Cursor(BindSession Session, ConfigNode Node, ConfigPath Path)
{
    /// <summary>The value as messages show it. References stay as written: what they resolve to may be a secret.</summary>
    public string Written => Node is ScalarNode scalar
        ? Shown.Value(scalar.Text) + (HasReference ? " (resolved)" : "")
        : Node.Noun;

    private bool HasReference => Node is ScalarNode scalar && EnvironmentReferences.IsIn(scalar.Text);

    public Cursor Item(int index, ConfigNode item) => new(Session, item, Path.Index(index));

    public Cursor Value(ConfigEntry entry) => new(Session, entry.Value, Path.Key(entry.Key));

    /// <summary>The key of an entry as a value of its own, for complaints about keys.</summary>
    public Cursor KeyOf(ConfigEntry entry) =>
        new(Session, new ScalarNode(entry.Key, isQuoted: true, entry.Line, entry.Column), Path.Key(entry.Key));

    /// <summary>A key that is not there: the place is the mapping that lacks it.</summary>
    public Cursor Absent(string key) => this with { Path = Path.Key(key) };

    /// <summary>Always false, so that a reader can end with it.</summary>
    public bool Fail(string message, string fix)
    {
        Session.Error(this, Node is ScalarNode scalar ? scalar.Text : "", message, fix);
        return false;
    }

    public void Warn(string message, string fix) =>
        Session.Warn(this, Node is ScalarNode scalar ? scalar.Text : "", message, fix);

    /// <summary>A fix that spells the right value out, unless that would show what a reference resolved to.</summary>
    public string Write(string right, string otherwise) => Write([right], otherwise);

    public string Write(string[] rights, string otherwise) =>
        HasReference ? otherwise : $"Write {Shown.List(rights.Select(Shown.Value), "or")}.";

    /// <summary>The text of a scalar with its references resolved.</summary>
    public bool TryText(string expected, out string text)
    {
        text = "";
        if (Node is not ScalarNode scalar)
            return Fail($"{Node.Noun} cannot stand here.", $"Give {expected}.");
        if (scalar.IsMissing)
            return Fail("has no value.", $"Give {expected}, or remove the key.");
        return EnvironmentReferences.TryResolve(this, scalar.Text, out text);
    }
}
