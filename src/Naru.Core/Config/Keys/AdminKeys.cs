using System.Net;
using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class AdminKeys
{
    private static readonly ConfigKey<string> BindAddress = new("bind", new AdminBindKind(), AdminOptions.DefaultBind,
        "Where status, drain and reload are answered. Beyond loopback a tokenFile is demanded.");

    private static readonly ConfigKey<string> TokenFile = new("tokenFile",
        new SecretFileKind<string>(
            (path, content) => SecretText.Token(content) is null ? null : path,
            $"a token of at least {ConfigLimits.TokenCharactersMin} printable characters without spaces",
            "openssl rand -hex 32"),
        "File whose trimmed content is the bearer token of every call.");

    public static readonly Section<AdminOptions> Section = new(
        "a mapping of bind and tokenFile", "The admin interface.", [BindAddress, TokenFile], Bind);

    private static AdminOptions Bind(SectionReader section)
    {
        var bind = section.Get(BindAddress)!;
        if (section.Has(BindAddress))
            section.At.Session.AdminBind = section.Of(BindAddress);
        if (!section.Has(TokenFile) && IPEndPoint.TryParse(bind, out var endPoint) && !IPAddress.IsLoopback(endPoint.Address))
            section.Of(BindAddress).Fail($"{bind} can be reached from other machines, but there is no token.",
                "Give a tokenFile beside it, or bind to 127.0.0.1.");
        return new() { Bind = bind, TokenFile = section.Get(TokenFile) };
    }
}
