using System.Globalization;
using System.Text;

namespace Naru.Core.Config;

/// <summary>Where in the tree a value stands: <c>pools.web.servers[1].weight</c>. Written out only when a message needs it.</summary>
public sealed class ConfigPath
{
    public static readonly ConfigPath Root = new(null, "", -1);

    private readonly ConfigPath? _parent;
    private readonly string _key;
    private readonly int _index;

    private ConfigPath(ConfigPath? parent, string key, int index) => (_parent, _key, _index) = (parent, key, index);

    public ConfigPath Key(string key) => new(this, key, -1);

    public ConfigPath Index(int index) => new(this, "", index);

    /// <summary>The last step: a key, or an item with the list it stands in (<c>routes[2]</c>).</summary>
    public string Last => _index < 0 ? _key : string.Create(CultureInfo.InvariantCulture, $"{_parent!.Last}[{_index}]");

    public override string ToString()
    {
        var parts = new Stack<ConfigPath>();
        for (var part = this; part._parent is not null; part = part._parent)
            parts.Push(part);
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part._index >= 0)
                text.Append(CultureInfo.InvariantCulture, $"[{part._index}]");
            else
                text.Append(text.Length > 0 ? "." : "").Append(Shown.Value(part._key));
        }
        return text.ToString();
    }
}
