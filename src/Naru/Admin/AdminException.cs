namespace Naru.Admin;

/// <summary>The admin cannot start; the message is one line for the operator.</summary>
/// <param name="isConfiguration">The configuration must change; otherwise the machine (a busy port) is in the way.</param>
internal sealed class AdminException(string message, bool isConfiguration = true) : Exception(message)
{
    public bool IsConfiguration { get; } = isConfiguration;
}
