using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>How many visitors a waiting room admits: a rate, or <c>auto</c>.</summary>
internal sealed class AdmitKind : ConfigKind<Admission>
{
    private const string Auto = "auto";

    private static readonly EventRateKind Rate = new(ConfigLimits.AdmitPerSecondMax);

    public override string Expected => $"{Rate.Expected}, or {Auto}";

    public override string Format(Admission value) => value.IsAuto ? Auto : Rate.Format(value.PerSecond);

    public override bool TryRead(Cursor at, out Admission value)
    {
        value = new(0, IsAuto: true);
        if (at.Node is ScalarNode { Text: Auto })
            return true;
        if (at.Node is not ScalarNode { IsMissing: false })
            return at.TryText(Expected, out _);
        var isRight = Rate.TryRead(at, out var perSecond);
        value = new(perSecond, IsAuto: false);
        return isRight;
    }

    public override JsonObject Schema() =>
        new() { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = Auto }, Rate.Schema()) };
}

internal readonly record struct Admission(double PerSecond, bool IsAuto);
