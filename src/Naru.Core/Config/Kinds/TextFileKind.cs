using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>The path of a text file that is read and checked at load.</summary>
/// <param name="fault">What is wrong with a content: half a sentence and the fix; null: nothing.</param>
internal sealed class TextFileKind(int bytesMax, Func<string, (string Message, string Fix)?>? fault = null) : ConfigKind<TextFile>
{
    public const string ReadableFix = "Give the path of a file that Naru's user can read.";

    private static readonly FilePathKind Path = new();

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override string Expected => "the path of a file";

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out TextFile value)
    {
        value = null;
        if (!Path.TryRead(at, out var path))
            return false;
        var (bytes, failure) = at.Session.Sources.ReadFile(path, bytesMax);
        if (bytes is null)
            return at.Fail($"{at.Written} cannot be read: {failure}.", ReadableFix);
        if (!TryDecode(bytes, out var content))
            return at.Fail($"{at.Written} is not UTF-8.", "Save the file as UTF-8.");
        if (fault?.Invoke(content) is { } found)
            return at.Fail($"{at.Written} {found.Message}.", found.Fix);
        value = new(path, content);
        return true;
    }

    public override JsonObject Schema() => Path.Schema();

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string content)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        content = "";
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        content = StrictUtf8.GetString(bytes);
        return true;
    }
}
