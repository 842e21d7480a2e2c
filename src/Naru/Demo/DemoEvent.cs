namespace Naru.Demo;

/// <summary>A line of the log: when, in which colour, what.</summary>
internal sealed record DemoEvent(TimeSpan At, string Colour, string Text);
