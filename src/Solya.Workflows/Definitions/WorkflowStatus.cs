using Solya.Workflows.Wire;

namespace Solya.Workflows.Definitions;

/// <summary>What may be done with a stored workflow. People move it freely; only ACTIVE takes new runs.</summary>
public enum WorkflowStatus
{
    /// <summary>Being written; its flow may be missing.</summary>
    [Wire("DRAFT")]
    Draft,

    /// <summary>Takes new runs.</summary>
    [Wire("ACTIVE")]
    Active,

    /// <summary>Takes no new runs for now.</summary>
    [Wire("PAUSED")]
    Paused,

    /// <summary>Kept for its history.</summary>
    [Wire("ARCHIVED")]
    Archived,
}
