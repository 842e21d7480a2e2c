using System.CommandLine;
using System.CommandLine.Parsing;

namespace Naru.Cli;

/// <summary>The argument <c>POOL/SERVER</c>. A pool's name holds no slash; a server's address may.</summary>
internal readonly record struct ServerName(string Pool, string Server)
{
    public override string ToString() => $"{Pool}/{Server}";

    public static Argument<ServerName> CreateArgument() => new("POOL/SERVER")
    {
        Description = "A server of a pool, as naru status prints it.",
        CustomParser = Parse,
    };

    private static ServerName Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < text.Length - 1)
            return new ServerName(text[..slash], text[(slash + 1)..]);
        result.AddError($"'{text}' does not name a server; write POOL/SERVER, as in web/10.0.0.11:8080");
        return default;
    }
}
