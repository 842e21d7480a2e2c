using System.Text;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>Where the admin interface listens: an address and port, or <c>unix:/path</c>.</summary>
internal sealed class AdminBindKind : ScalarKind<string>
{
    public const string UnixPrefix = "unix:";

    public override string Expected => "an address and port such as 127.0.0.1:9900, or a socket such as unix:/run/naru/admin.sock";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (!text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            if (!BindKind.TryEndPoint(at, text, Expected, out var endPoint))
                return false;
            value = endPoint.ToString();
            return true;
        }
        var path = text[UnixPrefix.Length..];
        if (!path.StartsWith('/') || path.EndsWith('/') || path.Any(char.IsControl))
            return at.Fail($"{at.Written} does not name a socket by its full path.", "Write unix:/run/naru/admin.sock.");
        return Encoding.UTF8.GetByteCount(path) <= ConfigLimits.UnixPathBytesMax
            || at.Fail("the path of the socket is too long for the kernel.", $"Give at most {ConfigLimits.UnixPathBytesMax} bytes.");
    }

    protected override JsonObject ValueSchema() => Pattern(@"^(unix:/.+|(|[0-9.]+|\[[0-9A-Fa-f:.]+\]):\d+)$");
}
