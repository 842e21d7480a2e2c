using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

/// <summary>What must hold of everything that is accepted, whoever made it: tables, corpora, fuzzing.</summary>
internal static class Forwarded
{
    /// <summary>The rewritten request means the same to our parser and to a careless one.</summary>
    internal static void CheckRequest(byte[] data, RequestHead head)
    {
        foreach (bool trusted in new[] { false, true })
        {
            var written = Requests.Write(data, head, trusted);
            var again = Requests.NewHead(HttpLimits.FieldsMax);
            Assert.Equal(ParseResult.Done, RequestParser.Parse(written, again, HeadLimits.Default));
            Assert.Equal(written.Length, again.Length);
            Assert.Equal(head.Method, again.Method);
            Assert.Equal(1, again.MinorVersion);
            Assert.Equal(Requests.Text(head.Path(data)), Requests.Text(again.Path(written)));
            Assert.Equal(Requests.Text(head.Query(data)), Requests.Text(again.Query(written)));
            Assert.Equal((head.Framing, head.ContentLength), (again.Framing, again.ContentLength));
            Assert.Equal((head.ExpectsContinue, head.AsksUpgrade), (again.ExpectsContinue, again.AsksUpgrade));
            Assert.Equal(head.HasHost ? Requests.Text(head.HostWithPort(data)) : Requests.FallbackHost, Requests.Text(again.HostWithPort(written)));
            Assert.Equal(Requests.Text(again.Path(written)), Requests.Text(again.RawTarget(written)).Split('?')[0]);

            var sloppy = SloppyParser.Read(Requests.Text(written) + "GET /tail HTTP/1.1\r\n\r\n");
            Assert.Equal(written.Length, sloppy.HeadLength);
            Assert.Equal(1, sloppy.Hosts);
            CheckFraming(head.Framing, head.ContentLength, sloppy);
        }
    }

    internal static void CheckResponse(byte[] data, ResponseHead head, Method method)
    {
        for (int clientMinor = 0; clientMinor <= 1; clientMinor++)
        {
            var written = Responses.Write(data, head, clientMinor, keepAlive: true);
            var again = Responses.NewHead();
            Assert.Equal(ParseResult.Done, ResponseParser.Parse(written, again, method, HeadLimits.Default));
            Assert.Equal(written.Length, again.Length);
            Assert.Equal(head.Status, again.Status);
            Assert.Equal(ResponseWriter.FramingToClient(head, clientMinor), again.Framing);

            var sloppy = SloppyParser.Read(Requests.Text(written) + "HTTP/1.1 200 tail\r\n\r\n");
            Assert.Equal(written.Length, sloppy.HeadLength);
            CheckFraming(again.Framing, again.ContentLength, sloppy);
        }
    }

    private static void CheckFraming(BodyFraming framing, long length, SloppyParser sloppy)
    {
        Assert.Equal(framing == BodyFraming.Chunked, sloppy.Chunked);
        Assert.Equal(length >= 0 ? [length] : [], sloppy.Lengths);
    }
}
