using System.Text.Json;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>Waits for the end of runs on behalf of those who started them.</summary>
internal sealed class SynchronousRuns(RunRepository runs, Executions executions, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Which run was started: what a key remembers, and <see cref="EndOfAsync"/> waits for.</summary>
    public static Answer Started(Run run)
        => new(202, JsonSerializer.SerializeToUtf8Bytes(PublicId.Format(PublicId.FlowRun, run.Id), WorkflowsJson.Face.String));

    /// <summary>The run of <see cref="Started"/>: 200 when it has ended, 202 when it has not within 30 seconds.</summary>
    /// <param name="started">A refusal is answered as it is.</param>
    public async Task<Answer> EndOfAsync(Answer started, HttpContext context, CancellationToken ct)
    {
        if (started.Status >= 300)
        {
            return started;
        }

        var organization = Caller.Of(context).OrganizationId;
        var id = PublicId.Parse(PublicId.FlowRun, JsonSerializer.Deserialize(started.Body, WorkflowsJson.Face.String)!)!.Value;
        var began = clock.GetTimestamp();
        // The run may be executed by any process, so the database is asked; less often the longer it takes.
        var pause = ShortestPause;
        while (true)
        {
            await Task.Delay(pause, clock, ct);
            var run = (await runs.FindRunAsync(organization, id, ct))!;
            if (run.Status.IsTerminal() || clock.GetElapsedTime(began) + pause >= Patience)
            {
                var answer = await executions.AnswerAsync(run.Status.IsTerminal() ? 200 : 202, run, context.Request, ct);
                return started.IsReplay ? answer.AsReplay() : answer;
            }

            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }
}
