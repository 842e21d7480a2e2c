using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Naru.Core.Config;

namespace Naru.Tests.Config;

/// <summary>
/// As much of JSON Schema 2020-12 as the generated schema uses. An unknown keyword fails the test, so the schema cannot outgrow it.
/// A scalar of the file passes when it passes as text or as the number or boolean that YAML sees in it.
/// </summary>
internal sealed class SchemaValidator(JsonObject root)
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "default"];

    public bool Accepts(ConfigNode node) => Accepts(root, node);

    private bool Accepts(JsonObject schema, ConfigNode node) => node is ScalarNode scalar
        ? Readings(scalar.Text).Any(reading => schema.All(keyword => AcceptsScalar(keyword.Key, keyword.Value!, reading, node)))
        : schema.All(keyword => AcceptsTree(schema, keyword.Key, keyword.Value!, node));

    private static IEnumerable<object> Readings(string text)
    {
        yield return text;
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            yield return number;
        if (text is "true" or "false")
            yield return text == "true";
    }

    private bool AcceptsScalar(string keyword, JsonNode value, object reading, ConfigNode node) => keyword switch
    {
        "type" => Types(value).Any(type => type switch
        {
            "string" => reading is string,
            "boolean" => reading is bool,
            "number" => reading is decimal,
            "integer" => reading is decimal number && number == decimal.Truncate(number),
            _ => false,
        }),
        "pattern" => reading is not string text || Regex.IsMatch(text, value.GetValue<string>(), RegexOptions.ECMAScript),
        "minLength" => reading is not string text || text.Length >= (int)value,
        "maxLength" => reading is not string text || text.Length <= (int)value,
        "minimum" => reading is not decimal number || number >= Number(value),
        "maximum" => reading is not decimal number || number <= Number(value),
        "enum" => value.AsArray().Any(word => Same(word!, reading)),
        "const" => Same(value, reading),
        "anyOf" or "$ref" => Combined(keyword, value, node),
        "properties" or "additionalProperties" or "required" or "maxProperties" or "items" or "minItems" or "maxItems" => true,
        _ => Annotations.Contains(keyword) ? true : throw new InvalidOperationException($"{keyword} is unknown here"),
    };

    private bool AcceptsTree(JsonObject schema, string keyword, JsonNode value, ConfigNode node) => keyword switch
    {
        "type" => Types(value).Contains(node is MappingNode ? "object" : "array"),
        "enum" or "const" => false,
        "anyOf" or "$ref" => Combined(keyword, value, node),
        "required" => node is not MappingNode map || value.AsArray().All(key => map.Find((string)key!) is not null),
        "properties" => node is not MappingNode map || map.Entries.All(e => value[e.Key] is not { } inner || Accepts(inner.AsObject(), e.Value)),
        "additionalProperties" => node is not MappingNode map || map.Entries.All(e =>
            schema["properties"]?[e.Key] is not null || (value is JsonObject inner && Accepts(inner, e.Value))),
        "maxProperties" => node is not MappingNode map || map.Entries.Count <= (int)value,
        "items" => node is not SequenceNode list || list.Items.All(item => Accepts(value.AsObject(), item)),
        "minItems" => node is not SequenceNode list || list.Items.Count >= (int)value,
        "maxItems" => node is not SequenceNode list || list.Items.Count <= (int)value,
        _ => true,
    };

    private bool Combined(string keyword, JsonNode value, ConfigNode node) => keyword == "anyOf"
        ? value.AsArray().Any(choice => Accepts(choice!.AsObject(), node))
        : Accepts(root["$defs"]![((string)value!)["#/$defs/".Length..]]!.AsObject(), node);

    private static string[] Types(JsonNode value) =>
        value is JsonArray several ? [.. several.Select(type => (string)type!)] : [(string)value!];

    private static decimal Number(JsonNode value) => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool Same(JsonNode value, object reading) => value.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? reading is string text && text == (string)value!
        : reading is decimal number && number == Number(value);
}
