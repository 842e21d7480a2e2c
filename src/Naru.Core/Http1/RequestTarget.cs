using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>The request target in its forms (RFC 9112 section 3.2).</summary>
internal static class RequestTarget
{
    internal static ParseResult Parse(ReadOnlySpan<byte> data, RequestHead head)
    {
        var target = data.Slice(head.TargetStart, head.TargetLength);
        if (target[0] == '/')
            return ParsePathAndQuery(data, head, head.TargetStart);
        if (target.SequenceEqual("*"u8))
        {
            if (head.Method != Method.Options)
                return ParseResult.BadTarget;
            head.Form = TargetForm.Asterisk;
            head.PathStart = head.TargetStart;
            head.PathLength = 1;
            return ParseResult.Done;
        }

        return ParseAbsolute(data, head, target);
    }

    private static ParseResult ParseAbsolute(ReadOnlySpan<byte> data, RequestHead head, ReadOnlySpan<byte> target)
    {
        int schemeLength = HasPrefix(target, "http://"u8) ? 7 : HasPrefix(target, "https://"u8) ? 8 : 0;
        if (schemeLength == 0)
            return ParseResult.BadTarget;
        head.Form = TargetForm.Absolute;
        head.RewritesHost = true;

        var rest = target[schemeLength..];
        int authorityLength = rest.IndexOfAny((byte)'/', (byte)'?');
        if (authorityLength < 0)
            authorityLength = rest.Length;
        if (rest[..authorityLength].Contains((byte)'@'))
            return ParseResult.UserInfo;
        int start = head.TargetStart + schemeLength;
        if (!head.TrySetHost(data, start, authorityLength))
            return ParseResult.BadHost;

        int pathStart = start + authorityLength;
        if (authorityLength < rest.Length && rest[authorityLength] == '/')
            return ParsePathAndQuery(data, head, pathStart);
        bool hasQuery = authorityLength < rest.Length;
        head.SetPath(head.Method == Method.Options && !hasQuery ? (byte)'*' : (byte)'/', pathStart);
        return ParseQuery(data, head, pathStart);
    }

    private static ParseResult ParsePathAndQuery(ReadOnlySpan<byte> data, RequestHead head, int start)
    {
        var rest = data[start..(head.TargetStart + head.TargetLength)];
        int pathLength = rest.IndexOf((byte)'?');
        if (pathLength < 0)
            pathLength = rest.Length;
        if (!CanonicalPath.IsValid(rest[..pathLength]))
            return ParseResult.BadTarget;
        var result = head.SetPath(data, start, pathLength);
        return result == ParseResult.Done ? ParseQuery(data, head, start + pathLength) : result;
    }

    /// <param name="data">The head.</param>
    /// <param name="head">Gets the query.</param>
    /// <param name="start">Of the <c>?</c>, or the end of the target.</param>
    private static ParseResult ParseQuery(ReadOnlySpan<byte> data, RequestHead head, int start)
    {
        int end = head.TargetStart + head.TargetLength;
        if (start == end)
            return ParseResult.Done;
        head.HasQuery = true;
        head.QueryLength = end - start - 1;
        return data[(start + 1)..end].ContainsAnyExcept(HttpBytes.Query) ? ParseResult.BadTarget : ParseResult.Done;
    }

    private static bool HasPrefix(ReadOnlySpan<byte> target, ReadOnlySpan<byte> prefix) =>
        target.Length > prefix.Length && Ascii.EqualsIgnoreCase(target[..prefix.Length], prefix);
}
