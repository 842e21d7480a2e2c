using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Naru.SystemTests.Browser;

/// <summary>Asks axe-core what on a page keeps somebody out: contrast, names, roles, languages, landmarks.</summary>
internal static class Axe
{
    private const string Run = """
        async () => {
            const found = await axe.run(document, { resultTypes: ['violations'] });
            return JSON.stringify(found.violations.map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map(n => n.html).join(' ')}`));
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    public static async Task AssertOpenToAllAsync(IPage page, string what)
    {
        // Movement would be judged in the middle of it.
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.EvaluateAsync(Script);
        var violations = JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>(Run))!;
        Assert.True(violations.Length == 0, $"{what}: {string.Join("\n", violations)}");
    }
}
