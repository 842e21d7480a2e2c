namespace Naru.SystemTests.Harness;

/// <summary>Tests that load the machine or measure it: nothing else runs beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
