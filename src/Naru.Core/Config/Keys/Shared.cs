using System.Net;
using Naru.Core.Config.Kinds;
using Naru.Core.Net;

namespace Naru.Core.Config.Keys;

/// <summary>Kinds that several sections use.</summary>
internal static class Shared
{
    public static readonly NameKind Name = new();

    public static readonly DurationKind Timeout = new(ConfigLimits.TimeoutMin, ConfigLimits.TimeoutMax);

    public static readonly SecretFileKind<byte[]> Key = new((_, content) => SecretText.Key(content),
        $"a key of at least {ConfigLimits.KeyBytesMin} bytes", $"openssl rand -base64 {ConfigLimits.KeyBytesMin}");

    /// <summary>Header fields and the values they must have.</summary>
    public static MapKind<string> Headers(string value) => new("a mapping of header fields to values", "NAME",
        ConfigLimits.HeadersPerMatchMax,
        new TokenKind("the name of a header field", TokenCase.Lower).TryParseKey,
        new TextKind(value, ConfigLimits.TextCharactersMax, isOneLine: true, mayBeEmpty: true));

    public static ListKind<IPNetwork> Networks(int min, string? emptyFix = null) =>
        new(new NetworkKind(), "networks such as 10.0.0.0/8", min, ConfigLimits.NetworksMax, emptyFix: emptyFix);

    public static AddressSet? AddressSet(SectionReader section, ConfigKey<IReadOnlyList<IPNetwork>> key) =>
        section.Get(key) is { } networks ? new AddressSet(networks) : null;
}
