using System.Diagnostics;
using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

public class CostTests(ITestOutputHelper output)
{
    private static readonly byte[] Small = Requests.Bytes("GET /small HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n");

    private static readonly byte[] Browser = Requests.Bytes(
        "GET /shop/items?page=2 HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive\r\nCache-Control: max-age=0\r\n"
        + "sec-ch-ua: \"Chromium\";v=\"128\", \"Not;A=Brand\";v=\"24\"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\n"
        + "Upgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Site: same-origin\r\n"
        + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\nReferer: https://shop.example.com/shop\r\n"
        + "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: ko-KR,ko;q=0.9,en;q=0.8\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n");

    private static readonly byte[] Awkward = Requests.Bytes(
        "POST http://Shop.Example.COM/a/%2e/b//c HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1\r\nConnection: x-a, TE\r\nX-A: 1\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static readonly byte[] Response = Requests.Bytes(
        "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Fri, 20 Nov 2026 10:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 128\r\n"
        + "Last-Modified: Fri, 20 Nov 2026 09:00:00 GMT\r\nConnection: keep-alive\r\nETag: \"655b\"\r\nAccept-Ranges: bytes\r\n\r\n");

    private static readonly byte[] Peer = Requests.Bytes(Requests.PeerAddress);
    private static readonly byte[] Id = Requests.Bytes(Requests.RequestId);
    private static readonly byte[] Date = Requests.Bytes(Responses.Date);

    private readonly RequestHead _request = Requests.NewHead();
    private readonly ResponseHead _response = Responses.NewHead();
    private readonly byte[] _scratch = new byte[4096];
    private readonly byte[] _chunks = new byte[64];
    private readonly TrailerBuffer _trailers = new();

    [Fact]
    public void NothingIsAllocatedPerExchange()
    {
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int n = 0; n < 2_000; n++)
            {
                Exchange(Small);
                Exchange(Browser);
                Exchange(Awkward);
                Relay();
                Chunks();
                Refuse();
            }
        }));
    }

    /// <summary>Printed, not asserted: machines differ. Meaningful in a release build.</summary>
    [Fact]
    public void CostIsPrinted()
    {
        output.WriteLine($"small request    {Measure(() => Exchange(Small)):F0} ns");
        output.WriteLine($"browser request  {Measure(() => Exchange(Browser)):F0} ns");
        output.WriteLine($"awkward request  {Measure(() => Exchange(Awkward)):F0} ns");
        output.WriteLine($"response         {Measure(Relay):F0} ns");
        output.WriteLine($"chunked body     {Measure(Chunks):F0} ns");
    }

    /// <summary>
    /// That a trickled head costs linear work is shown without a clock: an end of head that is slipped into bytes already searched
    /// is not seen, so they were not read again.
    /// </summary>
    [Fact]
    public void BytesOnceSearchedAreNotSearchedAgain()
    {
        var data = Requests.Bytes("GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n");
        _request.Reset();
        for (int length = 1; length < data.Length; length++)
        {
            var seen = data[..length];
            if (length > 20)
                "\r\n\r\n"u8.CopyTo(seen.AsSpan(length - 8)); // 3 bytes back belong to the search: the end may have begun there
            Assert.Equal(ParseResult.NeedMore, RequestParser.Parse(seen, _request, HeadLimits.Default));
        }

        Assert.Equal(ParseResult.Done, RequestParser.Parse(data, _request, HeadLimits.Default));
        Assert.Equal(data.Length, _request.Length);

        var response = Requests.Bytes("HTTP/1.1 200 OK\r\nA: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n");
        _response.Reset();
        Assert.Equal(ParseResult.NeedMore, ResponseParser.Parse(response.AsSpan(0, 40), _response, Method.Get, HeadLimits.Default));
        "\r\n\r\n"u8.CopyTo(response.AsSpan(30));
        Assert.Equal(ParseResult.NeedMore, ResponseParser.Parse(response.AsSpan(0, 45), _response, Method.Get, HeadLimits.Default));
    }

    private void Exchange(byte[] data)
    {
        _request.Reset();
        if (RequestParser.Parse(data, _request, HeadLimits.Default) != ParseResult.Done)
            throw new InvalidOperationException("refused");
        var context = new ForwardContext { PeerAddress = Peer, RequestId = Id, FallbackHost = Peer };
        if (RequestWriter.Write(data, _request, context, _scratch) < 0)
            throw new InvalidOperationException("too long");
    }

    private void Relay()
    {
        _response.Reset();
        if (ResponseParser.Parse(Response, _response, Method.Get, HeadLimits.Default) != ParseResult.Done)
            throw new InvalidOperationException("refused");
        var context = new ResponseContext { Date = Date, ClientMinorVersion = 1, KeepAlive = true };
        if (ResponseWriter.Write(Response, _response, context, _scratch) < 0)
            throw new InvalidOperationException("too long");
    }

    private void Chunks()
    {
        "5\r\nhello\r\n6;x\r\n world\r\n0\r\nA: b\r\n\r\n"u8.CopyTo(_chunks);
        _trailers.Reset();
        var decoder = new ChunkedDecoder();
        decoder.Decode(_chunks, _trailers, out _, out _);
        if (!decoder.IsEnded)
            throw new InvalidOperationException("not ended");
    }

    private void Refuse()
    {
        _request.Reset();
        var result = RequestParser.Parse("GET / HTTP/1.1\r\n\r\n"u8, _request, HeadLimits.Default);
        var context = new LocalContext { Date = Date, KeepAlive = false };
        LocalResponse.Write(_scratch, HttpError.RequestStatus(result), HttpError.NameUtf8(result), context);
    }

    private static double Measure(Action action)
    {
        const int Rounds = 10_000;
        double best = double.MaxValue;
        for (int repeat = 0; repeat < 8; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int n = 0; n < Rounds; n++)
                action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Rounds);
        }

        return best;
    }
}
