using System.Net;
using System.Text;
using Naru.Core.Config.Kinds;
using Naru.Core.Net;

namespace Naru.Core.Config.Keys;

/// <summary>One way to tell some visitors of a waiting room from the others: by path, by address, or by a secret in a header field.</summary>
internal sealed class RoomMatchKeys
{
    private readonly ConfigKey<string> _path = new("path", new PathPatternKind(),
        "`/health` is that path alone; `/assets/*` is everything below `/assets/`, and `/assets` itself.");

    private readonly ConfigKey<IReadOnlyList<IPNetwork>> _source = new("source",
        new ListKind<IPNetwork>(new NetworkKind(), "networks such as 10.0.0.0/8", 1, ConfigLimits.NetworksMax, takesSingle: true),
        "Networks of clients.");

    private readonly ConfigKey<HeaderSecret> _header = new("header", HeaderSecretKeys.Section,
        "A header field whose value only your own programs know.");

    public ConfigKey[] All => [_path, _source, _header];

    /// <summary>Exactly one of the three must be given.</summary>
    public RoomVisitorMatch Read(SectionReader section)
    {
        ConfigKey[] given = [.. All.Where(section.Has)];
        if (given.Length == 0)
            section.At.Fail("matches nobody.", "Give one of path, source and header.");
        else if (given.Length > 1)
            section.At.Fail($"has {Shown.List(given.Select(key => key.Name), "and")}.", "Give only one of them, and an entry for each.");
        return new()
        {
            Paths = section.Get(_path) is { } path ? [path] : [],
            Sources = section.Get(_source) is { } networks ? new AddressSet(networks) : AddressSet.Empty,
            Headers = section.Get(_header) is { } header ? [header] : [],
        };
    }

    /// <summary>What several entries match together.</summary>
    public static RoomVisitorMatch Together(IReadOnlyList<RoomVisitorMatch> entries) => new()
    {
        Paths = [.. entries.SelectMany(e => e.Paths)],
        Sources = new AddressSet([.. entries.SelectMany(e => e.Sources.Networks)]),
        Headers = [.. entries.SelectMany(e => e.Headers)],
    };
}

internal static class BypassKeys
{
    private static readonly RoomMatchKeys Match = new();

    public static readonly Section<RoomVisitorMatch> Section = new("a mapping of path, source or header",
        "Requests that never wait: one of path, source and header.", Match.All, Match.Read);
}

internal static class PriorityKeys
{
    private static readonly ConfigKey<string> Name = new("name", Shared.Name, "What counters call it; unique in its room.") { IsRequired = true };

    private static readonly RoomMatchKeys Match = new();

    private static readonly ConfigKey<double> Share = new("share", new ShareKind(),
        "Of the admissions while many of both wait. What the class does not use goes to everybody else; all shares together stay below 100%.")
    { IsRequired = true };

    public static readonly Section<PriorityClassOptions> Section = new("a mapping of name, share, and path, source or header",
        "Visitors who come ahead of the line, up to a share of the admissions; the first entry that matches counts.",
        [Name, .. Match.All, Share], Bind);

    private static PriorityClassOptions Bind(SectionReader section)
    {
        if (section.TryGet(Share, out var share) && share is 0 or 1)
            section.Of(Share).Fail(share == 0 ? "0% lets nobody of this class in." : "100% leaves nothing for everybody else.",
                "Give a share above 0% and below 100%.");
        return new() { Name = section.Get(Name) ?? "", Match = Match.Read(section), Share = share };
    }
}

internal static class HeaderSecretKeys
{
    private static readonly ConfigKey<string> Name = new("name", new TokenKind("the name of a header field", TokenCase.Lower),
        "Of the field.")
    { IsRequired = true };

    private static readonly ConfigKey<string> SecretFile = new("secretFile",
        new SecretFileKind<string>((_, content) => SecretText.Token(content),
            $"a secret of at least {ConfigLimits.TokenCharactersMin} printable characters without spaces", "openssl rand -hex 32"),
        "File whose trimmed content the field must have.");

    private static readonly ConfigKey<string> Value = new("value", new SharedSecretKind(),
        "The content itself; write it as `${NAME}` to keep it out of the file.");

    public static readonly Section<HeaderSecret> Section = new("a mapping of name and secretFile or value",
        "A header field and the secret that it must hold.", [Name, SecretFile, Value], Bind);

    private static HeaderSecret Bind(SectionReader section)
    {
        if (section.Has(SecretFile) == section.Has(Value))
            section.At.Fail(section.Has(Value) ? "has secretFile and value." : "has no secret: anybody could send the field.",
                "Give one of secretFile and value.");
        return new(section.Get(Name) ?? "", Encoding.ASCII.GetBytes(section.Get(SecretFile) ?? section.Get(Value) ?? ""));
    }
}
