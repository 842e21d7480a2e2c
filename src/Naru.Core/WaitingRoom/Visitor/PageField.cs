namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>What a template can show of a visitor; docs/waiting-room-page.md tells each.</summary>
internal enum PageField : byte
{
    /// <summary>Nothing but the text before it.</summary>
    None,
    State,
    Title,
    Heading,
    Lead,
    Host,
    Number,
    Ahead,
    Eta,
    EtaLowS,
    EtaHighS,
    Progress,
    Message,
    HideMessage,
    Refresh,
    PollAfterMs,
    WaitedMs,
    Opens,
    OpensAt,
    OpensIn,
    OpensInMs,
    Commitment,
    HideCommitment,
    Seed,
    HideSeed,
    HideDraw,
    Resend,
    Puzzle,
    WorkBits,
    Epoch,

    /// <summary>Only inside the messages <c>time.…</c>.</summary>
    Low,
    High,
}

internal static class PageFields
{
    /// <summary>What stands between <c>{{</c> and <c>}}</c>.</summary>
    public static readonly Dictionary<string, PageField> InTemplates = new(StringComparer.Ordinal)
    {
        ["state"] = PageField.State,
        ["title"] = PageField.Title,
        ["heading"] = PageField.Heading,
        ["lead"] = PageField.Lead,
        ["host"] = PageField.Host,
        ["number"] = PageField.Number,
        ["ahead"] = PageField.Ahead,
        ["eta"] = PageField.Eta,
        ["etaLowS"] = PageField.EtaLowS,
        ["etaHighS"] = PageField.EtaHighS,
        ["progress"] = PageField.Progress,
        ["message"] = PageField.Message,
        ["hide.message"] = PageField.HideMessage,
        ["refresh"] = PageField.Refresh,
        ["pollAfterMs"] = PageField.PollAfterMs,
        ["waitedMs"] = PageField.WaitedMs,
        ["opens"] = PageField.Opens,
        ["opensAt"] = PageField.OpensAt,
        ["opensIn"] = PageField.OpensIn,
        ["opensInMs"] = PageField.OpensInMs,
        ["commitment"] = PageField.Commitment,
        ["hide.commitment"] = PageField.HideCommitment,
        ["seed"] = PageField.Seed,
        ["hide.seed"] = PageField.HideSeed,
        ["hide.draw"] = PageField.HideDraw,
        ["resend"] = PageField.Resend,
        ["puzzle"] = PageField.Puzzle,
        ["workBits"] = PageField.WorkBits,
        ["epoch"] = PageField.Epoch,
    };

    /// <summary>What stands between <c>{</c> and <c>}</c> in a message.</summary>
    public static readonly Dictionary<string, PageField> InMessages = new(StringComparer.Ordinal)
    {
        ["ahead"] = PageField.Ahead,
        ["number"] = PageField.Number,
        ["eta"] = PageField.Eta,
        ["refresh"] = PageField.Refresh,
        ["low"] = PageField.Low,
        ["high"] = PageField.High,
    };

    /// <summary>How long the field can become; the texts among the fields are counted where they are known.</summary>
    public static int BytesMax(this PageField field) => field switch
    {
        PageField.None => 0,
        PageField.Message => 6 * RoomLimits.MessageBytesMax,
        PageField.Host => 6 * Http.HttpLimits.HostBytesMax,
        PageField.Commitment or PageField.Seed => 128,
        _ => 64,
    };
}
