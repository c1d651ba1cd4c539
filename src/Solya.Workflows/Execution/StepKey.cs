using System.Globalization;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Execution;

/// <summary>Which execution of which node.</summary>
/// <param name="Iteration">Empty outside of lists; within one the item's place, <c>2</c>, and within a list of a list
/// <c>2.0</c>.</param>
public readonly record struct StepKey(string NodeId, string Iteration)
{
    /// <summary>The step's id in a run; outside of lists the same that a reported step of that node has.</summary>
    // No name holds a zero character, so no name can look like another one's iteration.
    public Guid IdIn(Guid runId) => StepIds.Of(runId, Iteration.Length == 0 ? NodeId : $"{NodeId}\0{Iteration}");

    /// <summary>
    /// What the step's effects are known by, on every attempt: run, node, iteration. Fit for a header: where the node's
    /// name is not made of ASCII letters, digits, <c>-</c> and <c>_</c> the step's id stands for node and iteration.
    /// </summary>
    public string EffectIdIn(Guid runId)
    {
        var run = PublicId.Format(PublicId.Run, runId);
        return NodeId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? Iteration.Length == 0 ? $"{run}.{NodeId}" : $"{run}.{NodeId}.{Iteration}"
            : $"{run}.{PublicId.Format(PublicId.Step, IdIn(runId))}";
    }

    /// <summary>Whether this is of that iteration or of a list inside of it.</summary>
    public bool IsWithin(string iteration)
        => iteration.Length == 0 || Iteration == iteration || Iteration.StartsWith(iteration + '.', StringComparison.Ordinal);

    public static string Within(string iteration, int place)
        => iteration.Length == 0
            ? place.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{iteration}.{place}");
}
