using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>
/// A moment by RFC 3339: <c>2026-12-01T20:00:00+09:00</c>. The offset is demanded: a time without one means another moment on
/// every machine whose zone is set differently.
/// </summary>
internal sealed class InstantKind : ScalarKind<DateTimeOffset>
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"];

    private static readonly string[] WithoutOffset =
        ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    public override string Expected => "a moment with its offset, such as 2026-12-01T20:00:00+09:00";

    public override string Format(DateTimeOffset value) => value.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);

    protected override bool TryParse(Cursor at, string text, out DateTimeOffset value)
    {
        // K also takes text without an offset, and reads it as the zone of this machine.
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
        if (hasOffset && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out value))
            return true;
        value = default;
        if (DateTime.TryParseExact(text, WithoutOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return at.Fail($"{at.Written} does not say in which time zone.",
                at.Write([$"{local:yyyy-MM-ddTHH:mm:ss}+09:00", $"{local:yyyy-MM-ddTHH:mm:ss}Z"], $"Give {Expected}."));
        return at.Fail($"{at.Written} is not a moment.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() => Pattern(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$");
}
