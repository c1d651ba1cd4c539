namespace Solya.Workflows.Steps;

/// <summary>An executor's word that a node of a run starts, or starts again.</summary>
/// <param name="StartedAt">Null when the executor left it to the server's clock; only a given one lets a repeat be
/// recognised as a redelivery.</param>
/// <param name="ReceivedAt">When the service took the report in; the default of every time it leaves open.</param>
public sealed record StepReport(
    string OrganizationId,
    Guid RunId,
    Guid StepId,
    string NodeId,
    NodeType NodeType,
    ActionType? ActionType,
    string? ResolvedInput,
    StepStatus Status,
    DateTimeOffset? StartedAt,
    DateTimeOffset ReceivedAt);
