using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>The path of a file that holds a secret; the file is read and checked at load.</summary>
/// <param name="accept">Gives the value of the key from full path and content; null when the content will not do.</param>
/// <param name="demand">What the content must be.</param>
/// <param name="generator">A command that prints one.</param>
internal sealed class SecretFileKind<T>(Func<string, byte[], T?> accept, string demand, string generator) : ConfigKind<T> where T : class
{
    private static readonly FilePathKind Path = new();

    public override string Expected => "the path of a file";

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (!Path.TryRead(at, out var path))
            return false;
        var file = at.Session.Sources.ReadSecret(path);
        if (file.Content is null)
            return at.Fail($"{at.Written} cannot be read: {file.Failure}.",
                file.Failure == SecretFile.Missing ? Fix(path) : TextFileKind.ReadableFix);
        if (file.IsWorldReadable)
            at.Warn($"every user of this machine can read {at.Written}.", $"Take the right away: chmod o-r {at.Written}");
        value = accept(path, file.Content);
        return value is not null || at.Fail($"{at.Written} does not hold {demand}.", Fix(path));
    }

    private string Fix(string path) => $"Make one, for example by: {generator} > {path} && chmod 600 {path}";

    public override JsonObject Schema() => Path.Schema();
}
