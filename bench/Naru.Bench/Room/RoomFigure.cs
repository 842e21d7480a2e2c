namespace Naru.Bench.Room;

/// <summary>One operation of the waiting room, measured inside this process on one thread.</summary>
/// <param name="MaxNanoseconds">Of CPU time an operation; NaN: told, not judged.</param>
/// <param name="Prepare">Returns what does so many operations.</param>
/// <param name="Allocates">It grows the line, so it may allocate; all others must not.</param>
internal sealed record RoomFigure(string Name, double MaxNanoseconds, Func<Action<int>> Prepare, bool Allocates = false);
