using Naru.Core.Config;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Naru.Config;

/// <summary>
/// Turns YAML into <see cref="ConfigNode"/>s from the events of YamlDotNet's parser: no types, no tags, no reflection.
/// Bounded in depth and, since aliases can multiply, in the number of values that the tree stands for.
/// Thread: the caller's; one reader, one file.
/// </summary>
internal sealed class YamlReader
{
    private readonly string _text;
    private readonly string _file;
    private readonly List<ConfigProblem> _problems = [];
    private readonly Dictionary<string, (ConfigNode Node, int Nodes)> _anchors = [];
    private readonly Parser _parser;
    private int _problemsOmitted;
    private int _nodes;

    private YamlReader(string text, string file)
    {
        _text = text;
        _file = file;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The tree, or the errors of syntax: all duplicate keys together, of everything else the first.</summary>
    public static (ConfigNode? Root, ConfigResult? Failure) Read(string text, string file)
    {
        var reader = new YamlReader(text, file);
        var root = reader.ReadGuarded();
        return root is null || reader._problems.Count > 0
            ? (null, ConfigResult.Invalid(reader._problems, reader._problemsOmitted))
            : (root, null);
    }

    private ConfigNode? ReadGuarded()
    {
        try
        {
            return ReadDocument();
        }
        catch (Refusal refusal)
        {
            Report(refusal.Line, refusal.Column, ConfigPath.Root, refusal.Message, refusal.Fix);
        }
        catch (YamlException error) when (BareReference(error.Start) is { } reference)
        {
            Report(error.Start.Line, error.Start.Column - 1, ConfigPath.Root,
                $"{Shown.Value(reference)} is not in quotes; between {{ }} or [ ] it must be.", "Put the whole value between double quotes.");
        }
        catch (YamlException error) when (error.Message.Contains(" tab ", StringComparison.Ordinal))
        {
            var (line, column) = FirstTab(error.End);
            Report(line, column, ConfigPath.Root, "a tab indents this line.", "Indent with spaces.");
        }
        catch (YamlException error)
        {
            Report(error.Start.Line, error.Start.Column, ConfigPath.Root, Sentence(error.Message), "Check indentation, quotes and colons here and just above.");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The parser meant to say something about the text and failed at that; the operator still gets the place.
            var place = _parser.Current?.End ?? Mark.Empty;
            Report(place.Line, place.Column, ConfigPath.Root, "this is not YAML.", "Check the lines from here on.");
        }
        return null;
    }

    private ConfigNode ReadDocument()
    {
        Next();
        if (Next() is not DocumentStart)
            throw Refused(_parser.Current!, "the file is empty.", "Give at least listeners and pools; samples/minimal.yaml has ten lines to start from.");
        var root = ReadNode(Next(), ConfigPath.Root, depth: 1);
        Next();
        if (Next() is DocumentStart second)
            throw Refused(second, "a second document begins.", "Keep one document in the file; remove the line ---.");
        return root;
    }

    private ParsingEvent Next() => _parser.MoveNext()
        ? _parser.Current!
        : throw new YamlException("the file ends too early.");

    private ConfigNode ReadNode(ParsingEvent next, ConfigPath path, int depth)
    {
        if (next is AnchorAlias alias)
            return Follow(alias);
        var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (depth > ConfigLimits.DepthMax)
            throw Refused(next, $"mappings and lists are nested deeper than {ConfigLimits.DepthMax}.", "The deepest key of a configuration is at depth 7.");
        if (next is not NodeEvent node)
            throw Refused(next, "a value is missing.", "Give one.");
        if (!node.Tag.IsEmpty)
            throw Refused(next, $"the tag {node.Tag.Value} is not supported.", "Remove it.");
        var before = _nodes;
        Count(next, 1);
        ConfigNode result = next switch
        {
            Scalar scalar => new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, line, column),
            SequenceStart => ReadSequence(line, column, path, depth),
            MappingStart => ReadMapping(line, column, path, depth),
            _ => throw Refused(next, "a value is missing.", "Give one."),
        };
        // Only now: a value that contains an alias of itself finds no anchor.
        if (!node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = (result, _nodes - before);
        return result;
    }

    private SequenceNode ReadSequence(int line, int column, ConfigPath path, int depth)
    {
        var items = new List<ConfigNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
            items.Add(ReadNode(next, path.Index(items.Count), depth + 1));
        return new SequenceNode(items, line, column);
    }

    private MappingNode ReadMapping(int line, int column, ConfigPath path, int depth)
    {
        var entries = new List<ConfigEntry>();
        var lines = new Dictionary<string, int>();
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            if (next is not Scalar key)
                throw Refused(next, "a key is not a single word.", "Write key: value.");
            if (!key.Anchor.IsEmpty || !key.Tag.IsEmpty)
                throw Refused(next, "a key has an anchor or tag.", "Remove it; anchors go on values.");
            var (keyLine, keyColumn) = ((int)key.Start.Line, (int)key.Start.Column);
            Count(next, 1);
            var value = ReadNode(Next(), path.Key(key.Value), depth + 1);
            if (lines.TryAdd(key.Value, keyLine))
                entries.Add(new(key.Value, keyLine, keyColumn, value));
            else
                Report(keyLine, keyColumn, path.Key(key.Value), $"stands here already, on line {lines[key.Value]}.", "Keep one of the two.");
        }
        return new MappingNode(entries, line, column);
    }

    private ConfigNode Follow(AnchorAlias alias)
    {
        if (alias.Value.Value.StartsWith(':'))
            throw Refused(alias, $"a star is no address; {Shown.Value(alias.Value.Value)} alone is every address of the machine.", $"Write \"{alias.Value.Value}\".");
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
            throw Refused(alias, $"no value above has the anchor {Shown.Value("&" + alias.Value.Value)}.", "Put the anchor before its first alias; quote a text that begins with *.");
        Count(alias, target.Nodes);
        return target.Node;
    }

    /// <summary>An alias counts as much as what it stands for: the binder will walk it that often.</summary>
    private void Count(ParsingEvent at, int nodes)
    {
        if (nodes > ConfigLimits.NodesMax - _nodes)
            throw Refused(at, $"the file stands for more than {ConfigLimits.NodesMax} values.", "Use fewer aliases.");
        _nodes += nodes;
    }

    private void Report(long line, long column, ConfigPath path, string message, string fix)
    {
        if (_problems.Count >= ConfigLimits.ErrorsMax)
            _problemsOmitted++;
        else
            _problems.Add(new(_file, (int)Math.Max(1, line), (int)Math.Max(1, column), path.ToString(), "", message, fix));
    }

    private static Refusal Refused(ParsingEvent at, string message, string fix) => new(at.Start, message, fix);

    /// <summary>
    /// The first tab that indents a line, from where the parser has come to: its error names the value before, or the mapping around.
    /// </summary>
    private (long Line, long Column) FirstTab(Mark told)
    {
        long line = Math.Max(told.Line, _parser.Current?.End.Line ?? 1);
        foreach (var text in _text.Split('\n').Skip((int)line - 1))
        {
            int tab = text.IndexOf('\t');
            if (tab >= 0 && text.AsSpan(0, tab).Trim(' ').IsEmpty)
                return (line, tab + 1);
            line++;
        }

        return (told.Line, told.Column);
    }

    /// <summary>
    /// The reference to the environment whose brace the parser took for the beginning of a mapping, as it does where
    /// braces and brackets have a meaning; null: the error is another one.
    /// </summary>
    private string? BareReference(Mark at)
    {
        int brace = (int)at.Index;
        if (brace < 1 || brace >= _text.Length || _text[brace - 1] != '$' || _text[brace] != '{')
            return null;
        int end = _text.AsSpan(brace).IndexOfAny("}\r\n");
        return end > 0 && _text[brace + end] == '}' ? _text.Substring(brace - 1, end + 2) : null;
    }

    /// <summary>The parser's words, as one sentence on one line.</summary>
    private static string Sentence(string message)
    {
        var words = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return words.Length == 0 ? "this is not YAML." : $"this is not YAML: {char.ToLowerInvariant(words[0])}{words[1..]}.";
    }

    /// <summary>Ends the reading from any depth; caught in this file alone.</summary>
    private sealed class Refusal(Mark at, string message, string fix) : Exception(message)
    {
        public long Line => at.Line;

        public long Column => at.Column;

        public string Fix => fix;
    }
}
