using Solya.Workflows.Wire;

namespace Solya.Workflows.Definitions;

/// <summary>By which face a workflow was stored; says who executes it, and what its definition looks like.</summary>
public enum WorkflowFace
{
    /// <summary>Executed outside; the definition stands in <see cref="Workflow.FlowDefinition"/>.</summary>
    [Wire("DATA_PLATFORM")]
    DataPlatform,

    /// <summary>Executed by the engine from a list of steps; its only version never changes.</summary>
    [Wire("V1")]
    V1,

    /// <summary>Executed by the engine from a graph; every change is a new version.</summary>
    [Wire("GRAPH")]
    Graph,
}
