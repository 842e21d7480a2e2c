using System.Text;
using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

/// <summary>Bytes in, result out, for requests. Text is Latin-1, so that each char is one byte.</summary>
internal static class Requests
{
    internal const string PeerAddress = "192.0.2.7";
    internal const string RequestId = "0123456789abcdef0123456789abcdef";
    internal const string FallbackHost = "10.0.0.1:3001";

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    internal static RequestHead NewHead(int fields = HttpLimits.FieldsDefault)
    {
        var head = new RequestHead(fields);
        head.Reset();
        return head;
    }

    /// <summary>Parses whole, byte by byte, and in two pieces at every place; all must agree.</summary>
    internal static (ParseResult Result, RequestHead Head) Parse(byte[] data, HeadLimits? limits = null)
    {
        var bounds = limits ?? HeadLimits.Default;
        var head = NewHead(HttpLimits.FieldsMax);
        var result = RequestParser.Parse(data, head, bounds);
        string whole = Describe(result, data, head);

        var trickled = NewHead(HttpLimits.FieldsMax);
        Assert.Equal(whole, InPieces(data, trickled, bounds, Enumerable.Range(1, data.Length)));
        int step = data.Length > 2000 ? data.Length / 100 : 1;
        for (int split = 0; split < data.Length; split += step)
        {
            trickled.Reset();
            Assert.Equal(whole, InPieces(data, trickled, bounds, [split, data.Length]));
        }

        return (result, head);
    }

    internal static (ParseResult Result, RequestHead Head) Parse(string text, HeadLimits? limits = null) => Parse(Bytes(text), limits);

    /// <summary>The rewritten head of a request that must be accepted.</summary>
    internal static string Rewrite(string text, bool trusted = false, bool hidesRoomCookies = false)
    {
        var data = Bytes(text);
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        return Text(Write(data, head, trusted, hidesRoomCookies));
    }

    internal static byte[] Write(
        byte[] data, RequestHead head, bool trusted = false, bool hidesRoomCookies = false)
    {
        var target = new byte[head.Length + HttpLimits.HeadGrowthMax];
        var context = new ForwardContext
        {
            PeerAddress = Bytes(PeerAddress),
            RequestId = Bytes(RequestId),
            FallbackHost = Bytes(FallbackHost),
            PeerTrusted = trusted,
            HidesRoomCookies = hidesRoomCookies,
        };
        int length = RequestWriter.Write(data, head, context, target);
        Assert.InRange(length, 1, target.Length);
        return target[..length];
    }

    private static string InPieces(byte[] data, RequestHead head, in HeadLimits limits, IEnumerable<int> lengths)
    {
        var result = ParseResult.NeedMore;
        foreach (int length in lengths)
        {
            result = RequestParser.Parse(data.AsSpan(0, length), head, limits);
            if (result != ParseResult.NeedMore)
                break;
        }

        return Describe(result, data, head);
    }

    private static string Describe(ParseResult result, byte[] data, RequestHead head) => result != ParseResult.Done
        ? result.ToString()
        : $"{head.Length} {head.Method} {Text(head.Path(data))} {Text(head.Query(data))} {Text(head.HostWithPort(data))} {head.Framing} "
            + $"{head.ContentLength} {head.KeepAlive} {head.ExpectsContinue} {head.AsksUpgrade} {head.FieldCount}";
}
