using System.Runtime.CompilerServices;
using Naru.Engine.Loop;

namespace Naru.Engine.Net;

/// <summary>
/// One read or write of a connection, to be awaited once. Complete at once when the call did not block; otherwise the
/// loop completes it. The result is a count, 0 for the end of stream, or a negative errno.
/// </summary>
internal readonly struct IoOperation : ICriticalNotifyCompletion, IFrameAwaiter
{
    private readonly Connection? _pending;
    private readonly int _result;
    private readonly bool _isWrite;

    private IoOperation(Connection? pending, bool isWrite, int result)
    {
        _pending = pending;
        _isWrite = isWrite;
        _result = result;
    }

    public bool IsCompleted => _pending == null;

    public static IoOperation Done(int result) => new(null, false, result);

    public static IoOperation Reading(Connection connection) => new(connection, false, 0);

    public static IoOperation Writing(Connection connection) => new(connection, true, 0);

    public IoOperation GetAwaiter() => this;

    public int GetResult() => _pending == null ? _result : _pending.ResultOf(_isWrite);

    public void Park(Frame frame) => _pending!.Park(frame, _isWrite);

    public void OnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits an operation.");

    public void UnsafeOnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits an operation.");
}
