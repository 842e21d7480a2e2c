using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary><c>true</c> or <c>false</c>, and no other word for it.</summary>
internal sealed class FlagKind : ScalarKind<bool>
{
    public override string Expected => "true or false";

    public override string Format(bool value) => value ? "true" : "false";

    public override JsonNode? Json(bool value) => JsonValue.Create(value);

    protected override bool TryParse(Cursor at, string text, out bool value)
    {
        value = text == "true";
        return value || text == "false" || at.Fail($"{at.Written} is neither true nor false.", "Give true or false.");
    }

    protected override JsonObject ValueSchema() => new() { ["type"] = "boolean" };
}
