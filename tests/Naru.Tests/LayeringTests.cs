namespace Naru.Tests;

public class LayeringTests
{
    [Fact]
    public void CoreReferencesOnlyTheBaseClassLibrary()
    {
        var references = typeof(Naru.Core.Config.Snapshot).Assembly.GetReferencedAssemblies();
        Assert.All(references, r => Assert.StartsWith("System", r.Name));
    }
}
