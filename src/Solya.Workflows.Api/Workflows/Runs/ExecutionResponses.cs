using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Workflows.Definitions;
using Solya.Workflows.Definitions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Schedules;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>The workflow of a run, with the graph that the run executes.</summary>
/// <param name="WebhookUrl">Masked.</param>
/// <param name="Runs">Always empty here.</param>
public sealed record ExecutedWorkflow(
    string Id,
    string Name,
    string? Description,
    RawJsonArray Nodes,
    RawJsonArray Edges,
    ScheduleType ScheduleType,
    string? ScheduleValue,
    DateTimeOffset? NextRunAt,
    bool IsActive,
    string? WebhookUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    AuthorizationResponse? Authorization,
    RawJsonArray Runs)
{
    private static readonly RawJsonArray NoRuns = new("[]");

    internal static ExecutedWorkflow Of(StoredWorkflow stored, HttpRequest request)
    {
        var workflow = stored.Workflow;
        var (nodes, edges) = WorkflowGraphs.Of(stored);
        return new(
            PublicId.Format(PublicId.Flow, workflow.Id),
            workflow.Name,
            workflow.Description,
            nodes,
            edges,
            workflow.ScheduleType ?? ScheduleRule.Manual.Type,
            workflow.ScheduleValue,
            workflow.NextRunAt,
            workflow.Status == WorkflowStatus.Active,
            WebhookUrls.Masked(workflow, request),
            workflow.CreatedAt,
            workflow.UpdatedAt,
            AuthorizationResponse.Of(workflow),
            NoRuns);
    }
}

/// <summary>How a node ended.</summary>
/// <param name="ComponentId">What the node is.</param>
/// <param name="Status">success, failed, skipped or cancelled.</param>
/// <param name="Output">What the node produced; of a failed one its error; <c>{}</c> when there is nothing.</param>
/// <param name="CreatedAt">When it ended.</param>
public sealed record LogResponse(string Id, string ExecutionId, string NodeId, string? ComponentId, string Status, RawJson Output, DateTimeOffset CreatedAt)
{
    private static readonly RawJson Nothing = new("{}");

    internal static LogResponse Of(Step step, IReadOnlyDictionary<string, string> components) => new(
        PublicId.Format(PublicId.FlowLog, step.Id),
        PublicId.Format(PublicId.FlowRun, step.RunId),
        step.NodeId,
        components.GetValueOrDefault(step.NodeId) ?? step.Kind,
        LogStatus.Of(step.Status),
        RawJson.Of(step.Output) ?? ErrorOf(step) ?? Nothing,
        step.CompletedAt ?? step.UpdatedAt);

    private static RawJson? ErrorOf(Step step) => step.ErrorCode is null && step.ErrorMessage is null
        ? null
        : new(Execution.Json.Write(writer =>
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", step.ErrorCode);
            writer.WriteString("message", step.ErrorMessage);
            if (step.ErrorDetails is { } details)
            {
                writer.WritePropertyName("details");
                writer.WriteRawValue(details, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }));
}

/// <summary>A run with its workflow and what its nodes came to.</summary>
/// <param name="Status">pending, running, waiting, paused, completed, failed or cancelled.</param>
/// <param name="TriggerPayload">The context, the tick or the request that started it, as it came.</param>
/// <param name="DurationInSeconds">From start to end; null until it has ended.</param>
/// <param name="Workflow">Null for a run that an executor outside made up itself.</param>
/// <param name="Logs">The nodes that have ended, in the order in which they did.</param>
public sealed record ExecutionResponse(
    string Id,
    string Status,
    RawJson TriggerPayload,
    string? ErrorMessage,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    long? DurationInSeconds,
    DateTimeOffset CreatedAt,
    ExecutedWorkflow? Workflow,
    IReadOnlyList<LogResponse> Logs)
{
    /// <param name="graph">Null for a run that is executed outside, or has no steps yet.</param>
    internal static ExecutionResponse Of(Run run, StoredWorkflow? stored, WorkflowGraph? graph, HttpRequest request)
    {
        var summary = ExecutionSummary.Of(run);
        var components = stored is null || run.Steps.Count == 0 ? new Dictionary<string, string>() : WorkflowGraphs.Components(WorkflowGraphs.Of(stored).Nodes);
        return new(
            summary.Id,
            summary.Status,
            summary.TriggerPayload,
            summary.ErrorMessage,
            summary.StartedAt,
            summary.CompletedAt,
            summary.DurationInSeconds,
            summary.CreatedAt,
            stored is null ? null : ExecutedWorkflow.Of(stored, request),
            [.. InOrder(run, graph).Select(step => LogResponse.Of(step, components))]);
    }

    // Nodes without an effect end in the same instant, one after the other.
    private static IEnumerable<Step> InOrder(Run run, WorkflowGraph? graph)
    {
        var places = (graph?.Order.Select(place => graph.Nodes[place]) ?? [])
            .SelectMany(node => WorkflowGraph.BodiesOf(node).SelectMany(body => body.AllNodes()).Append(node))
            .Index()
            .ToDictionary(node => node.Item.Id, node => node.Index, StringComparer.Ordinal);
        return run.Steps.Where(step => step.Status.IsTerminal())
            .OrderBy(step => step.CompletedAt).ThenBy(step => step.StartedAt).ThenBy(step => places.GetValueOrDefault(step.NodeId)).ThenBy(step => step.Id);
    }
}

/// <summary>A run in a list.</summary>
/// <param name="Status">pending, running, waiting, paused, completed, failed or cancelled.</param>
/// <param name="TriggerPayload">The context, the tick or the request that started it, as it came.</param>
/// <param name="DurationInSeconds">From start to end; null until it has ended.</param>
public sealed record ExecutionSummary(
    string Id,
    string Status,
    RawJson TriggerPayload,
    string? ErrorMessage,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    long? DurationInSeconds,
    DateTimeOffset CreatedAt)
{
    internal static ExecutionSummary Of(Run run) => new(
        PublicId.Format(PublicId.FlowRun, run.Id),
        StatusOf(run.Status),
        new(run.TriggerContext ?? "{}"),
        run.ErrorMessage,
        run.StartedAt,
        run.CompletedAt,
        run is { StartedAt: { } start, CompletedAt: { } end } ? Math.Max(0, (long)(end - start).TotalSeconds) : null,
        run.CreatedAt);

    private static string StatusOf(RunStatus status) => status switch
    {
        RunStatus.Pending => "pending",
        RunStatus.Running => "running",
        RunStatus.Waiting => "waiting",
        RunStatus.Paused => "paused",
        RunStatus.Completed => "completed",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
    };
}

public sealed record RepetitionResponse(string Message, ExecutionResponse NewRun);

public sealed record SignalResponse(string Message, string RunId, string SignalType);
