using System.Text;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>Any text up to a number of bytes of UTF-8.</summary>
/// <param name="isOneLine">Control characters are refused: the text goes into a header field or a terminal.</param>
internal sealed class TextKind(string expected, int bytesMax, bool isOneLine, bool mayBeEmpty = false) : ScalarKind<string>
{
    public override string Expected => expected;

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (text.Length == 0 && !mayBeEmpty)
            return at.Fail("is empty.", $"Give {expected}.");
        if (text.Length > bytesMax || Encoding.UTF8.GetByteCount(text) > bytesMax)
            return at.Fail("is too long.", $"Give at most {bytesMax} bytes.");
        return !isOneLine || !text.Any(char.IsControl) || at.Fail($"{at.Written} has control characters.", $"Give {expected} on one line.");
    }

    protected override JsonObject ValueSchema()
    {
        // The editor reads 1 where the file says 1; Naru takes it as the text "1".
        var schema = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = bytesMax };
        if (!mayBeEmpty)
            schema["minLength"] = 1;
        return schema;
    }
}
