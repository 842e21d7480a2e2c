using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A scalar for the usual case, or a mapping that says more.</summary>
internal sealed class ShortOrLongKind<T>(ConfigKind<T> shortForm, Section<T> longForm) : ConfigKind<T>
{
    public override string Expected => $"{shortForm.Expected}, or {longForm.Expected}";

    public override (string, SectionDescription)? Inner => longForm.Inner;

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value) =>
        at.Node is MappingNode ? longForm.TryRead(at, out value)
        : at.Node is ScalarNode ? shortForm.TryRead(at, out value)
        : Refuse(at, out value);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(shortForm.Schema(), longForm.Schema()) };

    private bool Refuse(Cursor at, out T? value)
    {
        value = default;
        return at.Fail($"{at.Written} cannot stand here.", $"Give {Expected}.");
    }
}
