namespace Naru.Core.Config;

/// <summary>The section <c>admin</c>: where the status, drain and reload calls are answered.</summary>
public sealed class AdminOptions
{
    public const string DefaultBind = "127.0.0.1:9900";

    /// <summary><c>address:port</c> on loopback, or <c>unix:/path</c>. Anything else demands <see cref="TokenFile"/>.</summary>
    public string Bind { get; init; } = DefaultBind;

    /// <summary>File whose trimmed content is the bearer token of every call; null: none.</summary>
    public string? TokenFile { get; init; }
}
