using System.Text;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Admin;

/// <summary>The bearer token of the admin, read from its file. Never printed.</summary>
internal static class AdminToken
{
    /// <exception cref="AdminException">The file cannot be read, or holds no token.</exception>
    public static string Read(string path)
    {
        var (content, failure) = BoundedFile.Read(path, ConfigLimits.SecretBytesMax);
        if (content is null)
            throw new AdminException($"the token file {path}: {failure}");
        var token = Encoding.UTF8.GetString(content).Trim();
        if (token.Length < ConfigLimits.TokenCharactersMin || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new AdminException($"the token file {path}: not a token of at least {ConfigLimits.TokenCharactersMin} printable characters without spaces");
        return token;
    }
}
