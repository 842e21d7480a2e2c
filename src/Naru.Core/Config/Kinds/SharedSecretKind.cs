using System.Text;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A secret that travels in a header field, written into the file or (better) taken from the environment. No message repeats it.</summary>
internal sealed class SharedSecretKind : ScalarKind<string>
{
    public override string Expected => $"at least {ConfigLimits.TokenCharactersMin} printable characters without spaces";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = SecretText.Token(Encoding.UTF8.GetBytes(text)) ?? "";
        return value == text || at.Fail("is too easy to guess, or cannot stand in a header field.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() =>
        new() { ["type"] = new JsonArray("string", "number"), ["minLength"] = ConfigLimits.TokenCharactersMin };
}
