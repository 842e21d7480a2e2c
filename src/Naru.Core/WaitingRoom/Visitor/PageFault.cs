namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>A mistake in the operator's template or messages.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">What is wrong and what would be right.</param>
public readonly record struct PageFault(int Line, string Text);
