namespace Naru.Core.Routing;

/// <summary>
/// The path patterns of all hosts as radix tries in one flat array, one root a host. Brothers lie side by side, their
/// first bytes in an array of their own: a step down is one vectorised search, however many brothers there are.
/// Owner: <see cref="RouteTable"/>. Immutable. Invariant: a parent's index is smaller than its children's.
/// </summary>
internal sealed class PathTrie(PathTrie.Node[] nodes, byte[] firstBytes, byte[] labels)
{
    public const int None = -1;

    /// <summary>Indexes are <see cref="None"/> where there is nothing.</summary>
    internal struct Node
    {
        /// <summary>The bytes that lead here from the parent.</summary>
        public int LabelStart, LabelLength;

        public int FirstChild, ChildCount;

        /// <summary>Candidates of the exact path that ends here.</summary>
        public int Exact;

        /// <summary>Candidates of the prefix that ends here.</summary>
        public int Prefix;

        /// <summary>The next shorter prefix that covers the prefix that ends here.</summary>
        public int ShorterPrefix;
    }

    /// <summary>Walks down as far as the path leads.</summary>
    /// <param name="exact">The node whose exact path this is, or <see cref="None"/>.</param>
    /// <param name="prefix">The node of the longest prefix that covers the path, or <see cref="None"/>.</param>
    /// <param name="steps">Grows by the nodes looked at.</param>
    public void Walk(int root, ReadOnlySpan<byte> path, out int exact, out int prefix, ref int steps)
    {
        exact = None;
        prefix = None;
        var at = root;
        while (true)
        {
            steps++;
            ref readonly var node = ref nodes[at];
            // `/api/*` covers `/api` and `/api/x`, not `/apix`.
            if (node.Prefix != None && (path.IsEmpty || path[0] == '/'))
                prefix = at;
            if (path.IsEmpty)
            {
                if (node.Exact != None)
                    exact = at;
                return;
            }
            var child = firstBytes.AsSpan(node.FirstChild, node.ChildCount).IndexOf(path[0]);
            if (child < 0)
                return;
            at = node.FirstChild + child;
            ref readonly var next = ref nodes[at];
            // Its first byte has led here.
            if (next.LabelLength > 1 && !path.StartsWith(labels.AsSpan(next.LabelStart, next.LabelLength)))
                return;
            path = path[next.LabelLength..];
        }
    }

    public int ExactAt(int node) => nodes[node].Exact;

    public int PrefixAt(int node) => nodes[node].Prefix;

    public int ShorterPrefix(int node) => nodes[node].ShorterPrefix;
}
