namespace Naru.Demo;

/// <summary>What the viewer did to a server.</summary>
internal enum DemoCondition
{
    Well,

    /// <summary>Answers, but late.</summary>
    Slow,

    /// <summary>Accepts and never answers: the failure that a plain connect check does not see.</summary>
    Hung,

    /// <summary>Refuses connections; those it had were reset.</summary>
    Dead,
}
