using System.Globalization;
using System.Text;
using Naru.Core.Config;

namespace Naru.Core.Health;

/// <summary>What the answer to an HTTP check must look like. Immutable; any thread.</summary>
public sealed class CheckExpectation(ActiveCheckOptions options)
{
    /// <summary>The text must be within so many bytes of the body; the checker reads no more.</summary>
    public const int MaxBodyBytes = 16 * 1024;

    private readonly byte[]? _body = options.ExpectBody is null ? null : Encoding.UTF8.GetBytes(options.ExpectBody);

    public bool NeedsBody => _body is not null;

    public bool NeedsHeaders => options.ExpectHeaders.Count > 0;

    /// <summary>The expected text as the operator is shown it: the beginning, on one line.</summary>
    public string ShownText { get; } = Shown(options.ExpectBody ?? "");

    /// <summary>Null: as expected. Otherwise what was not, for the operator.</summary>
    /// <param name="status">Of the response.</param>
    /// <param name="headers">Names in any case; read only if <see cref="NeedsHeaders"/>.</param>
    public string? HeadFault(int status, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (!ExpectsStatus(status))
            return string.Create(CultureInfo.InvariantCulture, $"status {status}");
        foreach (var (name, value) in options.ExpectHeaders)
            if (!HasHeader(headers, name, value))
                return $"header {name} is not {value}";
        return null;
    }

    /// <param name="body">Its beginning, without chunks.</param>
    public bool HasText(ReadOnlySpan<byte> body) => body[..Math.Min(body.Length, MaxBodyBytes)].IndexOf(_body) >= 0;

    private static string Shown(string text)
    {
        const int CharactersMax = 40;
        string start = text.Length <= CharactersMax ? text : $"{text[..CharactersMax]}…";
        return string.Concat(start.Select(c => char.IsControl(c) ? ' ' : c));
    }

    private bool ExpectsStatus(int status)
    {
        foreach (var (first, last) in options.ExpectStatus)
            if (status >= first && status <= last)
                return true;
        return false;
    }

    /// <summary>RFC 9110, 5.1: names ignore case; values are compared as they are.</summary>
    private static bool HasHeader(IReadOnlyList<KeyValuePair<string, string>> headers, string name, string value)
    {
        foreach (var (key, actual) in headers)
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase) && actual == value)
                return true;
        return false;
    }
}
