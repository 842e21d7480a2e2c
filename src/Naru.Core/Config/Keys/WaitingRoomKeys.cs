using Naru.Core.Config.Kinds;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Core.Config.Keys;

internal static class WaitingRoomKeys
{
    private static readonly WaitingRoomOptions Defaults = new() { Name = "" };

    /// <summary>Of a pre-queue when the file says when the room opens and nothing else.</summary>
    private static readonly TimeSpan PrequeueOfOpening = TimeSpan.FromMinutes(30);

    private static readonly ConfigKey<Admission> Admit = new("admit", new AdmitKind(),
        "Visitors let in a second; auto follows the latency and errors of the pool. Needed in the modes fifo and random.");

    private static readonly ConfigKey<int> Active = new("active",
        new IntegerKind("a number of visitors", 1, ConfigLimits.ActiveMax)
        {
            BelowMin = ("lets nobody in.", $"Give a whole number from 1 to {ConfigLimits.ActiveMax}, or mode: reject to turn everybody away."),
        },
        "Visitors who may be inside at one time; never exceeded. Needed in the modes fifo and random.");

    private static readonly ConfigKey<TimeSpan> Session = new("session", new DurationKind(ConfigLimits.SessionMin, ConfigLimits.TimeoutMax),
        Defaults.Session, "How long a visitor stays inside after their last request.");

    private static readonly ConfigKey<RoomMode> Mode = new("mode", new WordKind<RoomMode>("a mode",
        [
            ("fifo", RoomMode.Fifo),
            ("random", RoomMode.Random),
            ("passthrough", RoomMode.Passthrough),
            ("reject", RoomMode.Reject),
        ]), RoomMode.Fifo,
        "fifo: first come, first served; random: a lottery among those present; passthrough: everybody goes through; reject: nobody.");

    private static readonly ConfigKey<DateTimeOffset> Opens = new("opens", new InstantKind(),
        "When the doors open, with the offset of the time zone. Absent: they are open.");

    private static readonly ConfigKey<TimeSpan> Prequeue = new("prequeue", new DurationKind(TimeSpan.Zero, ConfigLimits.TimeoutMax),
        "How long before opens visitors may gather; at the opening lots are drawn among them. 0: nobody may, and the first to come are the first.")
    {
        DefaultNote = $"{DurationKind.Text(PrequeueOfOpening)} beside opens",
    };

    private static readonly ConfigKey<TimeSpan> Grace = new("grace", new DurationKind(TimeSpan.Zero, ConfigLimits.GraceMax), Defaults.Grace,
        "How long a turn may be taken after it was called.");

    private static readonly ConfigKey<bool> Paused = new("paused", new FlagKind(), Defaults.Paused,
        "Begin by letting nobody in, until `naru room resume`.");

    private static readonly ConfigKey<IReadOnlyList<RoomVisitorMatch>> Bypass = new("bypass",
        new ListKind<RoomVisitorMatch>(BypassKeys.Section, "entries such as { path: /health }", 0, ConfigLimits.RoomMatchesMax), [],
        "Requests that never wait.")
    { DefaultNote = "none" };

    private static readonly ConfigKey<IReadOnlyList<PriorityClassOptions>> Priority = new("priority",
        new ListKind<PriorityClassOptions>(PriorityKeys.Section, "classes such as { name: members, source: 10.0.0.0/8, share: 20% }", 0,
            ConfigLimits.PriorityClassesMax, identity: c => c.Name), [],
        "Visitors who come ahead of the line, up to a share of the admissions.")
    { DefaultNote = "none" };

    private static readonly ConfigKey<RoomIdentityOptions> Identity = new("identity", new RoomIdentityKind(),
        "Where requests name the login, `cookie:NAME` or `header:NAME` (believed from trustedProxies alone): one login has one place on a node, whatever its devices. Absent: one device has one place.");

    private static readonly ConfigKey<JoinLimitOptions> Joins = new("joins", JoinKeys.Section, "How many places one network may take.");

    private static readonly ConfigKey<bool> ProofOfWork = new("proofOfWork", new FlagKind(), Defaults.ProofOfWork,
        "Let browsers work for a place, the harder the more of their network join.");

    private static readonly ConfigKey<TextFile> Page = new("page", new TextFileKind(ConfigLimits.PageBytesMax),
        "Your template of the waiting page, HTML with placeholders.")
    { DefaultNote = "the built-in page" };

    private static readonly ConfigKey<TextFile> Messages = new("messages", new TextFileKind(ConfigLimits.MessagesBytesMax),
        "Your words for the page, by language, in JSON.")
    { DefaultNote = "Korean and English" };

    private static readonly ConfigKey<byte[]> KeyFile = new("keyFile", Shared.Key,
        "File with the key that signs places: at least 32 bytes, bare or in base64. The same on every node.")
    { DefaultNote = "generated into the store" };

    private static readonly ConfigKey<byte[]> PreviousKeyFile = new("previousKeyFile", Shared.Key,
        "File with the key before the last change; places signed with it still count.");

    private static readonly ConfigKey<StoreLossMode> OnStoreLoss = new("onStoreLoss", new WordKind<StoreLossMode>("what to do without the store",
        [("hold", StoreLossMode.Hold), ("open", StoreLossMode.Open), ("closed", StoreLossMode.Closed)]), Defaults.OnStoreLoss,
        "New visitors while the store is lost. hold: they wait; open: they go through; closed: they are turned away.");

    private static readonly ConfigKey<double> LocalRate = new("localRate", new EventRateKind(ConfigLimits.AdmitPerSecondMax),
        Defaults.LocalRatePerSecond, "With onStoreLoss: hold, what each node lets in by itself once the store is lost for 10s, beyond active; 0: nobody.");

    public static readonly Section<WaitingRoomOptions> Section = new("a mapping with admit and active",
        "How many visitors the routes that name this room let through. The others wait in line and see their place and time.",
        [
            Admit, Active, Session, Mode, Opens, Prequeue, Grace, Paused, Bypass, Priority, Identity, Joins, ProofOfWork, Page, Messages,
            KeyFile, PreviousKeyFile, OnStoreLoss, LocalRate,
        ], Bind);

    private static WaitingRoomOptions Bind(SectionReader section)
    {
        var isModeRight = section.TryGet(Mode, out var mode) || !section.Has(Mode);
        var isPaused = section.Get(Paused);
        var isAdmitRight = section.TryGet(Admit, out var admit);
        if (isModeRight && mode is RoomMode.Fifo or RoomMode.Random)
            CheckLine(section, isPaused, isAdmitRight ? admit : null);
        else if (isModeRight)
            section.Refuse("has no meaning in a mode without a line.", Opens, Prequeue, Paused, Priority);
        var hasOpening = section.TryGet(Opens, out var opens);
        if (!section.Has(Opens) && section.Has(Prequeue) && isModeRight && mode is RoomMode.Fifo or RoomMode.Random)
            section.Of(Prequeue).Fail("has no opening to wait for.", "Give opens, such as opens: 2026-12-01T20:00:00+09:00, or remove prequeue.");
        var prequeue = section.TryGet(Prequeue, out var given) ? given : hasOpening && !section.Has(Prequeue) ? PrequeueOfOpening : TimeSpan.Zero;
        var session = section.Get(Session);
        if (session < ConfigLimits.SessionUsual)
            section.Of(Session).Warn($"{DurationKind.Text(session)} sends visitors out who read a page for longer.",
                $"Give at least {DurationKind.Text(ConfigLimits.SessionUsual)}.");
        var onStoreLoss = section.Get(OnStoreLoss);
        if (onStoreLoss != StoreLossMode.Hold && section.Has(LocalRate))
            section.Of(LocalRate).Fail("belongs to onStoreLoss: hold.", "Remove one of the two.");
        if (!section.Has(KeyFile))
            section.At.Session.RoomsWithoutKey.Add(section.At);
        if (section.Has(PreviousKeyFile) && !section.Has(KeyFile))
            section.Of(PreviousKeyFile).Fail("needs a key that came after it.", "Give keyFile beside it.");
        var joins = section.Get(Joins) ?? new();
        if (section.Get(ProofOfWork) && joins is { PerAddressPerSecond: 0, PerPrefixPerSecond: 0 })
            section.Of(ProofOfWork).Warn("asks nobody for work without a limit of joins.", "Give joins too, such as joins: { perAddress: 60/m, perPrefix: 600/m }.");
        var (page, messages) = (section.Get(Page), section.Get(Messages));
        CheckPage(section, page, messages);
        return new()
        {
            Name = section.At.Path.Last,
            AdmitPerSecond = admit.PerSecond,
            AdmitAuto = admit.IsAuto && isAdmitRight,
            Active = section.Get(Active),
            Session = session,
            Mode = mode,
            Opens = hasOpening ? opens : null,
            Prequeue = prequeue,
            Grace = section.Get(Grace),
            Paused = isPaused,
            Bypass = RoomMatchKeys.Together(section.Get(Bypass)!),
            Priority = Classes(section),
            Identity = section.Get(Identity),
            Joins = joins,
            ProofOfWork = section.Get(ProofOfWork),
            Page = page,
            Messages = messages,
            Key = section.Get(KeyFile),
            PreviousKey = section.Get(PreviousKeyFile),
            OnStoreLoss = onStoreLoss,
            LocalRatePerSecond = section.Get(LocalRate),
        };
    }

    private static void CheckLine(SectionReader section, bool isPaused, Admission? admit)
    {
        if (!section.Has(Admit))
            section.At.Absent(Admit.Name).Fail("is missing: a line needs the rate at which it moves.", "Give a rate such as 100/s, or auto.");
        if (!section.Has(Active))
            section.At.Absent(Active.Name).Fail("is missing: a room needs to know how many it holds.", "Give the number of visitors that the servers carry at one time.");
        if (admit is { IsAuto: false, PerSecond: 0 } && !isPaused)
            section.Of(Admit).Fail($"{section.Of(Admit).Written} lets nobody in.", "Give a rate above 0/s; or paused: true to hold everybody, or mode: reject to turn everybody away.");
    }

    /// <summary>Compiles the page as the engine will, so that a mistake is told now and with its line.</summary>
    private static void CheckPage(SectionReader section, TextFile? page, TextFile? messages)
    {
        if (page == null && messages == null)
            return;
        List<PageFault> pageFaults = [], messageFaults = [];
        WaitingPage.TryCompile(section.At.Path.Last, page?.Content, messages?.Content, pageFaults, messageFaults);
        foreach (var fault in pageFaults) // the built-in page has none, but messages can make it too long
            Tell(section.Of(page == null ? Messages : Page), fault, "page");
        foreach (var fault in messageFaults)
            Tell(section.Of(Messages), fault, "messages");
        if (page != null && !Shows("refresh"))
            section.Of(Page).Warn(Shows("script")
                    ? $"{section.Of(Page).Written} has no {{{{refresh}}}}: visitors without JavaScript see nothing of their turn."
                    : $"{section.Of(Page).Written} has neither {{{{script}}}} nor {{{{refresh}}}}: visitors see nothing of their turn.",
                "Put {{script}} at the end of its body, and <noscript><meta http-equiv=\"refresh\" content=\"{{refresh}}\"></noscript> into its head.");

        bool Shows(string placeholder) => page.Content.Replace(" ", "", StringComparison.Ordinal).Contains($"{{{{{placeholder}}}}}", StringComparison.Ordinal);

        static void Tell(Cursor at, PageFault fault, string what) =>
            at.Fail($"{at.Written}, line {fault.Line}: {fault.Text}{(fault.Text.EndsWith('?') ? "" : ".")}", $"docs/waiting-room-page.md tells what {what} may hold.");
    }

    private static IReadOnlyList<PriorityClassOptions> Classes(SectionReader section)
    {
        var classes = section.Get(Priority)!;
        if (classes.Sum(c => c.Share) >= 1 && classes.All(c => c.Share < 1))
            section.Of(Priority).Fail("leaves nothing for everybody else: the shares come to 100% or more.", "Let all shares together stay below 100%.");
        return classes;
    }
}

internal static class JoinKeys
{
    private static readonly JoinLimitOptions Defaults = new();

    private static readonly ConfigKey<double> PerAddress = new("perAddress", new EventRateKind(ConfigLimits.AdmitPerSecondMax),
        Defaults.PerAddressPerSecond, "New places for one address; beyond it they come slowly, then not at all. Mobile networks put many people behind one. 0: no limit.");

    private static readonly ConfigKey<double> PerPrefix = new("perPrefix", new EventRateKind(ConfigLimits.AdmitPerSecondMax),
        Defaults.PerPrefixPerSecond, "The same for a network: /24 of IPv4, /56 of IPv6. 0: no limit.");

    public static readonly Section<JoinLimitOptions> Section = new("a mapping of perAddress and perPrefix",
        "How many places one network may take.", [PerAddress, PerPrefix], Bind);

    private static JoinLimitOptions Bind(SectionReader section)
    {
        var (address, prefix) = (section.Get(PerAddress), section.Get(PerPrefix));
        if (prefix > 0 && prefix < address)
            section.Of(PerPrefix).Fail($"{section.Of(PerPrefix).Written} is less than the {section.Of(PerAddress).Written} of a single address.",
                "Give at least the rate of perAddress.");
        return new() { PerAddressPerSecond = address, PerPrefixPerSecond = prefix };
    }
}
