using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A list; where <paramref name="takesSingle"/> says so, a single value is a list of one.</summary>
/// <param name="noun">Of the items, in the plural.</param>
/// <param name="identity">What two items may not share; null: items may repeat.</param>
/// <param name="emptyFix">What to do about an empty list where at least one item is needed.</param>
internal sealed class ListKind<T>(
    ConfigKind<T> item,
    string noun,
    int min,
    int max,
    bool takesSingle = false,
    Func<T, string>? identity = null,
    string? emptyFix = null) : ConfigKind<IReadOnlyList<T>>
{
    public override string Expected => takesSingle ? $"{item.Expected}, or a list of them" : $"a list of {noun}";

    public override (string, SectionDescription)? Inner =>
        item.Inner is { } inner ? ("[]" + inner.Suffix, inner.Section) : null;

    public override bool TryRead(Cursor at, out IReadOnlyList<T> value)
    {
        value = [];
        if (takesSingle && at.Node is not SequenceNode)
        {
            if (!item.TryRead(at, out var single))
                return false;
            value = [single];
            return true;
        }
        if (at.Node is ScalarNode { IsMissing: true })
            return at.Fail("has no value.", $"Give {Expected}, or remove the key.");
        if (at.Node is not SequenceNode list)
            return at.Fail($"{at.Written} cannot stand here.", $"Give {Expected}.");
        if (list.Items.Count < min)
            return at.Fail("is an empty list.", emptyFix ?? $"Give at least {min} of the {noun}.");
        if (list.Items.Count > max)
            return at.Fail($"{list.Items.Count} are too many.", $"Give at most {max} {noun}.");
        return TryReadItems(at, list, out value);
    }

    public override string Format(IReadOnlyList<T> value) =>
        takesSingle && value.Count == 1 ? item.Format(value[0]) : $"[{string.Join(", ", value.Select(item.Format))}]";

    public override JsonNode? Json(IReadOnlyList<T> value) =>
        takesSingle && value.Count == 1 ? item.Json(value[0]) : new JsonArray([.. value.Select(item.Json)]);

    public override JsonObject Schema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["maxItems"] = max };
        if (min > 0)
            list["minItems"] = min;
        return takesSingle ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(), list) } : list;
    }

    private bool TryReadItems(Cursor at, SequenceNode list, out IReadOnlyList<T> value)
    {
        var items = new List<T>(list.Items.Count);
        var seen = new Dictionary<string, int>();
        var isRight = true;
        for (var i = 0; i < list.Items.Count; i++)
        {
            var place = at.Item(i, list.Items[i]);
            if (!item.TryRead(place, out var next))
                isRight = false;
            else if (identity is not null && !seen.TryAdd(identity(next), i))
                isRight = place.Fail($"stands in the list already, as [{seen[identity(next)]}].", "Remove one of the two.");
            else
                items.Add(next);
        }
        value = items;
        return isRight;
    }
}
