using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Naru.SystemTests.Survival;

/// <summary>
/// Exchanges of every shape, made at random: framings and sizes of both bodies, cuts of the bytes, requests sent ahead. What
/// arrives on either side must be what was sent. NARU_SEED replays a run.
/// </summary>
[Collection<Alone>]
public class RandomExchangeTests
{
    private const int Connections = 12;
    private const int ExchangesPerConnection = 120;
    private const int BodyBytesMax = 300_000;

    // A large body whose every byte tells its place.
    private static readonly byte[] Pattern = [.. Enumerable.Range(0, BodyBytesMax + 1).Select(i => (byte)(i * 31 % 251))];

    [Fact]
    public async Task BodiesArriveUnchangedInBothDirections()
    {
        int seed = int.Parse(Environment.GetEnvironmentVariable("NARU_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
        await using var origin = new Origin(connection => EchoAsync(connection, new Random(seed + connection.Number)));
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{origin.Address}}], retry: { attempts: 1 } }
            """, loops: 2);

        var fault = await Record.ExceptionAsync(() => Task.WhenAll(Enumerable.Range(0, Connections).Select(i => TalkAsync(web, new Random(seed - i - 1)))));

        Assert.True(fault == null, $"NARU_SEED={seed}\n{fault}");
        Assert.Equal(Connections * ExchangesPerConnection, await naru.EndsAsync("completed"));
    }

    private static async Task TalkAsync(IPEndPoint web, Random random)
    {
        using var client = await Wire.ConnectAsync(web);
        for (int left = ExchangesPerConnection; left > 0;)
        {
            // Several at once, as a client that pipelines does. Small ones, or both sides would wait for the other to read.
            var batch = Enumerable.Range(0, Math.Min(left, random.Next(4) == 0 ? random.Next(2, 6) : 1)).Select(_ => new Exchange(random)).ToArray();
            if (batch.Length > 1)
                batch = [.. batch.Select(e => e with { RequestBytes = e.RequestBytes % 2000, ResponseBytes = e.ResponseBytes % 2000 })];
            var sending = SendAsync(client, Concat(batch.Select(e => e.ToRequest(random))), random);
            foreach (var exchange in batch)
                exchange.Check(await client.ReadResponseAsync(exchange.Method));
            await sending;
            left -= batch.Length;
        }
    }

    // /RESPONSE-BYTES/FRAMING; the answer says what the request's body was.
    private static async Task EchoAsync(OriginConnection connection, Random random)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            var words = request.Target.Split('/');
            int length = int.Parse(words[1], CultureInfo.InvariantCulture);
            var head = $"HTTP/1.1 200 OK\r\nX-Sum: {Sum(request.Body)}\r\nX-Target: {request.Target}\r\n";
            var body = request.Method == "HEAD" ? [] : Framed(words[2] == "chunked", Pattern.AsSpan(0, length), random);
            head += words[2] switch
            {
                "chunked" => "Transfer-Encoding: chunked\r\n\r\n",
                "close" => "Connection: close\r\n\r\n",
                _ => $"Content-Length: {length}\r\n\r\n",
            };
            await SendAsync(connection, Concat([Encoding.ASCII.GetBytes(head), body]), random);
            if (words[2] == "close")
                return;
        }
    }

    /// <summary>In pieces, some of them alone in their packet.</summary>
    private static async Task SendAsync(Wire wire, ReadOnlyMemory<byte> bytes, Random random)
    {
        int piecesLeft = random.Next(1, 6);
        while (bytes.Length > 0)
        {
            int piece = --piecesLeft <= 0 ? bytes.Length : random.Next(1, Math.Min(bytes.Length, 20_000) + 1);
            await wire.SendAsync(bytes[..piece]);
            bytes = bytes[piece..];
            if (random.Next(8) == 0)
                await Task.Delay(1);
        }
    }

    private static byte[] Framed(bool isChunked, ReadOnlySpan<byte> body, Random random)
    {
        if (!isChunked)
            return body.ToArray();
        var framed = new MemoryStream();
        while (body.Length > 0)
        {
            int size = random.Next(1, Math.Min(body.Length, random.Next(2) == 0 ? 10 : 50_000) + 1);
            framed.Write(Encoding.ASCII.GetBytes($"{size:x}\r\n"));
            framed.Write(body[..size]);
            framed.Write("\r\n"u8);
            body = body[size..];
        }

        framed.Write("0\r\n\r\n"u8);
        return framed.ToArray();
    }

    private static byte[] Concat(IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p)];

    private static string Sum(ReadOnlySpan<byte> body) => Convert.ToHexString(SHA256.HashData(body));

    private sealed record Exchange(string Method, int RequestBytes, bool IsRequestChunked, int ResponseBytes, string ResponseFraming)
    {
        public Exchange(Random random)
            : this(
                random.GetItems(["GET", "HEAD", "POST", "PUT", "DELETE"], 1)[0],
                Size(random),
                random.Next(2) == 0,
                Size(random),
                random.GetItems(["length", "length", "chunked", "chunked", "close"], 1)[0])
        {
        }

        public byte[] ToRequest(Random random)
        {
            var body = Pattern.AsSpan(0, RequestBytes);
            var framing = IsRequestChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {RequestBytes}";
            var head = $"{Method} /{ResponseBytes}/{ResponseFraming} HTTP/1.1\r\nHost: random\r\n{framing}\r\nX-Padding: {new string('p', random.Next(500))}\r\n\r\n";
            return [.. Encoding.ASCII.GetBytes(head), .. Framed(IsRequestChunked, body, random)];
        }

        public void Check(HttpMessage answer)
        {
            Assert.Equal(200, answer.Status);
            Assert.Equal($"/{ResponseBytes}/{ResponseFraming}", answer.Field("X-Target"));
            Assert.Equal(Sum(Pattern.AsSpan(0, RequestBytes)), answer.Field("X-Sum"));
            Assert.True(Pattern.AsSpan(0, Method == "HEAD" ? 0 : ResponseBytes).SequenceEqual(answer.Body), $"{answer.Body.Length} bytes of {this} came changed");
            Assert.False(answer.Closes);
        }

        // Mostly small, sometimes none, sometimes larger than any buffer.
        private static int Size(Random random) => random.Next(10) switch
        {
            0 => 0,
            1 or 2 => random.Next(BodyBytesMax),
            3 => 16 * 1024 + random.Next(-300, 300),
            _ => random.Next(3000),
        };
    }
}
