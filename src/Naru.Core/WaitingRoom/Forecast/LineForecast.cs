namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// What visitors are told of the time that is left: an outlook, played anew each second, by how the line went so far and by what
/// former outlooks were worth. Owner: the authority. Thread: its.
/// </summary>
internal sealed class LineForecast
{
    /// <summary>The outlook is played anew so often while somebody waits or may soon, and when rate or limit change.</summary>
    private const int OutlookMs = 1_000;

    private readonly CallPace _pace = new();
    private readonly EtaErrors _errors = new();
    private RoomSettings? _played;
    private long _playedMs;

    /// <summary>The one that was played last.</summary>
    internal CallOutlook Outlook { get; } = new();

    /// <summary>Visitors that are called in a second, on the average of the next minute.</summary>
    internal double CallsPerSecond => Outlook.AdmissionsPerSecond * _pace.CallsPerAdmission;

    /// <summary>Of the last told bands, the share in which the turn came; below zero: none has ended.</summary>
    internal double HeldShare => _errors.HeldShare;

    /// <summary>What happened since the last tick.</summary>
    /// <param name="isCalling">Somebody waits, and may be called.</param>
    /// <param name="slotUse">The share of the slots that are in use.</param>
    internal void Observe(bool isCalling, double called, AdmissionDesk admissions, RoomSettings settings, double slotUse, long serving, double elapsedSeconds, long nowMs)
    {
        _pace.Advance(isCalling, called, admissions.AdmittedNow, admissions.Plan.Pending, settings.AdmitPerSecond, slotUse, Outlook.IsFull, elapsedSeconds, nowMs);
        _errors.Judge(serving, nowMs);
    }

    /// <summary>Plays the next outlook, if it is due.</summary>
    /// <param name="settings">In force.</param>
    /// <param name="view">The last one, which told the outlook before.</param>
    /// <param name="isAsked">Somebody may be told a time.</param>
    /// <param name="isMoving">Visitors may be called.</param>
    /// <param name="missing">Visitors to be called before the next admission; below zero: so many are on their way already.</param>
    internal void Play(RoomSettings settings, RoomView view, AdmissionDesk admissions, bool isAsked, bool isMoving, double missing, long nowMs)
    {
        if ((!isAsked || nowMs - _playedMs < OutlookMs) && ReferenceEquals(_played, settings))
            return;
        if (_playedMs > 0)
            LookBack(view, admissions.Plan.Called, isMoving, Math.Min(nowMs - _playedMs, 2 * OutlookMs) / 1000.0, nowMs);
        (_playedMs, _played) = (nowMs, settings);
        Outlook.Play(settings, admissions.Sessions.Ages, _pace, _errors, missing);
    }

    /// <summary>What the last outlook was worth.</summary>
    private void LookBack(RoomView view, double called, bool isMoving, double elapsedSeconds, long nowMs)
    {
        if (!isMoving)
            _errors.Forget();
        _errors.CountLeaving(view, called, elapsedSeconds);
        if (!_pace.IsSettled(nowMs))
            return;
        _errors.Forecast(view, nowMs);
        _errors.Learn(view, nowMs);
    }
}
