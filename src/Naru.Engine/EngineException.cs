namespace Naru.Engine;

/// <summary>The engine cannot start or reload; the message is one line for the operator: what, where, how to mend it.</summary>
public sealed class EngineException(string message) : Exception(message);
