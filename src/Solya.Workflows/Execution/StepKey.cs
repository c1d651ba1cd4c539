using System.Globalization;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Execution;

/// <summary>Which execution of which node.</summary>
/// <param name="Iteration">Empty outside of lists; within one the item's place, <c>2</c>, and within a list of a list
/// <c>2.0</c>.</param>
public readonly record struct StepKey(string NodeId, string Iteration)
{
    /// <summary>The step's id in a run; outside of lists the same that a reported step of that node has.</summary>
    public Guid IdIn(Guid runId) => StepIds.Of(runId, Iteration.Length == 0 ? NodeId : $"{NodeId}\u001F{Iteration}");

    /// <summary>What the step's effects are known by, on every attempt: run, node, iteration.</summary>
    public string EffectIdIn(Guid runId)
        => Iteration.Length == 0 ? $"{PublicId.Format(PublicId.Run, runId)}.{NodeId}" : $"{PublicId.Format(PublicId.Run, runId)}.{NodeId}.{Iteration}";

    public static string Within(string iteration, int place)
        => iteration.Length == 0
            ? place.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{iteration}.{place}");
}
