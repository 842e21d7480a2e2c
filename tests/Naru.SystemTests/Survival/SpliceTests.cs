using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Naru.SystemTests.Survival;

/// <summary>
/// Large plain bodies go through a pipe of the kernel and not through the program. Seen from outside: while a client does
/// not read, a pipe of the program holds bytes.
/// </summary>
[Collection<Alone>]
public class SpliceTests
{
    private const int NonBlocking = 0x800;
    private const int UnreadBytes = 0x541B; // FIONREAD
    private const int BodyBytes = 64 << 20;
    private const int SmallBytes = 4000;

    [Theory]
    [InlineData("web")]
    [InlineData("line")]
    public async Task LargePlainBodyWaitsInAPipeForASlowReader(string listener)
    {
        await using var origin = new Origin(ServeAsync);
        await using var naru = await NaruProcess.StartAsync(Config(origin, out var web, out var line));
        using var client = await Wire.ConnectAsync(listener == "web" ? web : line, receiveBufferBytes: 64 * 1024);
        await client.SendAsync($"GET /{SmallBytes} HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal(SmallBytes, (await client.ReadResponseAsync()).Body.Length);
        Assert.Equal(0, BytesInPipes(naru));

        await client.SendAsync($"GET /{BodyBytes} HTTP/1.1\r\nHost: test\r\n\r\n");

        var head = await client.ReadHeadAsync();
        await Eventually.IsTrue(() => BytesInPipes(naru) > 0, "a pipe holds bytes of the body");
        await client.SkipAsync(head.ContentLength!.Value);
        await Eventually.IsTrue(() => BytesInPipes(naru) == 0, "the pipe is empty");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("line")]
    public async Task LargePlainUploadWaitsInAPipeForASlowServer(string listener)
    {
        var mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = new Origin(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            await mayRead.Task;
            await connection.SkipAsync(head.ContentLength!.Value);
            await connection.AnswerAsync("got it");
        });
        await using var naru = await NaruProcess.StartAsync(Config(origin, out var web, out var line));
        using var client = await Wire.ConnectAsync(listener == "web" ? web : line);

        var sending = SendAsync();
        try
        {
            await Eventually.IsTrue(() => BytesInPipes(naru) > 0, "a pipe holds bytes of the body");
        }
        finally
        {
            // Also when it failed: the origin ends only with its scripts.
            mayRead.SetResult();
        }

        await sending;
        Assert.Equal("got it", (await client.ReadResponseAsync()).Text);

        async Task SendAsync()
        {
            await client.SendAsync($"PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: {BodyBytes}\r\n\r\n");
            await client.SendAsync(new byte[BodyBytes]);
        }
    }

    private static async Task ServeAsync(OriginConnection connection)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            int bytes = int.Parse(request.Target[1..], CultureInfo.InvariantCulture);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
            await connection.SendAsync(new byte[bytes]);
        }
    }

    private static long BytesInPipes(NaruProcess naru) =>
        Directory.GetFileSystemEntries($"/proc/{naru.Process.Pid}/fd").Sum(BytesInPipe);

    /// <summary>What a pipe of another process holds; 0 for other descriptors, and for the pipes to which its output goes.</summary>
    private static long BytesInPipe(string descriptor)
    {
        if (Path.GetFileName(descriptor) is "0" or "1" or "2" || File.ResolveLinkTarget(descriptor, false)?.Name.StartsWith("pipe:", StringComparison.Ordinal) != true)
            return 0;
        int fd = open(descriptor, NonBlocking);
        if (fd < 0)
            return 0;
        try
        {
            return ioctl(fd, UnreadBytes, out int bytes) == 0 ? bytes : 0;
        }
        finally
        {
            _ = close(fd);
        }
    }

    private static string Config(Origin origin, out IPEndPoint web, out IPEndPoint line)
    {
        (web, line) = (Ports.TakeAddress(), Ports.TakeAddress());
        return $$"""
            listeners:
              - { name: web, bind: {{web}}, routes: [{ pool: one }] }
              - { name: line, bind: {{line}}, protocol: tcp, pool: one }
            pools:
              one: { servers: [{{origin.Address}}] }
            """;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ioctl(int fd, nint request, out int value);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int fd);
}
