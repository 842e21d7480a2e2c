namespace Naru.Bench;

/// <summary>A run cannot go on; the message says what to do about it.</summary>
internal sealed class BenchException(string message) : Exception(message);
