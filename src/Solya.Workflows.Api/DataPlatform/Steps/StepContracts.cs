using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.DataPlatform.Steps;

/// <param name="NodeId">Unique node identifier from the workflow flow definition.</param>
/// <param name="NodeType">Node type: TRIGGER (entry point) or ACTION (executable step).</param>
/// <param name="ActionType">Action type for ACTION nodes; null or omitted for TRIGGER nodes.</param>
/// <param name="ResolvedInput">Resolved input parameters passed to the node after variable substitution; kept as sent.</param>
/// <param name="StartedAt">When this node started executing; the server's time when left out. A repeat with the recorded time
/// is a redelivery and changes nothing.</param>
/// <param name="Status">Initial status; RUNNING when left out.</param>
public sealed record CreateStepRequest(
    string? OrganizationId,
    string? NodeId,
    NodeType? NodeType,
    ActionType? ActionType,
    RawJson? ResolvedInput,
    DateTimeOffset? StartedAt,
    StepStatus? Status)
    : IBodyRequest<CreateStepRequest>
{
    static CreateStepRequest IBodyRequest<CreateStepRequest>.Read(JsonFields body) => ReadWith(body, body.Text("organizationId"));

    internal static CreateStepRequest ReadWith(JsonFields body, string? organizationId) => new(
        organizationId,
        body.Text("nodeId"),
        body.Enum<NodeType>("nodeType"),
        body.NullableEnum<ActionType>("actionType"),
        body.OptionalDocument("resolvedInput"),
        body.OptionalInstant("startedAt"),
        body.OptionalEnum<StepStatus>("status"));

    internal StepReport ToReport(Guid runId, DateTimeOffset now) => new(
        OrganizationId!,
        runId,
        StepIds.Of(runId, NodeId!),
        NodeId!,
        NodeType!.Value,
        ActionType,
        ResolvedInput?.Text,
        Status ?? StepStatus.Running,
        StartedAt,
        now);
}

public sealed record CreateStepResponse(string StepId, StepStatus Status, long RetryCount)
{
    internal static CreateStepResponse Of(StepReceipt receipt) => new(PublicId.Format(PublicId.Step, receipt.StepId), receipt.Status, receipt.RetryCount);
}

public sealed record GetStepQuery(string? OrganizationId) : IQueryRequest<GetStepQuery>
{
    static GetStepQuery IQueryRequest<GetStepQuery>.Read(QueryFields query) => new(query.Text("organizationId"));
}

/// <summary>The whole step.</summary>
public sealed record StepResponse(
    string StepId,
    string RunId,
    string OrganizationId,
    string NodeId,
    NodeType NodeType,
    ActionType? ActionType,
    StepStatus Status,
    long RetryCount,
    RawJson? ResolvedInput,
    RawJson? Output,
    string? ErrorCode,
    string? ErrorMessage,
    RawJson? ErrorDetails,
    string? Logs,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt,
    long? DurationMs,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static StepResponse Of(Step step) => new(
        PublicId.Format(PublicId.Step, step.Id),
        PublicId.Format(PublicId.Run, step.RunId),
        step.OrganizationId,
        step.NodeId,
        step.NodeType,
        step.ActionType,
        step.Status,
        step.RetryCount,
        RawJson.Of(step.ResolvedInput),
        RawJson.Of(step.Output),
        step.ErrorCode,
        step.ErrorMessage,
        RawJson.Of(step.ErrorDetails),
        step.Logs,
        step.StartedAt,
        step.CompletedAt,
        step.DurationMs,
        step.CreatedAt,
        step.UpdatedAt);
}
