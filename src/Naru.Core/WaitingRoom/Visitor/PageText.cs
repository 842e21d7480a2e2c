using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// Text with places for values: pieces of UTF-8, each followed by a field. Compiled once; immutable.
/// </summary>
internal sealed class PageText
{
    private readonly Piece[] _pieces;

    private PageText(Piece[] pieces) => _pieces = pieces;

    public ReadOnlySpan<Piece> Pieces => _pieces;

    public bool Shows(PageField field) => _pieces.Any(p => p.Field == field);

    /// <param name="texts">Of the fields that are texts themselves.</param>
    public int BytesMax(Func<PageField, int> texts) => _pieces.Sum(p => p.Literal.Length + Math.Max(p.Field.BytesMax(), texts(p.Field)));

    /// <summary>A message: <c>{name}</c> is a field where the name is known, everything else is text and escaped.</summary>
    public static PageText OfMessage(string message)
    {
        var builder = new Builder();
        builder.AddMessage(message);
        return builder.Build();
    }

    public readonly record struct Piece(byte[] Literal, PageField Field);

    public sealed class Builder
    {
        private readonly List<Piece> _pieces = [];
        private readonly StringBuilder _literal = new();

        /// <summary>HTML, taken as it is.</summary>
        public void AddHtml(ReadOnlySpan<char> html) => _literal.Append(html);

        public void AddText(string text) => _literal.Append(PageHtml.Escape(text));

        public void AddField(PageField field)
        {
            _pieces.Add(new Piece(Encoding.UTF8.GetBytes(_literal.ToString()), field));
            _literal.Clear();
        }

        public void AddMessage(string message)
        {
            int from = 0;
            for (int at = message.IndexOf('{'); at >= 0; at = message.IndexOf('{', at + 1))
            {
                int end = message.IndexOf('}', at);
                if (end < 0)
                    break;
                if (!PageFields.InMessages.TryGetValue(message[(at + 1)..end], out var field))
                    continue;
                AddText(message[from..at]);
                AddField(field);
                from = end + 1;
            }

            AddText(message[from..]);
        }

        public PageText Build()
        {
            AddField(PageField.None);
            var pieces = _pieces.ToArray();
            _pieces.Clear();
            return new PageText(pieces);
        }
    }
}
