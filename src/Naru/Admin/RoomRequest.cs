using System.Globalization;
using System.Text;
using System.Text.Json;
using Naru.Core.Config;
using Naru.Engine.Telemetry;

namespace Naru.Admin;

/// <summary>
/// What the operator asks of a waiting room, as words and as JSON. The command line and the admin read values by the same
/// rules, so that a mistake is told before it travels and is caught when it comes from elsewhere.
/// </summary>
internal static class RoomRequest
{
    /// <summary>Takes a live value back: the one of the configuration file counts again.</summary>
    public const string AsInFile = "default";

    public const string Auto = "auto";

    public const int MessageBytesMax = 500;

    /// <summary>The last part of the address, and the verb of <c>naru room</c>.</summary>
    public static string Verb(RoomAction action) => action.ToString().ToLowerInvariant();

    /// <summary>Null: <paramref name="fault"/> says why.</summary>
    public static RoomControl? Rate(string text, out string fault)
    {
        fault = "";
        if (text is Auto or AsInFile)
            return new RoomControl(RoomAction.Rate, IsAuto: text == Auto);
        var parsed = RateText.Parse(text, ConfigLimits.AdmitPerSecondMax, out var perSecond);
        if (parsed == RateFault.None && perSecond > 0)
            return new RoomControl(RoomAction.Rate, perSecond);
        fault = parsed switch
        {
            RateFault.None => $"'{text}' lets nobody in; pause does that",
            RateFault.NoUnit => $"'{text}' has no unit; write {text}/s or {text}/m",
            RateFault.OutOfRange => $"'{text}' is too much; at most {RateText.Of(ConfigLimits.AdmitPerSecondMax)}",
            _ => $"'{text}' is not a rate; write one such as 500/s or 10/m, {Auto}, or {AsInFile} for the one of the file",
        };
        return null;
    }

    /// <inheritdoc cref="Rate"/>
    public static RoomControl? Active(string text, out string fault)
    {
        fault = "";
        if (text == AsInFile)
            return new RoomControl(RoomAction.Active);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= ConfigLimits.ActiveMax)
            return new RoomControl(RoomAction.Active, Active: count);
        fault = text == "0"
            ? "a room that holds 0 lets nobody in; pause does that"
            : $"'{text}' is not a number of visitors; write one from 1 to {ConfigLimits.ActiveMax}, or {AsInFile} for the one of the file";
        return null;
    }

    /// <inheritdoc cref="Rate"/>
    public static RoomControl? Message(string text, out string fault)
    {
        fault = text.Any(char.IsControl) ? "a message is one line of text"
            : Encoding.UTF8.GetByteCount(text) > MessageBytesMax ? $"a message has at most {MessageBytesMax} bytes"
            : "";
        return fault.Length == 0 ? new RoomControl(RoomAction.Message, Message: text.Trim()) : null;
    }

    /// <summary>The body of a call: <c>{"rate":"500/s"}</c>, <c>{"active":20000}</c>, <c>{"message":"…"}</c>; nothing for the other actions.</summary>
    public static RoomControl? Read(RoomAction action, ReadOnlyMemory<byte> body, out string fault)
    {
        var key = action is RoomAction.Rate or RoomAction.Active or RoomAction.Message ? Verb(action) : null;
        fault = key is null ? $"{Verb(action)} takes no body" : $"give {Example(action)}";
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
            return key is null ? new RoomControl(action) : null;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != (key is null ? 0 : 1))
                return null;
            if (key is null)
                return new RoomControl(action);
            if (!root.TryGetProperty(key, out var value) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
                return null;
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            return action switch
            {
                RoomAction.Rate => Rate(text, out fault),
                RoomAction.Active => Active(text, out fault),
                _ => Message(text, out fault),
            };
        }
        // A lone surrogate in a string is an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            fault = "the body is not JSON; " + fault;
            return null;
        }
    }

    /// <summary>The body that <see cref="Read"/> takes; empty when there is nothing to say.</summary>
    public static string Write(RoomControl control) => control.Action switch
    {
        RoomAction.Rate => Object("rate", control.IsAuto ? Auto : control.Rate is { } rate ? RateText.Of(rate) : AsInFile),
        RoomAction.Active => Object("active", control.Active?.ToString(CultureInfo.InvariantCulture) ?? AsInFile),
        RoomAction.Message => Object("message", control.Message),
        _ => "",
    };

    private static string Example(RoomAction action) => action switch
    {
        RoomAction.Rate => """{"rate":"500/s"}""",
        RoomAction.Active => """{"active":20000}""",
        _ => """{"message":"one line of text"}""",
    };

    private static string Object(string key, string value) => $$"""{"{{key}}":"{{JsonEncodedText.Encode(value)}}"}""";
}
