using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1.Runs;

internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/workflow-runs").WithTags("Runs");

        runs.MapPost("/", CreateAsync)
            .Validate<CreateRunRequest>()
            .Answers<RunResponse>(201, 400, 404, 413, 415)
            .Answers<RunResponse>(200)
            .WithName("CreateWorkflowRun")
            .WithSummary("Start a run of a definition");
        runs.MapGet("/", ListAsync)
            .ValidateQuery<ListRunsQuery>()
            .AnswersList<RunResponse>(400)
            .WithName("ListWorkflowRuns")
            .WithSummary("List runs, newest first");
        runs.MapGet("/{id}", GetAsync)
            .Answers<RunResponse>(200, 404)
            .WithName("GetWorkflowRun")
            .WithSummary("Read one run and its steps");
        runs.MapPost("/{id}/cancel", CancelAsync)
            .Validate<RunCommandRequest>()
            .Answers<RunResponse>(200, 400, 404, 409, 413, 415)
            .WithName("CancelWorkflowRun")
            .WithSummary("Call a run off; no step of it begins after the answer");
        runs.MapPost("/{id}/resume", ResumeAsync)
            .Validate<ResumeRunRequest>()
            .Answers<RunResponse>(200, 400, 404, 409, 413, 415)
            .WithName("ResumeWorkflowRun")
            .WithSummary("Deliver the signal that a run waits for");
        runs.MapPost("/{id}/retry", RetryAsync)
            .Validate<RunCommandRequest>()
            .Answers<RunResponse>(200, 400, 404, 409, 413, 415)
            .WithName("RetryWorkflowRun")
            .WithSummary("Send a failed run on from the step that failed");
        runs.MapPost("/{id}/signals", SignalAsync)
            .Validate<SendSignalRequest>()
            .Answers<SendSignalResponse>(202, 400, 404, 409, 413, 415)
            .WithName("SendSignal")
            .WithSummary("Send a signal that is kept until a step waits for it");
    }

    private static async Task<Answer> CreateAsync(
        HttpContext context, Input<CreateRunRequest> input, RunCreationRepository creation, RunRepository runs, GraphStore graphs, CancellationToken ct)
    {
        var request = input.Value;
        var organization = Caller.Of(context).OrganizationId;
        // An id that is no id names a definition that does not exist.
        if (PublicId.Parse(PublicId.Definition, request.DefinitionId) is not { } definition)
        {
            return V1Errors.DefinitionNotFound();
        }

        var given = request.Input is { } document ? new JsonText(document.Text) : JsonText.EmptyObject;
        var receipt = await creation.CreateRunAsync(new(organization, definition, given, request.IdempotencyKey), ct);
        return receipt.Outcome switch
        {
            CreationOutcome.DefinitionNotFound => V1Errors.DefinitionNotFound(),
            CreationOutcome.Created => V1Answers.Success(
                201,
                RunResponse.Of(new Run
                {
                    OrganizationId = organization,
                    Id = receipt.RunId,
                    WorkflowId = definition,
                    Status = RunStatus.Pending,
                    TriggerContext = given.Text,
                    IdempotencyKey = request.IdempotencyKey,
                    CreatedAt = receipt.CreatedAt,
                    UpdatedAt = receipt.CreatedAt,
                }),
                V1Json.Face.SuccessResponseRunResponse),
            CreationOutcome.Existing => await FindAsync(organization, receipt.RunId, runs, graphs, ct),
        };
    }

    private static async Task<Answer> ListAsync(HttpContext context, Input<ListRunsQuery> input, RunRepository runs, CancellationToken ct)
    {
        var query = input.Value;
        var page = await runs.ListRunsAsync(query.ToFilter(Caller.Of(context).OrganizationId), query.Page.ToRequest(), ct);
        return V1Answers.List(page, query.Page, RunResponse.Of, V1Json.Face.ListResponseRunResponse);
    }

    private static Task<Answer> GetAsync(HttpContext context, string id, RunRepository runs, GraphStore graphs, CancellationToken ct)
        => PublicId.Parse(PublicId.Run, id) is { } runId
            ? FindAsync(Caller.Of(context).OrganizationId, runId, runs, graphs, ct)
            : Task.FromResult(V1Errors.RunNotFound());

    private static Task<Answer> CancelAsync(
        HttpContext context, string id, Input<RunCommandRequest> input, RunControlRepository control, GraphStore graphs, CancellationToken ct)
        => ControlAsync(context, id, key => control.CancelRunAsync(key, ct), graphs, ct);

    private static Task<Answer> ResumeAsync(
        HttpContext context, string id, Input<ResumeRunRequest> input, RunControlRepository control, GraphStore graphs, CancellationToken ct)
        => ControlAsync(context, id, key => control.ResumeRunAsync(key, input.Value.SignalType!, PayloadOf(input.Value.Payload), ct), graphs, ct);

    private static Task<Answer> RetryAsync(
        HttpContext context, string id, Input<RunCommandRequest> input, RunControlRepository control, GraphStore graphs, CancellationToken ct)
        => ControlAsync(context, id, key => control.RetryRunAsync(key, ct), graphs, ct);

    private static async Task<Answer> SignalAsync(
        HttpContext context, string id, Input<SendSignalRequest> input, RunControlRepository control, CancellationToken ct)
    {
        var request = input.Value;
        if (PublicId.Parse(PublicId.Run, id) is not { } runId)
        {
            return V1Errors.RunNotFound();
        }

        var receipt = await control.SendSignalAsync(
            new(Caller.Of(context).OrganizationId, runId), request.SignalType!, PayloadOf(request.Payload), request.DedupId, ct);
        return V1Errors.Of(receipt) ?? V1Answers.Success(
            202, new SendSignalResponse(id, request.SignalType!, true), V1Json.Face.SuccessResponseSendSignalResponse);
    }

    private static async Task<Answer> ControlAsync(
        HttpContext context, string id, Func<RunKey, Task<ControlReceipt>> change, GraphStore graphs, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Run, id) is not { } runId)
        {
            return V1Errors.RunNotFound();
        }

        var receipt = await change(new(Caller.Of(context).OrganizationId, runId));
        return V1Errors.Of(receipt) ?? await AnswerAsync(receipt.Run!, graphs, ct);
    }

    private static async Task<Answer> FindAsync(string organizationId, Guid runId, RunRepository runs, GraphStore graphs, CancellationToken ct)
        => await runs.FindRunAsync(organizationId, runId, ct) is { } run ? await AnswerAsync(run, graphs, ct) : V1Errors.RunNotFound();

    private static async Task<Answer> AnswerAsync(Run run, GraphStore graphs, CancellationToken ct)
        => V1Answers.Success(200, RunResponse.WithSteps(run, await GraphOfAsync(run, graphs, ct)), V1Json.Face.SuccessResponseRunResponse);

    internal static async ValueTask<WorkflowGraph?> GraphOfAsync(Run run, GraphStore graphs, CancellationToken ct)
        => run is { WorkflowId: { } workflow, WorkflowVersion: { } version } ? (await graphs.FindAsync(run.OrganizationId, workflow, version, ct)).Graph : null;

    private static JsonText PayloadOf(RawJson? payload) => payload is { } given ? new(given.Text) : JsonText.EmptyObject;
}
