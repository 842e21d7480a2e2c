namespace Naru.Core.Config;

/// <summary>The section <c>accessLog</c>. The only format so far is <c>json</c>: one object a line.</summary>
public sealed class AccessLogOptions
{
    public const string Stdout = "stdout";

    /// <summary>A file that is appended to, or <c>stdout</c>.</summary>
    public required string Path { get; init; }
}
