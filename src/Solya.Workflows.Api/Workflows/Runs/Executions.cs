using Solya.Workflows.Api.Errors;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>Starts runs of workflows and shows them, as all routes of this face do.</summary>
internal sealed class Executions(
    GraphWorkflowRepository workflows,
    ExecutableWorkflows executable,
    RunCreationRepository creation,
    ExecutionKeys keys,
    GraphStore graphs,
    AmbientTransaction ambient)
{
    /// <summary>Starts a run and shows it as it has just been created; under a key once, whatever the bodies of its repeats.</summary>
    /// <param name="key">Null when the request has none.</param>
    public async Task<Answer> ExecuteAsync(HttpRequest request, string organizationId, Guid workflowId, string path, string? key, JsonText context, CancellationToken ct)
    {
        while (true)
        {
            var found = await executable.FindAsync(organizationId, workflowId, ct);
            if (RefusalOf(found?.Stored) is { } refusal)
            {
                // The run that the key started does not mind what has become of the workflow since.
                return key is not null && await keys.FindReplayAsync(organizationId, path, key, ct) is { } replay ? replay : refusal;
            }

            var (stored, stamp) = found!;
            var wish = new RunCreation(organizationId, workflowId, context, IdempotencyKey: null);
            Answer? answer = null;
            CreationReceipt? receipt;
            if (key is null)
            {
                receipt = await creation.CreateRunAsync(wish, stamp, ct);
                answer = AnswerOf(receipt.Value.RunId, receipt.Value.CreatedAt);
            }
            else
            {
                receipt = await creation.CreateRunOnceAsync(wish, stamp, ExecutionKeys.ScopeOf(organizationId, path, key), keys.Now, RememberedOf, ct);
            }

            if (receipt is null)
            {
                if (await keys.FindReplayAsync(organizationId, path, key!, ct) is { } replay)
                {
                    return replay;
                }
            }
            else if (receipt.Value.Outcome == CreationOutcome.Created)
            {
                return answer!;
            }

            executable.Forget(organizationId, workflowId); // it has changed since it was read

            RememberedAnswer RememberedOf(Guid id, DateTimeOffset createdAt)
            {
                answer = AnswerOf(id, createdAt);
                return new(answer.Status, answer.Remembered);
            }

            Answer AnswerOf(Guid id, DateTimeOffset createdAt) => Answer.Of(
                202,
                ExecutionResponse.Of(NewRun(organizationId, id, stored.Workflow, context, createdAt), stored, null, request),
                WorkflowsJson.Face.ExecutionResponse);
        }
    }

    /// <summary>Starts a run, within the request's transaction when there is one.</summary>
    /// <returns>The run, or the answer that says why there is none.</returns>
    public async Task<(Run? Run, StoredWorkflow? Workflow, Answer? Refusal)> StartAsync(
        string organizationId, Guid workflowId, JsonText context, CancellationToken ct)
    {
        var found = await workflows.FindWorkflowAsync(organizationId, workflowId, ct);
        if (RefusalOf(found) is { } refusal)
        {
            return (null, null, refusal);
        }

        var stored = found!;
        var receipt = await creation.CreateRunAsync(new(organizationId, workflowId, context, IdempotencyKey: null), ambient, ct);
        if (receipt.Outcome != CreationOutcome.Created)
        {
            return (null, null, WorkflowsErrors.Inactive()); // somebody paused it in between
        }

        if (receipt.WorkflowVersion != stored.Workflow.LatestVersion)
        {
            stored = (await workflows.FindOfRunAsync(organizationId, workflowId, receipt.WorkflowVersion, ct))!;
        }

        return (NewRun(organizationId, receipt.RunId, stored.Workflow, context, receipt.CreatedAt), stored, null);
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

    private static Answer? RefusalOf(StoredWorkflow? stored) => stored?.Workflow switch
    {
        null => WorkflowsErrors.WorkflowNotFound(),
        { Status: not WorkflowStatus.Active } => WorkflowsErrors.Inactive(),
        { Face: WorkflowFace.DataPlatform } => WorkflowsErrors.ExecutedOutside(),
        _ => null,
    };

    private static Run NewRun(string organizationId, Guid id, Workflow workflow, JsonText context, DateTimeOffset createdAt) => new()
    {
        OrganizationId = organizationId,
        Id = id,
        WorkflowId = workflow.Id,
        WorkflowVersion = workflow.LatestVersion,
        Executor = RunExecutor.Engine,
        Status = RunStatus.Pending,
        TriggerContext = context.Text,
        CreatedAt = createdAt,
        UpdatedAt = createdAt,
    };
}
