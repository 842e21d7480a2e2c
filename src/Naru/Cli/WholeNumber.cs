using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Naru.Cli;

/// <summary>Numbers of the command line, refused in words.</summary>
internal static class WholeNumber
{
    /// <summary>For <c>Option.CustomParser</c>.</summary>
    public static T Parse<T>(ArgumentResult result)
        where T : struct, INumber<T>
    {
        var token = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"'{token}' is not a whole number; write it in digits, as {(result.Parent as OptionResult)?.IdentifierToken?.Value} 10");
        return default;
    }
}
