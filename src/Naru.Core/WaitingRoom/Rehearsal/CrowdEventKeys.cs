using Naru.Core.Config;
using Naru.Core.Config.Kinds;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>One entry of <c>events</c>. A key that means nothing to its kind is an error, so that no fault stays away unnoticed.</summary>
internal static class CrowdEventKeys
{
    private static readonly (string Word, CrowdEventKind Value)[] Kinds =
    [
        ("store-down", CrowdEventKind.StoreDown),
        ("store-slow", CrowdEventKind.StoreSlow),
        ("store-restart", CrowdEventKind.StoreRestart),
        ("node-restart", CrowdEventKind.NodeRestart),
        ("pause", CrowdEventKind.Pause),
        ("admit", CrowdEventKind.Admit),
        ("active", CrowdEventKind.Active),
    ];

    private static readonly DurationKind Duration = new(TimeSpan.Zero, CrowdLimits.LastsMax);

    private static readonly ConfigKey<CrowdEventKind> Kind = new("kind", new WordKind<CrowdEventKind>("a kind of event", Kinds), "What happens.") { IsRequired = true };
    private static readonly ConfigKey<TimeSpan> At = new("at", Duration, "When, from the start of the rehearsal.") { IsRequired = true };
    private static readonly ConfigKey<TimeSpan> For = new("for", Duration, TimeSpan.FromSeconds(10), "How long (all but admit, active, store-restart).");
    private static readonly ConfigKey<int> Node = new("node", new IntegerKind("a node", 1, CrowdLimits.NodesMax, "all"), 0, "Which node (store-down, store-slow, node-restart).");
    private static readonly ConfigKey<TimeSpan> Delay = new("delay", Duration, TimeSpan.FromMilliseconds(300), "What each call takes (store-slow).");
    private static readonly ConfigKey<int> Value = new("value", new IntegerKind("a value", 1, CrowdLimits.ActiveMax), "The new admissions a second, or the new limit of sessions (admit, active).");

    public static readonly Section<CrowdEvent> Section = new(
        "a mapping such as { kind: store-down, at: 4m, for: 10s }", "A fault, or an act of the operator.", [Kind, At, For, Node, Delay, Value], Bind);

    public static string Word(CrowdEventKind kind) => Kinds.First(k => k.Value == kind).Word;

    private static CrowdEvent Bind(SectionReader section)
    {
        var kind = section.Get(Kind);
        var bound = new CrowdEvent
        {
            Kind = kind,
            At = section.Get(At),
            For = section.Get(For),
            Node = section.Get(Node),
            Delay = section.Get(Delay),
            Value = section.Get(Value),
        };
        var reason = $"means nothing to {Word(kind)}.";
        if (kind is CrowdEventKind.Admit or CrowdEventKind.Active or CrowdEventKind.StoreRestart)
            section.Refuse(reason, For);
        if (kind is not (CrowdEventKind.StoreDown or CrowdEventKind.StoreSlow or CrowdEventKind.NodeRestart))
            section.Refuse(reason, Node);
        if (kind != CrowdEventKind.StoreSlow)
            section.Refuse(reason, Delay);
        if (kind is not (CrowdEventKind.Admit or CrowdEventKind.Active))
            section.Refuse(reason, Value);
        else if (!section.Has(Value))
            section.At.Absent("value").Fail("is missing.", $"Give {Value.Kind.Expected}.");
        return bound;
    }
}
