using Solya.Workflows.Wire;

namespace Solya.Workflows.Definitions;

/// <summary>What the document of a version is.</summary>
public enum WorkflowFormat
{
    /// <summary>A JSON array of steps, done one after the other.</summary>
    [Wire("STEPS")]
    Steps,

    /// <summary>A JSON object of nodes and edges.</summary>
    [Wire("GRAPH")]
    Graph,
}
