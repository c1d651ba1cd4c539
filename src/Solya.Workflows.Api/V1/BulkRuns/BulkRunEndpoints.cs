using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Failures;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1.BulkRuns;

internal static class BulkRunEndpoints
{
    private const string NotFound = "There is no such run.";
    private const string NotTried = "The database is not available; nothing has happened.";
    private const string Unknown = "The database did not confirm the write: it may have happened.";

    // Enough to hide the round trips, few enough to leave connections to others.
    private const int AtOnce = 4;

    public static void MapBulkRuns(this IEndpointRouteBuilder api)
        => api.MapPost("/workflow-runs/bulk", MoveAsync)
            .WithTags("Runs")
            .Validate<BulkRunRequest>()
            .MayTakeLong()
            .Answers<BulkRunResponse>(200, 400, 413, 415)
            .WithName("MoveWorkflowRuns")
            .WithSummary("Cancel or retry up to 1,000 runs; each stands or falls alone");

    private static async Task<Answer> MoveAsync(
        HttpContext context, Input<BulkRunRequest> input, RunRepository runs, RunControlRepository control, CancellationToken ct)
    {
        var request = input.Value;
        var organization = Caller.Of(context).OrganizationId;
        var trigger = request.Action == BulkAction.Cancel ? RunTrigger.CancelRequested : RunTrigger.RetryRequested;
        string[] ids = request.Ids is { } named
            ? [.. named.Distinct(StringComparer.Ordinal)]
            :
            [
                .. (await runs.PickRunsAsync(request.Filter!.ToFilter(organization), StatusesFor(request, trigger), BulkRunRequest.Most, ct))
                    .Select(id => PublicId.Format(PublicId.Run, id)),
            ];

        var reasons = new string?[ids.Length];
        DatabaseUnavailableException? away = null;
        await Parallel.ForEachAsync(Enumerable.Range(0, ids.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, stop) =>
        {
            if (PublicId.Parse(PublicId.Run, ids[i]) is not { } runId)
            {
                reasons[i] = NotFound;
                return;
            }

            // When one has found the database away, the others need not wait for it too.
            if (Volatile.Read(ref away) is not null)
            {
                reasons[i] = NotTried;
                return;
            }

            try
            {
                var key = new RunKey(organization, runId);
                var receipt = trigger == RunTrigger.CancelRequested ? await control.CancelRunAsync(key, stop) : await control.RetryRunAsync(key, stop);
                reasons[i] = receipt.Outcome switch
                {
                    ControlOutcome.Done => null,
                    ControlOutcome.NotFound => NotFound,
                    ControlOutcome.NotAllowed => receipt.Reason,
                };
            }
            catch (DatabaseUnavailableException unavailable)
            {
                Volatile.Write(ref away, unavailable);
                reasons[i] = unavailable.OutcomeUnknown ? Unknown : NotTried;
            }
        });

        // What was done must be told; when nothing was, the plain failure says more.
        if (away is not null && !reasons.Contains(null))
        {
            throw away;
        }

        return V1Answers.Success(
            200,
            new BulkRunResponse(
                [.. ids.Where((_, i) => reasons[i] is null)],
                Enumerable.Range(0, ids.Length).Where(i => reasons[i] is not null).ToDictionary(i => ids[i], i => reasons[i]!, StringComparer.Ordinal)),
            V1Json.Face.SuccessResponseBulkRunResponse);
    }

    // Whoever names a status is told of each run why it cannot be moved; otherwise such runs would only fill the thousand.
    private static IReadOnlyList<RunStatus> StatusesFor(BulkRunRequest request, RunTrigger trigger)
        => request.Filter!.Status is { } status ? [status] : [.. Enum.GetValues<RunStatus>().Where(from => RunTransitions.Next(from, trigger) is not null)];
}
