namespace Naru.SystemTests;

public class HarnessTests
{
    [Fact]
    public void TheProgramIsBuiltBesideTheTests() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "naru.dll")));
}
