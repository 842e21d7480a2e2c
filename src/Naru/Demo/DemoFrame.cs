namespace Naru.Demo;

/// <summary>All that one picture of the demo shows: figures only, no terminal.</summary>
internal sealed record DemoFrame(
    TimeSpan Elapsed,
    DemoLayer Http,
    DemoLayer Tcp,
    DemoRoomFrame Room,
    IReadOnlyList<KeyValuePair<string, long>> Errors,
    IReadOnlyList<DemoEvent> Events);

/// <param name="Failed">As the clients saw it, since the start.</param>
/// <param name="MedianMs">As the clients saw it; null: no answer lately.</param>
internal sealed record DemoLayer(
    string Name,
    string Protocol,
    string Balance,
    bool FailOpen,
    double Rate,
    long Failed,
    double? MedianMs,
    IReadOnlyList<DemoRow> Rows);

/// <param name="Share">Of what its layer got lately, 0 to 1.</param>
/// <param name="MedianMs">As the server saw it; null: no answer lately.</param>
internal sealed record DemoRow(
    string Name,
    DemoCondition Condition,
    string State,
    string Reason,
    double Share,
    double Rate,
    int InFlight,
    double? MedianMs);
