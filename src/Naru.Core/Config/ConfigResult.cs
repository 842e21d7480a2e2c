using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Naru.Core.Config;

/// <summary>What became of a configuration: a snapshot, or every error of it. Warnings may come with either.</summary>
public sealed class ConfigResult
{
    private ConfigResult(Snapshot? snapshot, IReadOnlyList<ConfigProblem> errors, int errorsOmitted, IReadOnlyList<ConfigProblem> warnings)
    {
        Snapshot = snapshot;
        Errors = errors;
        ErrorsOmitted = errorsOmitted;
        Warnings = warnings;
    }

    public Snapshot? Snapshot { get; }

    /// <summary>In the order of the file; empty exactly when there is a snapshot.</summary>
    public IReadOnlyList<ConfigProblem> Errors { get; }

    /// <summary>Errors beyond <see cref="ConfigLimits.ErrorsMax"/>.</summary>
    public int ErrorsOmitted { get; }

    /// <summary>What works but is hardly meant.</summary>
    public IReadOnlyList<ConfigProblem> Warnings { get; }

    [MemberNotNullWhen(true, nameof(Snapshot))]
    public bool IsValid => Snapshot is not null;

    public static ConfigResult Valid(Snapshot snapshot, IEnumerable<ConfigProblem> warnings) =>
        new(snapshot, [], 0, [.. InFileOrder(warnings)]);

    public static ConfigResult Invalid(IEnumerable<ConfigProblem> errors, int errorsOmitted = 0, IEnumerable<ConfigProblem>? warnings = null) =>
        new(null, [.. InFileOrder(errors)], errorsOmitted, [.. InFileOrder(warnings ?? [])]);

    /// <summary>One line for each problem, errors first; empty when there is none.</summary>
    public string Report()
    {
        var report = new StringBuilder();
        foreach (var error in Errors)
            report.Append(error).Append('\n');
        if (ErrorsOmitted > 0)
            report.Append(System.Globalization.CultureInfo.InvariantCulture, $"And {ErrorsOmitted} more errors.\n");
        foreach (var warning in Warnings)
            report.Append("warning: ").Append(warning).Append('\n');
        return report.ToString();
    }

    private static IEnumerable<ConfigProblem> InFileOrder(IEnumerable<ConfigProblem> problems) =>
        problems.OrderBy(p => p.Line).ThenBy(p => p.Column);
}
