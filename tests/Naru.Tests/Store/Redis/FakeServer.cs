using System.IO.Pipelines;
using System.Text;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

/// <summary>The other end of a connection, in memory: what the client wrote, as commands, and what it shall read.</summary>
internal sealed class FakeServer
{
    /// <summary>Only for a test that fails: it shall not hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly RespReader _reader = new();

    public FakeServer() => ClientStream = new Duplex(_toClient.Reader.AsStream(), _toServer.Writer.AsStream());

    public Stream ClientStream { get; }

    /// <summary>A command is an array of strings, so the reader of replies reads it too.</summary>
    public async Task<string[]> ReadCommandAsync()
    {
        while (true)
        {
            var result = await _toServer.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            var buffer = result.Buffer;
            long taken = 0;
            foreach (var piece in buffer)
            {
                var step = _reader.Read(piece.Span, out int consumed, out var value);
                taken += consumed;
                if (step == RespStep.Broken)
                    throw new InvalidOperationException(_reader.Fault);
                if (step != RespStep.Value)
                    continue;
                _toServer.Reader.AdvanceTo(buffer.GetPosition(taken));
                return [.. value.Items.Select(i => i.Text)];
            }

            _toServer.Reader.AdvanceTo(buffer.GetPosition(taken));
            if (result.IsCompleted)
                throw new EndOfStreamException("The client closed.");
        }
    }

    public async Task ReplyAsync(string bytes) => await _toClient.Writer.WriteAsync(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Reads HELLO and answers it.</summary>
    public async Task<string[]> WelcomeAsync(string role = "master", string mode = "standalone")
    {
        var hello = await ReadCommandAsync();
        await ReplyAsync($"%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$4\r\nmode\r\n${mode.Length}\r\n{mode}\r\n$4\r\nrole\r\n${role.Length}\r\n{role}\r\n");
        return hello;
    }

    public void Close() => _toClient.Writer.Complete();

    /// <summary>Ends when the client has closed its side.</summary>
    public async Task ClosedByClientAsync()
    {
        try
        {
            while (true)
                await ReadCommandAsync();
        }
        catch (EndOfStreamException)
        {
        }
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
