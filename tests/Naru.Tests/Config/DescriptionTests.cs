using System.Reflection;
using Naru.Admin;
using Naru.Core.Config;
using Naru.Core.Config.Keys;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.Config;

/// <summary>The description of the keys against the binder that reads by it.</summary>
public class DescriptionTests
{
    /// <summary>A key that is described but never read would be swallowed in silence: so put nonsense into each, and look for its error.</summary>
    [Fact]
    public void EveryDescribedKeyIsRead()
    {
        var keys = Keys("", RootKeys.Section.Description).ToArray();
        Assert.True(keys.Length > 120);
        foreach (var path in keys)
        {
            var yaml = Nonsense(path);
            Assert.True(ConfigText.Load(yaml).Errors.Any(e => (e.Path == path || e.Path.StartsWith(path + "[", StringComparison.Ordinal)) && !e.Message.Contains("missing", StringComparison.Ordinal)),
                $"nobody reads {path}:\n{yaml}\n{ConfigText.Load(yaml).Report()}");
        }
    }

    [Fact]
    public void EveryKeyIsDocumentedInASentence() => Assert.All(
        Sections(RootKeys.Section.Description).SelectMany(s => s.Keys),
        key => Assert.EndsWith(".", key.Documentation));

    [Fact]
    public void LimitsFitEachOther()
    {
        Assert.True(ConfigLimits.HeaderBytesMin <= new ListenerLimits().HeaderBytes && new ListenerLimits().HeaderBytes <= ConfigLimits.HeaderBytesMax);
        Assert.True(ConfigLimits.RespondBodyBytesMax < ConfigLimits.FileBytesMax);
        Assert.True(ConfigLimits.DepthMax > Keys("", RootKeys.Section.Description).Max(path => path.Split('.', '[').Length));
        // A file without aliases never reaches the limit on values: each takes a byte at least, and one to part it from the next.
        Assert.True(ConfigLimits.NodesMax > ConfigLimits.FileBytesMax / 2);
        Assert.True(ConfigLimits.CheckTimeoutMin <= ConfigLimits.CheckIntervalMin && ConfigLimits.CheckIntervalMax <= ConfigLimits.TimeoutMax);
        Assert.True(ConfigLimits.SessionMin < ConfigLimits.SessionUsual && ConfigLimits.SessionUsual <= new WaitingRoomOptions { Name = "" }.Session);
        Assert.Equal(RoomLimits.SlotsMax, ConfigLimits.ActiveMax);
        Assert.True(RoomRequest.MessageBytesMax <= RoomLimits.MessageBytesMax);
        Assert.All(typeof(ConfigLimits).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(int)),
            field => Assert.True((int)field.GetValue(null)! > 0, field.Name));
    }

    private static IEnumerable<SectionDescription> Sections(SectionDescription section) =>
        section.Keys.Where(k => k.Kind.Inner is not null).SelectMany(k => Sections(k.Kind.Inner!.Value.Section)).Prepend(section);

    /// <summary>Every key as a path with the first item of lists and a pool called x.</summary>
    private static IEnumerable<string> Keys(string path, SectionDescription section)
    {
        foreach (var key in section.Keys)
        {
            var own = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            yield return own;
            if (key.Kind.Inner is { } inner)
                foreach (var deeper in Keys(own + inner.Suffix.Replace("[]", "[0]").Replace("NAME", "x"), inner.Section))
                    yield return deeper;
        }
    }

    /// <summary><c>a[0].b</c> becomes <c>{a: [{b: [[nonsense]]}]}</c>, which no key takes.</summary>
    private static string Nonsense(string path)
    {
        var opened = "";
        var closed = "";
        foreach (var step in path.Split('.'))
        {
            var isItem = step.EndsWith("[0]", StringComparison.Ordinal);
            opened += $"{{{step.Replace("[0]", "")}: {(isItem ? "[" : "")}";
            closed = (isItem ? "]" : "") + "}" + closed;
        }
        return $"{opened}[[nonsense]]{closed}";
    }
}
