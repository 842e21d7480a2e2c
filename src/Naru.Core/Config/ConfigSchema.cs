using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Naru.Core.Config.Keys;

namespace Naru.Core.Config;

/// <summary>
/// The JSON Schema (draft 2020-12) of the configuration file, for editors. Generated from the description from which the binder
/// reads, so what it allows the binder knows; the binder alone checks relations between keys.
/// </summary>
public static class ConfigSchema
{
    internal const string ReferenceDefinition = "#/$defs/environmentReference";

    // Not for HTML, so quotes and < may stay readable.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Json()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Naru configuration",
            ["description"] = "naru.yaml, the configuration of the load balancer Naru.",
        };
        foreach (var (key, value) in RootKeys.Section.Schema().ToArray())
            schema[key] = value?.DeepClone();
        schema["$defs"] = new JsonObject
        {
            ["environmentReference"] = new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = @"\$\{",
                ["description"] = "A text with ${NAME} or ${NAME:-default}, resolved from the environment at load.",
            },
        };
        return schema.ToJsonString(Readable) + "\n";
    }
}
