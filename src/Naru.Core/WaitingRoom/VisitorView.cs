namespace Naru.Core.WaitingRoom;

/// <summary>What one visitor is told.</summary>
/// <param name="Ahead">Present visitors before this one who are not called yet; 0 before the draw.</param>
/// <param name="EtaLowS">Seconds until the turn is called: between this</param>
/// <param name="EtaHighS">and this in four of five cases. Both 0 when called.</param>
/// <param name="PollAfterMs">When to ask again, jitter included.</param>
/// <param name="Paused">The operator holds the line; the times count from the moment it moves again.</param>
public readonly record struct VisitorView(
    VisitorState State, long Number, long Ahead, int EtaLowS, int EtaHighS, int PollAfterMs, bool Paused, long Epoch);
