using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

/// <summary>Bytes in, result out, for responses.</summary>
internal static class Responses
{
    internal const string Date = "Fri, 20 Nov 2026 10:00:00 GMT";

    /// <summary>Parses whole, byte by byte, and in two pieces at every place; all must agree.</summary>
    internal static (ParseResult Result, ResponseHead Head) Parse(byte[] data, Method method = Method.Get, HeadLimits? limits = null)
    {
        var bounds = limits ?? HeadLimits.Default;
        var head = NewHead();
        var result = ResponseParser.Parse(data, head, method, bounds);
        string whole = Describe(result, head);

        var trickled = NewHead();
        Assert.Equal(whole, InPieces(data, trickled, method, bounds, Enumerable.Range(0, data.Length + 1)));
        int step = data.Length > 2000 ? data.Length / 100 : 1;
        for (int split = 0; split < data.Length; split += step)
        {
            trickled.Reset();
            Assert.Equal(whole, InPieces(data, trickled, method, bounds, [split, data.Length]));
        }

        return (result, head);
    }

    internal static (ParseResult Result, ResponseHead Head) Parse(string text, Method method = Method.Get, HeadLimits? limits = null) =>
        Parse(Requests.Bytes(text), method, limits);

    internal static string Rewrite(
        string text, Method method = Method.Get, int clientMinor = 1, bool keepAlive = true, string setCookie = "", string addedLines = "")
    {
        var data = Requests.Bytes(text);
        var (result, head) = Parse(data, method);
        Assert.Equal(ParseResult.Done, result);
        return Requests.Text(Write(data, head, clientMinor, keepAlive, setCookie, addedLines));
    }

    internal static byte[] Write(byte[] data, ResponseHead head, int clientMinor = 1, bool keepAlive = true, string setCookie = "",
        string addedLines = "")
    {
        var target = new byte[head.Length + HttpLimits.HeadGrowthMax];
        var context = new ResponseContext
        {
            Date = Requests.Bytes(Date),
            ClientMinorVersion = clientMinor,
            KeepAlive = keepAlive,
            SetCookie = Requests.Bytes(setCookie),
            AddedLines = Requests.Bytes(addedLines),
        };
        int length = ResponseWriter.Write(data, head, context, target);
        Assert.InRange(length, 1, target.Length);
        return target[..length];
    }

    internal static ResponseHead NewHead()
    {
        var head = new ResponseHead(HttpLimits.FieldsMax);
        head.Reset();
        return head;
    }

    private static string InPieces(byte[] data, ResponseHead head, Method method, in HeadLimits limits, IEnumerable<int> lengths)
    {
        var result = ParseResult.NeedMore;
        foreach (int length in lengths)
        {
            result = ResponseParser.Parse(data.AsSpan(0, length), head, method, limits);
            if (result != ParseResult.NeedMore)
                break;
        }

        return Describe(result, head);
    }

    private static string Describe(ParseResult result, ResponseHead head) => result != ParseResult.Done
        ? result.ToString()
        : $"{head.Length} {head.Status} {head.MinorVersion} {head.Framing} {head.ContentLength} {head.KeepAlive} {head.FieldCount}";
}
