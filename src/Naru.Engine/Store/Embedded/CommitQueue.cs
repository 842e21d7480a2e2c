using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// Group commit: what all rooms appended since the last turn becomes durable by one write and one sync, and those who wait
/// for it are answered. Also keeps the journal in health: replaces its file when it has grown or failed, and looks whether
/// the disk has room for the next one.
/// <para>
/// An error never ends the process: the store is lost, appends are answered with "not durable", and every second a new
/// file with the whole state is tried; while only the room for growth is missing, it is degraded. Nothing is written again into a file whose write or sync failed: what such a file
/// holds is known to nobody (a later sync may report success for pages that were dropped).
/// </para>
/// Thread: <see cref="Append"/> any; <see cref="Turn"/> one, the store's.
/// </summary>
/// <param name="snapshot">Writes every room's state; called by <see cref="Turn"/>, may lock rooms.</param>
internal sealed class CommitQueue(IStoreFolder folder, Journal journal, SnapshotWriter snapshot, Action<string> log) : IDisposable
{
    public const int RetryMs = 1000;
    private const int ReminderMs = 60_000;

    private readonly Lock _lock = new();
    private EntryWriter _pending = new();
    private EntryWriter _committing = new();
    private TaskCompletionSource<bool> _batch = NewBatch();
    private TaskCompletionSource<bool>? _answering;
    private volatile StoreState _state = StoreState.Ok;
    private bool _isClosed;
    private long _degradedSinceMs;
    private long _remindAtMs;
    private long _retryAtMs;
    private long _checkAtMs;

    public StoreState State => _state;

    /// <summary>Commits that had something to make durable.</summary>
    public long Commits { get; private set; }

    /// <summary>Begins the first file of this process. 0, or a negative errno.</summary>
    public int Begin() => journal.Replace(snapshot);

    /// <summary>Goes on without a file: turns try to begin one.</summary>
    public void BeginLost(int error) => Alarm(StoreCondition.Lost, Errno.Text(error), 0);

    /// <summary>
    /// Adds entries to the next commit. The task tells whether they are durable. Call it in the lock of the room that they
    /// are of, so that a snapshot which has the change stands in front of it, or the entry behind it changes nothing.
    /// </summary>
    public Task<bool> Append(ReadOnlySpan<byte> entries)
    {
        lock (_lock)
        {
            if (_isClosed)
                return Task.FromResult(false);
            _pending.Raw(entries);
            return _batch.Task;
        }
    }

    /// <summary>Writes what was appended, and does what is due. Blocks for the disk.</summary>
    /// <param name="nowMs">Of any clock that does not go back.</param>
    public void Turn(long nowMs)
    {
        _answering = TakePending();
        bool isDurable = Commit(nowMs);
        // A failed file is replaced by one that holds the state with these very changes in it: then they are durable too.
        if (!journal.IsGood && nowMs >= _retryAtMs)
            isDurable = Replace(nowMs);
        Answer(isDurable);

        if (journal.IsDueForReplacement && nowMs >= _retryAtMs)
            Replace(nowMs);
        if (nowMs >= _checkAtMs)
        {
            _checkAtMs = nowMs + RetryMs;
            CheckFolder(nowMs);
        }

        Remind(nowMs);
    }

    /// <summary>A fault of the program in a turn: what the file holds is uncertain, so it is treated as one that failed.</summary>
    public void OnFault(Exception fault, long nowMs)
    {
        journal.GiveUp();
        Answer(false);
        _retryAtMs = nowMs + RetryMs;
        Alarm(StoreCondition.Lost, $"internal error: {fault}", nowMs);
    }

    /// <summary>Answers those who still wait: nothing more becomes durable.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isClosed = true;
        _answering = TakePending();
        Answer(false);
        journal.Dispose();
    }

    private void Answer(bool isDurable)
    {
        _answering?.SetResult(isDurable);
        _answering = null;
    }

    private TaskCompletionSource<bool>? TakePending()
    {
        lock (_lock)
        {
            _committing.Clear();
            if (_pending.Length == 0)
                return null;
            (_pending, _committing) = (_committing, _pending);
            var batch = _batch;
            _batch = NewBatch();
            return batch;
        }
    }

    private bool Commit(long nowMs)
    {
        if (!journal.IsGood)
            return false;
        if (_committing.Length == 0)
            return true;
        int result = journal.Commit(_committing);
        if (result < 0)
        {
            Alarm(StoreCondition.Lost, Errno.Text(result), nowMs);
            _retryAtMs = nowMs;
            return false;
        }

        Commits++;
        return true;
    }

    private bool Replace(long nowMs)
    {
        int result = journal.Replace(snapshot);
        if (result < 0)
        {
            Alarm(journal.IsGood ? StoreCondition.Degraded : StoreCondition.Lost, Errno.Text(result), nowMs);
            _retryAtMs = nowMs + RetryMs;
            return false;
        }

        CheckRoom(nowMs);
        return true;
    }

    private void CheckFolder(long nowMs)
    {
        if (!journal.IsGood)
            return;
        if (!folder.Exists(journal.FileName))
        {
            // Writes into a file that has no name succeed, and are lost with the process.
            journal.GiveUp();
            Alarm(StoreCondition.Lost, $"{journal.FileName} was deleted or moved away", nowMs);
            _retryAtMs = nowMs;
            return;
        }

        CheckRoom(nowMs);
    }

    /// <summary>The room that the journal has reserved is for those who already wait.</summary>
    private void CheckRoom(long nowMs)
    {
        long free = folder.FreeBytes;
        if (journal.EnsureSpare() is var result and < 0)
            Alarm(StoreCondition.Degraded, Errno.Text(result), nowMs);
        else if (free >= 0 && free < journal.NextFileBytes)
            Alarm(StoreCondition.Degraded, $"the disk is full ({free / 1024} KiB are free, {journal.NextFileBytes / 1024} KiB are needed)", nowMs);
        else
            Recover(nowMs);
    }

    private void Alarm(StoreCondition condition, string reason, long nowMs)
    {
        if (_state.Condition != condition)
        {
            if (_state.IsOk)
                _degradedSinceMs = nowMs;
            _remindAtMs = nowMs + ReminderMs;
            log($"store: ALARM: {folder.Path}: {reason}. {WhatItMeans(condition)} Naru tries again every second.");
        }

        _state = new StoreState(condition, reason);
    }

    private void Recover(long nowMs)
    {
        if (_state.IsOk)
            return;
        _state = StoreState.Ok;
        log($"store: {folder.Path} works again after {(nowMs - _degradedSinceMs + 999) / 1000} s; numbers are given out again.");
    }

    private void Remind(long nowMs)
    {
        if (_state.IsOk || nowMs < _remindAtMs)
            return;
        _remindAtMs = nowMs + ReminderMs;
        log($"store: ALARM: {folder.Path} for {(nowMs - _degradedSinceMs) / 1000} s: {_state.Reason}. {WhatItMeans(_state.Condition)}");
    }

    private static string WhatItMeans(StoreCondition condition) => condition == StoreCondition.Lost
        ? "No new numbers and no admissions are given out but those of onStoreLoss; places are kept, and who is inside stays."
        : "No new numbers are given out; those who wait keep their places and are served.";

    private static TaskCompletionSource<bool> NewBatch() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
