namespace Naru.Tests.Fuzz;

/// <summary>Seeded changes to valid messages: flips, cuts, repeats, and pieces that have broken parsers before.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] Pieces =
    [
        "\r\n", "\r\n\r\n", "\n", "\r", "\0", " ", "\t", ":", ",", ";", "/", "//", "/..", "/./", "..;", "%2e", "%2F", "%00", "%", "?", "#", "@", "\\",
        "0", "9", "ffffffffffffffff", "+1", "-1", "0x1", "\u0080", "\u00FF", "\u007F", "_",
        "Content-Length: 5\r\n", "Content-Length: 6\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "transfer-encoding : chunked\r\n",
        "Host: b\r\n", "Host: [::1]:80\r\n", "Connection: close, x\r\n", "Connection: Host\r\n", "Connection: upgrade\r\nUpgrade: websocket\r\n", "Expect: 100-continue\r\n", "TE: trailers\r\n",
        "X-Forwarded-For: 1.1.1.1\r\n", "X-Forwarded-Host: b\r\n", "X-Request-Id: 1\r\n", "Trailer: a\r\n", " HTTP/1.0", " HTTP/1.1", "http://b:1/", "HTTP/1.1 204 X\r\n", "0\r\n\r\n", "5;a=b\r\n",
    ];

    private readonly Random _random = new(seed);

    internal int Next(int bound) => _random.Next(bound);

    internal byte[] Mutate(string[] seeds)
    {
        var bytes = new List<byte>(Http1.Requests.Bytes(seeds[_random.Next(seeds.Length)]));
        for (int changes = _random.Next(1, 5); changes > 0; changes--)
            Change(bytes, seeds);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, string[] seeds)
    {
        int at = _random.Next(bytes.Count + 1);
        int length = _random.Next(Math.Min(bytes.Count - at, 20) + 1);
        switch (_random.Next(6))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                var other = Http1.Requests.Bytes(seeds[_random.Next(seeds.Length)]);
                bytes.InsertRange(at, other.Skip(_random.Next(other.Length)).Take(_random.Next(40)));
                break;
            default:
                // Line starts are where whole fields make sense.
                int line = at == 0 ? -1 : bytes.LastIndexOf((byte)'\n', at - 1, at);
                bytes.InsertRange(_random.Next(2) == 0 ? at : line + 1, Http1.Requests.Bytes(Pieces[_random.Next(Pieces.Length)]));
                break;
        }
    }
}
