using Solya.Workflows.Api.Errors;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>Starts runs of workflows and shows them, as all routes of this face do.</summary>
internal sealed class Executions(GraphWorkflowRepository workflows, RunCreationRepository creation, GraphStore graphs, AmbientTransaction ambient)
{
    /// <summary>Starts a run, within the request's transaction when there is one.</summary>
    /// <returns>The run, or the answer that says why there is none.</returns>
    public async Task<(Run? Run, StoredWorkflow? Workflow, Answer? Refusal)> StartAsync(
        string organizationId, Guid workflowId, JsonText context, CancellationToken ct)
    {
        if (await workflows.FindWorkflowAsync(organizationId, workflowId, ct) is not { } stored)
        {
            return (null, null, WorkflowsErrors.WorkflowNotFound());
        }

        if (stored.Workflow.Status != WorkflowStatus.Active)
        {
            return (null, null, WorkflowsErrors.Inactive());
        }

        if (stored.Workflow.Face == WorkflowFace.DataPlatform)
        {
            return (null, null, WorkflowsErrors.ExecutedOutside());
        }

        var receipt = await creation.CreateRunAsync(new(organizationId, workflowId, context, IdempotencyKey: null), ambient, ct);
        if (receipt.Outcome != CreationOutcome.Created)
        {
            return (null, null, WorkflowsErrors.Inactive()); // somebody paused it in between
        }

        if (receipt.WorkflowVersion != stored.Workflow.LatestVersion)
        {
            stored = (await workflows.FindOfRunAsync(organizationId, workflowId, receipt.WorkflowVersion, ct))!;
        }

        var run = new Run
        {
            OrganizationId = organizationId,
            Id = receipt.RunId,
            WorkflowId = workflowId,
            WorkflowVersion = receipt.WorkflowVersion,
            Executor = RunExecutor.Engine,
            Status = RunStatus.Pending,
            TriggerContext = context.Text,
            CreatedAt = receipt.CreatedAt,
            UpdatedAt = receipt.CreatedAt,
        };
        return (run, stored, null);
    }

    public async Task<ExecutionResponse> ShowAsync(Run run, HttpRequest request, CancellationToken ct)
    {
        if (run.WorkflowId is not { } workflow)
        {
            return ExecutionResponse.Of(run, null, null, request);
        }

        var graph = run.WorkflowVersion is { } version ? (await graphs.FindAsync(run.OrganizationId, workflow, version, ct)).Graph : null;
        return ExecutionResponse.Of(run, await workflows.FindOfRunAsync(run.OrganizationId, workflow, run.WorkflowVersion, ct), graph, request);
    }

    public async Task<Answer> AnswerAsync(int status, Run run, HttpRequest request, CancellationToken ct)
        => Answer.Of(status, await ShowAsync(run, request, ct), WorkflowsJson.Face.ExecutionResponse);
}
