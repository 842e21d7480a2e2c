using Naru.Core.Health;
using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Engine.Health;

/// <summary>
/// The body of an answer to a check: where it ends, and its first bytes without their coding.
/// Owner: the probe. Thread: the health loop. Invariant: takes no byte beyond the end of the body.
/// </summary>
internal sealed class CheckBody
{
    private ChunkedDecoder _decoder;
    private TrailerBuffer? _trailers;
    private BodyFraming _framing;
    private long _remaining;
    private bool _isKept;
    private byte[] _bytes = [];
    private int _kept;

    /// <summary>Decoded so far.</summary>
    public long Length { get; private set; }

    /// <summary>The last byte was taken.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>As much came as is looked at.</summary>
    public bool IsFull => Length >= CheckExpectation.MaxBodyBytes;

    /// <summary>What is wrong with its chunks; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>What is looked at.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _kept);

    /// <param name="framing">How the body ends.</param>
    /// <param name="length">Of a body that tells it.</param>
    /// <param name="isKept">Its bytes are to be looked at.</param>
    public void Begin(BodyFraming framing, long length, bool isKept)
    {
        _framing = framing;
        _remaining = length;
        _isKept = isKept;
        _decoder = default;
        _trailers?.Reset();
        Length = 0;
        Fault = null;
        IsEnded = framing == BodyFraming.None;
        Release();
    }

    /// <summary>Takes what was received, changing it; how many bytes of it belong to the body.</summary>
    public int Take(Span<byte> received)
    {
        if (IsEnded || Fault != null)
            return 0;
        int consumed = received.Length;
        switch (_framing)
        {
            case BodyFraming.Chunked:
                var result = _decoder.Decode(received, _trailers ??= new TrailerBuffer(), out int payload, out consumed);
                IsEnded = result == ChunkedResult.End;
                if (result > ChunkedResult.End)
                    Fault = result.ToString();
                Add(received[..payload]);
                break;
            case BodyFraming.Length:
                consumed = (int)Math.Min(_remaining, received.Length);
                _remaining -= consumed;
                IsEnded = _remaining == 0;
                Add(received[..consumed]);
                break;
            default:
                Add(received);
                break;
        }

        return consumed;
    }

    /// <summary>The server closed, which ends a body without a length of its own.</summary>
    public void Close() => IsEnded |= _framing == BodyFraming.UntilClose;

    /// <summary>Lets go of the bytes: between two checks there are none.</summary>
    public void Release()
    {
        _bytes = [];
        _kept = 0;
    }

    private void Add(ReadOnlySpan<byte> payload)
    {
        Length += payload.Length;
        if (!_isKept)
            return;
        payload = payload[..Math.Min(payload.Length, CheckExpectation.MaxBodyBytes - _kept)];
        if (_kept + payload.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_kept + payload.Length, Math.Min(2 * _bytes.Length, CheckExpectation.MaxBodyBytes)));
        payload.CopyTo(_bytes.AsSpan(_kept));
        _kept += payload.Length;
    }
}
