namespace Naru.Core.Routing;

/// <summary>Grows the tries of one <see cref="PathTrie"/> and lays them flat, level by level. Used once, at reload.</summary>
internal sealed class PathTrieBuilder
{
    private readonly List<Branch> _roots = [];

    /// <returns>The root's index in the finished trie.</returns>
    public int AddRoot()
    {
        _roots.Add(new Branch([]));
        return _roots.Count - 1;
    }

    public void SetExact(int root, ReadOnlySpan<byte> path, int candidates) => Grow(_roots[root], path).Exact = candidates;

    /// <param name="path">The prefix without its <c>/*</c>.</param>
    public void SetPrefix(int root, ReadOnlySpan<byte> path, int candidates) => Grow(_roots[root], path).Prefix = candidates;

    public PathTrie Build()
    {
        // Roots first, then each branch's children together: brothers are adjacent and follow their parent.
        var order = new List<Branch>(_roots);
        var nodes = new List<PathTrie.Node>();
        var parents = Enumerable.Repeat(PathTrie.None, _roots.Count).ToList();
        var labels = new List<byte>();
        for (var i = 0; i < order.Count; i++)
        {
            var branch = order[i];
            nodes.Add(new PathTrie.Node
            {
                LabelStart = labels.Count,
                LabelLength = branch.Label.Length,
                FirstChild = order.Count,
                ChildCount = branch.Children.Count,
                Exact = branch.Exact,
                Prefix = branch.Prefix,
                ShorterPrefix = PathTrie.None,
            });
            labels.AddRange(branch.Label);
            order.AddRange(branch.Children.Values);
            parents.AddRange(Enumerable.Repeat(i, branch.Children.Count));
        }
        var flat = nodes.ToArray();
        var text = labels.ToArray();
        LinkPrefixes(flat, parents, text);
        return new PathTrie(flat, [.. order.Select(b => b.Label.Length > 0 ? b.Label[0] : (byte)0)], text);
    }

    /// <summary>
    /// Gives each prefix the next shorter one that covers it: the nearest ancestor with a prefix from which a slash
    /// leads on. So a failed method or field climbs from prefix to prefix without walking the path again.
    /// </summary>
    private static void LinkPrefixes(PathTrie.Node[] nodes, List<int> parents, byte[] labels)
    {
        var covering = new int[nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            var parent = parents[i];
            covering[i] = parent == PathTrie.None ? PathTrie.None
                : nodes[parent].Prefix != PathTrie.None && labels[nodes[i].LabelStart] == '/' ? parent
                : covering[parent];
            nodes[i].ShorterPrefix = covering[i];
        }
    }

    private static Branch Grow(Branch at, ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            if (!at.Children.TryGetValue(path[0], out var child))
            {
                child = new Branch(path.ToArray());
                at.Children.Add(path[0], child);
                return child;
            }
            var common = path.CommonPrefixLength(child.Label);
            if (common < child.Label.Length)
                child = Split(at, child, common);
            path = path[common..];
            at = child;
        }
        return at;
    }

    /// <summary>Puts a new branch in the middle of a label that forks after <paramref name="length"/> bytes.</summary>
    private static Branch Split(Branch parent, Branch child, int length)
    {
        var fork = new Branch(child.Label[..length]);
        child.Label = child.Label[length..];
        fork.Children.Add(child.Label[0], child);
        parent.Children[fork.Label[0]] = fork;
        return fork;
    }

    private sealed class Branch(byte[] label)
    {
        public readonly SortedDictionary<byte, Branch> Children = [];
        public byte[] Label = label;
        public int Exact = PathTrie.None;
        public int Prefix = PathTrie.None;
    }
}
