using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>The word <c>off</c>, or a mapping.</summary>
internal sealed class OffKind<T>(T offValue, Section<T> section) : ConfigKind<T>
{
    private const string Off = "off";

    public override string Expected => $"{Off}, or {section.Expected}";

    public override (string, SectionDescription)? Inner => section.Inner;

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value)
    {
        if (at.Node is not ScalarNode { IsMissing: false })
            return section.TryRead(at, out value);
        value = offValue;
        return at.TryText(Expected, out var text)
            && (text == Off || at.Fail($"{at.Written} cannot stand here.", $"Give {Expected}."));
    }

    public override JsonObject Schema() =>
        new() { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = Off }, section.Schema()) };
}
