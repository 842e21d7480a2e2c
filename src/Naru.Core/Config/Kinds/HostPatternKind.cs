using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A host of a match: <c>shop.example.com</c>, <c>*.example.com</c>, or an address; kept in lower case.</summary>
internal sealed class HostPatternKind : ScalarKind<string>
{
    public override string Expected => "a host such as shop.example.com or *.example.com";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text.ToLowerInvariant();
        if (text == "*")
            return at.Fail("* alone matches every host.", "Leave host out: that matches every host too.");
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal))
            return at.Fail($"{at.Written} is more than a host.", "Give the host alone; the path has a key of its own.");
        if (IsAddress(value))
            return true;
        if (HostPort.TrySplit(text, out var host, out var port) && port.All(char.IsAsciiDigit))
            return at.Fail($"{at.Written} has a port.", at.Write(host, "Give the host alone.").TrimEnd('.') + "; a match looks at the host without its port.");
        if (text.EndsWith('.'))
            return at.Fail($"{at.Written} ends with a dot.", at.Write(value.TrimEnd('.'), "Leave the dot out."));
        var name = value.StartsWith("*.", StringComparison.Ordinal) ? value[2..] : value;
        if (name.Contains('*', StringComparison.Ordinal))
            return at.Fail($"{at.Written} has its * in the wrong place.", "A * stands for whole labels at the front only: *.example.com.");
        if (!System.Text.Ascii.IsValid(name))
            return at.Fail($"{at.Written} has letters beyond ASCII.", AsciiForm(value) is { } ascii
                ? at.Write(ascii, "Give its ASCII form (xn--…).")
                : "Give its ASCII form (xn--…).");
        return HostPort.IsHostName(name) || at.Fail($"{at.Written} is not a host.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() => Pattern(@"^(\*\.)?[A-Za-z0-9._-]+$|^\[[0-9A-Fa-f:.]+\]$");

    private static bool IsAddress(string text) => HostPort.TryAddress(text, out var address)
        ? address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        : text.Length > 2 && text[0] == '[' && text[^1] == ']' && HostPort.TryAddress(text[1..^1], out _);

    private static string? AsciiForm(string host)
    {
        try
        {
            return new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
