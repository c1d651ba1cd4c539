using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>As what a terminate node ends its run.</summary>
public enum TerminateStatus
{
    [Wire("completed")]
    Completed,

    /// <summary>The run fails with TERMINATED and the node's message.</summary>
    [Wire("failed")]
    Failed,
}
