using System.Text;

namespace Naru.Core.Config;

/// <summary>
/// Resolves <c>${NAME}</c> and <c>${NAME:-default}</c> inside scalars; <c>$${</c> stands for a plain <c>${</c>.
/// What a reference resolves to is not looked at again, so a variable cannot smuggle in another reference.
/// </summary>
internal static class EnvironmentReferences
{
    public static bool IsIn(string text) => text.Contains("${", StringComparison.Ordinal);

    public static bool TryResolve(Cursor at, string text, out string resolved)
    {
        resolved = text;
        if (!IsIn(text))
            return true;
        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (true)
        {
            var start = rest.IndexOf("${");
            if (start < 0)
                break;
            if (start > 0 && rest[start - 1] == '$')
            {
                result.Append(rest[..(start - 1)]).Append("${");
                rest = rest[(start + 2)..];
                continue;
            }
            result.Append(rest[..start]);
            rest = rest[(start + 2)..];
            var end = rest.IndexOf('}');
            if (end < 0)
                return at.Fail($"{Shown.Value(text)} has a ${{ without its }}.", "Close it, or write $${ for a plain ${.");
            if (!TryValue(at, rest[..end].ToString(), out var value))
                return false;
            result.Append(value);
            rest = rest[(end + 1)..];
        }
        resolved = result.Append(rest).ToString();
        return true;
    }

    private static bool TryValue(Cursor at, string reference, out string value)
    {
        var split = reference.IndexOf(":-", StringComparison.Ordinal);
        var name = split < 0 ? reference : reference[..split];
        value = "";
        if (!IsName(name) || reference.Contains("${", StringComparison.Ordinal))
            return at.Fail($"{Shown.Value($"${{{reference}}}")} is not a reference to an environment variable.",
                "Write ${NAME} or ${NAME:-default}, with letters, digits and _ in the name, or $${ for a plain ${.");
        var variable = at.Session.Sources.Variable(name);
        // As in a shell, :- also covers a variable that is set but empty.
        if (split >= 0)
            value = string.IsNullOrEmpty(variable) ? reference[(split + 2)..] : variable;
        else if (variable is null)
            return at.Fail($"the environment variable {name} is not set.", $"Set it, or write ${{{name}:-default}}.");
        else
            value = variable;
        return true;
    }

    private static bool IsName(string name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        return name.Length is > 0 and <= 2 * ConfigLimits.NameCharactersMax && !char.IsAsciiDigit(name[0]);
    }
}
