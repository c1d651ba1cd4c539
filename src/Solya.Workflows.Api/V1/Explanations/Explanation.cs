using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.V1.Explanations;

/// <summary>Reads from where a run stands what it waits for, and which calls would end the wait.</summary>
internal sealed class Explanation(RunStanding standing, ZombieRules rules)
{
    private static readonly CallResponse[] Nothing = [];

    private readonly Run _run = standing.Run;
    private readonly string _id = PublicId.Format(PublicId.Run, standing.Run.Id);

    public ExplanationResponse ToResponse()
    {
        if (_run.Status.IsTerminal())
        {
            return new(_id, _run.Status, ExplanationText.OfEnd(_run), [], _run is { Status: RunStatus.Failed, Executor: RunExecutor.Engine } ? [Call("retry")] : Nothing);
        }

        IReadOnlyList<ObstacleResponse> obstacles = _run.Executor == RunExecutor.External ? [OfExecutor()] : OfEngine();
        return new(_id, _run.Status, ExplanationText.Of(obstacles), obstacles, Nothing, _run.DeadlineAt);
    }

    private ObstacleResponse OfExecutor() => new(
        ObstacleKind.Executor,
        LastHeardAt: _run.LastHeartbeatAt,
        // Who waits or pauses is not expected to be heard of.
        Until: _run.Status is RunStatus.Pending or RunStatus.Running
            ? rules.DeadlineOf(_run.Status, _run.HeartbeatIntervalSeconds, _run.LastHeartbeatAt)
            : null)
    {
        Unblock =
        [
            new(
                "POST",
                $"/api/data-platform/workflow-runs/{_id}/heartbeat",
                new(Execution.Json.Write(writer => writer.WriteString("organizationId", _run.OrganizationId)))),
        ],
    };

    private List<ObstacleResponse> OfEngine()
    {
        var obstacles = _run.Steps
            .Where(step => !step.Status.IsTerminal())
            .Select(OfStep)
            .OfType<ObstacleResponse>()
            .ToList();
        var isHeld = standing.Queued is { LeaseEpoch: not null } held && held.DueAt > standing.Now;
        // An effect goes on only in a process that holds the run; otherwise, and when something is due, an engine is needed.
        if (!isHeld)
        {
            obstacles.RemoveAll(obstacle => obstacle.Kind == ObstacleKind.Effect);
        }

        if (obstacles.Count == 0 || (!isHeld && standing.Queued?.DueAt <= standing.Now))
        {
            obstacles.Insert(0, OfQueue(isHeld));
        }

        return obstacles;
    }

    private ObstacleResponse OfQueue(bool isHeld) => new(
        ObstacleKind.Queue,
        Until: isHeld ? null : standing.Queued?.DueAt,
        LeaseHolder: isHeld ? standing.Queued!.WorkerId.ToString() : null,
        LeaseUntil: isHeld ? standing.Queued!.DueAt : null);

    private ObstacleResponse? OfStep(Step step)
    {
        var waiting = new ObstacleResponse(
            ObstacleKind.Effect,
            step.NodeId,
            step.Iteration.Length == 0 ? null : step.Iteration,
            Until: step.WaitUntil,
            LastError: FailureResponse.Of(step.ErrorCode, step.ErrorMessage, step.ErrorDetails));
        return step.WaitKind switch
        {
            WaitKind.Signal => waiting with { Kind = ObstacleKind.Signal, SignalType = step.SignalType, Unblock = SignalCalls(step.SignalType!) },
            // Any signal ends a wait for a time; but resume is for runs that wait for nothing else.
            WaitKind.Timer => waiting with { Kind = ObstacleKind.Timer, Unblock = _run.Status == RunStatus.Waiting ? [Call("resume", SignalBody("continue"))] : Nothing },
            WaitKind.Retry => waiting with { Kind = ObstacleKind.Retry, Attempt = step.Attempt },
            WaitKind.Child => waiting with { Kind = ObstacleKind.Child },
            WaitKind.Approval => OfApproval(step, waiting),
            WaitKind.Worker => OfWorker(step, waiting),
            // What holds other steps waits for those.
            null when step.Status == StepStatus.Running && step.Kind == NodeKind.Task.Text() => waiting with
            {
                Attempt = step.Attempt,
                LeaseHolder = standing.Queued?.WorkerId?.ToString(),
                LeaseUntil = standing.Queued?.DueAt,
            },
            null => null,
        };
    }

    private ObstacleResponse OfApproval(Step step, ObstacleResponse waiting)
    {
        var request = standing.Approvals.FirstOrDefault(approval => approval.StepId == step.Id);
        var id = request is null ? null : PublicId.Format(PublicId.Approval, request.Id);
        return waiting with
        {
            Kind = ObstacleKind.Approval,
            ApprovalId = id,
            Prompt = request?.Prompt,
            Unblock = id is null ? Nothing : [new("POST", $"/v1/approval-requests/{id}/decide", new("""{"decision":"approved"}"""))],
        };
    }

    private ObstacleResponse OfWorker(Step step, ObstacleResponse waiting)
    {
        if (standing.Tasks.FirstOrDefault(task => task.StepId == step.Id) is not { } task)
        {
            return waiting with { Kind = ObstacleKind.Worker, Attempt = step.Attempt };
        }

        var isLeased = task.LeaseToken is not null && task.DueAt > standing.Now;
        return waiting with
        {
            Kind = ObstacleKind.Worker,
            Handler = task.Handler,
            Attempt = task.Attempt,
            // Between two attempts nobody may claim it.
            Until = !isLeased && task.DueAt > standing.Now ? task.DueAt : waiting.Until,
            LeaseHolder = isLeased ? task.WorkerId : null,
            LeaseUntil = isLeased ? task.DueAt : null,
            Unblock = isLeased ? Nothing : [new("POST", "/v1/worker/claim", ClaimBody(task.Handler))],
        };
    }

    private CallResponse[] SignalCalls(string signalType)
    {
        var signal = Call("signals", SignalBody(signalType));
        return _run.Status == RunStatus.Waiting ? [Call("resume", SignalBody(signalType)), signal] : [signal];
    }

    private CallResponse Call(string action, RawJson? body = null) => new("POST", $"/v1/workflow-runs/{_id}/{action}", body);

    private static RawJson SignalBody(string signalType) => new(Execution.Json.Write(writer =>
    {
        writer.WriteString("signalType", signalType);
        writer.WriteStartObject("payload");
        writer.WriteEndObject();
    }));

    private static RawJson ClaimBody(string handler) => new(Execution.Json.Write(writer =>
    {
        writer.WriteStartArray("handlers");
        writer.WriteStringValue(handler);
        writer.WriteEndArray();
        writer.WriteString("workerId", "worker-1");
    }));
}
