using Solya.Workflows.Execution;

namespace Solya.Workflows.Runs;

/// <summary>A wish for a run that the engine executes.</summary>
/// <param name="IdempotencyKey">Unique in the organization for as long as its run is kept: a repeat finds the run that has it.</param>
/// <param name="Input">A JSON object.</param>
/// <param name="ScheduledFor">The tick of the workflow's schedule that wants it; null when something else does.</param>
public sealed record RunCreation(string OrganizationId, Guid WorkflowId, JsonText Input, string? IdempotencyKey, DateTimeOffset? ScheduledFor = null);

/// <summary>What became of a <see cref="RunCreation"/>.</summary>
public enum CreationOutcome
{
    Created,

    /// <summary>The idempotency key belongs to a run already.</summary>
    Existing,

    /// <summary>There is no such definition, or it takes no new runs.</summary>
    DefinitionNotFound,
}

/// <param name="RunId">The run that was created or found.</param>
public readonly record struct CreationReceipt(CreationOutcome Outcome, Guid RunId = default, DateTimeOffset CreatedAt = default, int WorkflowVersion = 0);
