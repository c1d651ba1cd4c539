using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.V1.Runs;

/// <summary>Where in its definition a run stands.</summary>
internal readonly record struct RunPlace(int Index, string? Name)
{
    /// <summary>The first step of the definition that has not ended well; the last one when all have.</summary>
    public static RunPlace Of(Run run, WorkflowGraph? graph)
    {
        if (graph is null)
        {
            var last = Math.Max(0, run.Steps.Count - 1);
            return new(last, run.Steps.Count > 0 ? run.Steps[last].NodeId : null);
        }

        var steps = run.Steps.Where(step => step.Iteration.Length == 0).ToDictionary(step => step.NodeId, StringComparer.Ordinal);
        for (var place = 0; place < graph.Nodes.Count; place++)
        {
            var name = graph.Nodes[place].Id;
            if (!steps.TryGetValue(name, out var step) || !(step.Status is StepStatus.Succeeded or StepStatus.Skipped || step.ErrorHandled))
            {
                return new(place, name);
            }
        }

        return new(graph.Nodes.Count - 1, graph.Nodes[^1].Id);
    }

    /// <summary>The steps as they began; those of the same instant as the definition has them.</summary>
    public static IEnumerable<Step> InOrder(Run run, WorkflowGraph? graph)
    {
        if (graph is null)
        {
            return run.Steps;
        }

        var places = graph.AllNodes().Index().ToDictionary(node => node.Item.Id, node => node.Index, StringComparer.Ordinal);
        return run.Steps.OrderBy(step => step.StartedAt).ThenBy(step => places.GetValueOrDefault(step.NodeId)).ThenBy(step => step.Id);
    }
}
