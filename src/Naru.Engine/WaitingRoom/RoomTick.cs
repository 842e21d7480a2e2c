using System.Text;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// The tick of one room, and what is under way of it. Owner: the keeper. Thread: the keeper's, and for the last tick of a room that is
/// taken out that of the reload; one call at a time.
/// </summary>
/// <param name="onAnswered">An answer can be taken; called on any thread.</param>
internal sealed class RoomTick(Room room, Action<string> log, Action onAnswered)
{
    private readonly RoomUpdate _update = new();
    private readonly Lock _turn = new();
    private Task<bool>? _pending;
    private string? _message;
    private bool _wasLost;
    private bool _wasRebuilt;
    private bool _isOver;
    private bool _wasPrequeue;
    private long _firstMs;

    public Room Room { get; } = room;

    /// <summary>Waits for the answer as long as the store may take before it counts as lost: a room should know itself before visitors come.</summary>
    public void RunFirst(long nowMs, CancellationToken cancellation)
    {
        _firstMs = nowMs;
        Run(nowMs, cancellation);
        try
        {
            if (_pending?.Wait(RoomLimits.StoreLostMs, cancellation) != true)
                return;
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException)
        {
            // The next turn tells what came of it.
            return;
        }

        var pending = _pending;
        _pending = null;
        End(pending, nowMs);
    }

    public void Run(long nowMs, CancellationToken cancellation)
    {
        lock (_turn)
            RunTurn(nowMs, cancellation);
    }

    /// <summary>Puts the answer in place, if it has come.</summary>
    public void TakeAnswer(long nowMs)
    {
        lock (_turn)
            AcceptPending(nowMs);
    }

    /// <summary>
    /// Brings what happened since the last tick to the store, with all that nobody took, and waits for it as long as the token allows.
    /// The keeper, which may be about to run the room once more, finds it over.
    /// </summary>
    public void RunLast(long nowMs, CancellationToken cancellation)
    {
        lock (_turn)
        {
            Wait(cancellation);
            AcceptPending(nowMs);
            Room.Node.Leave();
            RunTurn(nowMs, cancellation);
            Wait(cancellation);
            _isOver = true;
        }
    }

    private void RunTurn(long nowMs, CancellationToken cancellation)
    {
        if (_isOver)
            return;
        AcceptPending(nowMs);
        if (_pending != null)
        {
            NoteLoss(nowMs);
            return;
        }

        var report = Room.Node.TakeReport(nowMs);
        Room.Pulse?.Fill(report);
        try
        {
            var tick = Room.Authority.TickAsync(report, _update, cancellation);
            if (!tick.IsCompletedSuccessfully)
            {
                _pending = tick.AsTask();
                _ = _pending.ContinueWith(_ => onAnswered(), TaskScheduler.Default);
            }
            else if (tick.Result)
                Accept(nowMs);
        }
        catch (Exception fault)
        {
            Room.LogFault(log, fault);
        }

        NoteLoss(nowMs);
    }

    private void AcceptPending(long nowMs)
    {
        if (_pending is not { IsCompleted: true } pending)
            return;
        _pending = null;
        End(pending, nowMs);
    }

    private void Wait(CancellationToken cancellation)
    {
        try
        {
            _pending?.Wait(cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException)
        {
            // The store is away, and the line is as durable as it was before.
        }
    }

    private void End(Task<bool> tick, long nowMs)
    {
        if (tick.IsCompletedSuccessfully)
        {
            if (tick.Result)
                Accept(nowMs);
        }
        else if (tick.Exception?.GetBaseException() is { } fault)
            Room.LogFault(log, fault);
    }

    private void Accept(long nowMs)
    {
        if (_update.View is not { } view)
            return;
        Room.Node.Accept(_update, nowMs);
        NoteRebuilding(view);
        NoteDraw(view);
        if (view.Controls.Message == _message)
            return;
        _message = view.Controls.Message;
        Room.Message = Encoding.UTF8.GetBytes(_message ?? "");
    }

    private string NewVisitors() => Room.Rules.Options.OnStoreLoss switch
    {
        StoreLossMode.Open => "go through (onStoreLoss: open)",
        StoreLossMode.Closed => "are turned away (onStoreLoss: closed)",
        _ => "wait (onStoreLoss: hold)",
    };

    private void NoteRebuilding(RoomView view)
    {
        bool isRebuilt = view.CallsFromMs > 0;
        if (isRebuilt && !_wasRebuilt)
        {
            log($"waiting room {Room.Name}: the store does not have its whole line: it is rebuilt from the tickets that visitors show, and "
                + $"nobody is called for {(view.CallsFromMs - view.NowMs + 999) / 1000} s.");
        }

        _wasRebuilt = isRebuilt;
    }

    /// <summary>The seed of an opening, for those who check it when the room has forgotten it.</summary>
    private void NoteDraw(RoomView view)
    {
        if (_wasPrequeue && view.Phase == RoomPhase.Open && view.Draws is [.., var draw])
        {
            log($"waiting room {Room.Name}: open; lots were drawn among the numbers {draw.From} to {draw.To - 1}, "
                + $"with the seed {Convert.ToHexStringLower(draw.Seed)}.");
        }

        _wasPrequeue = view.Phase == RoomPhase.Prequeue;
    }

    private void NoteLoss(long nowMs)
    {
        bool isLost = Room.Node.IsStoreLost(nowMs) && nowMs - _firstMs > RoomLimits.StoreLostMs;
        if (isLost == _wasLost)
            return;
        _wasLost = isLost;
        log(isLost
            ? $"waiting room {Room.Name}: the store does not answer. Who is inside goes on; new visitors {NewVisitors()}."
            : $"waiting room {Room.Name}: the store answers again.");
    }
}
