using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class StoreKeys
{
    private static readonly ConfigKey<string> Path = new("path", new FolderPathKind(),
        "A folder of this machine, for one node. Made at start if it is not there.");

    private static readonly ConfigKey<RedisOptions> Redis = new("redis", RedisKeys.Section, "A Redis or Valkey, for several nodes.");

    public static readonly Section<StoreOptions> Section = new("a mapping with path or redis",
        "Where waiting rooms keep their lines. Absent: in memory, and a restart begins the line anew.", [Path, Redis], Bind);

    private static StoreOptions Bind(SectionReader section)
    {
        if (section.Has(Path) && section.Has(Redis))
            section.At.Fail("has path and redis.", "Give path for one node, or redis for several.");
        else if (!section.Has(Path) && !section.Has(Redis))
            section.At.Fail("does not say where.", "Give path, such as { path: /var/lib/naru }, or redis.");
        return new() { Path = section.Get(Path), Redis = section.Get(Redis) };
    }
}

internal static class RedisKeys
{
    private static readonly ConfigKey<IReadOnlyList<ServerAddress>> Endpoints = new("endpoints",
        new ListKind<ServerAddress>(new ServerAddressKind(), "addresses such as 10.0.0.5:6379", 1, ConfigLimits.RedisEndpointsMax,
            takesSingle: true, identity: server => $"{server.Host} {server.Port}",
            emptyFix: "Give at least one address, such as 10.0.0.5:6379."),
        "One server, or some servers of a cluster, each `host:port`.")
    { IsRequired = true };

    private static readonly ConfigKey<string> Username = new("username", new TextKind("the name of a user", ConfigLimits.NameCharactersMax, isOneLine: true),
        "Of the ACL.")
    { DefaultNote = "the server's default user" };

    private static readonly ConfigKey<string> PasswordFile = new("passwordFile",
        new SecretFileKind<string>((_, content) => SecretText.Password(content), "a password", "openssl rand -base64 32"),
        "File whose trimmed content is the password.");

    private static readonly ConfigKey<bool> Tls = new("tls", new FlagKind(), false, "Talk to the server over TLS; its certificate is checked.");

    private static readonly ConfigKey<TextFile> CaFile = new("caFile",
        new TextFileKind(ConfigLimits.CertificatesBytesMax, content => content.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
            ? null
            : ("holds no certificate in PEM", "Give the certificate of whoever signed the server's.")),
        "Certificates in PEM that vouch for the server.")
    { DefaultNote = "those that the machine trusts" };

    private static readonly ConfigKey<string> Prefix = new("prefix", Shared.Name, "naru",
        "In front of every key. Clusters of Naru that share a server need one each.");

    public static readonly Section<RedisOptions> Section = new("a mapping with endpoints", "A Redis or Valkey that all nodes share.",
        [Endpoints, Username, PasswordFile, Tls, CaFile, Prefix], Bind);

    private static RedisOptions Bind(SectionReader section)
    {
        var isTls = section.Get(Tls);
        if (!isTls && section.Has(CaFile))
            section.Of(CaFile).Fail("has no meaning without TLS.", "Give tls: true beside it, or remove caFile.");
        if (section.Has(Username) && !section.Has(PasswordFile))
            section.Of(Username).Fail("needs a password.", "Give a passwordFile beside it, or remove username.");
        return new()
        {
            Endpoints = [.. (section.Get(Endpoints) ?? []).Select(e => new RedisEndpoint(e.Host, e.Port))],
            Username = section.Get(Username),
            Password = section.Get(PasswordFile),
            Tls = isTls,
            Ca = section.Get(CaFile),
            Prefix = section.Get(Prefix)!,
        };
    }
}
