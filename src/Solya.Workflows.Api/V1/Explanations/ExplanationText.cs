using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.V1.Explanations;

/// <summary>Explanations in a sentence.</summary>
internal static class ExplanationText
{
    public static string OfEnd(Run run) => run.Status switch
    {
        RunStatus.Completed => $"The run completed at {Instant(run.CompletedAt)}; there is nothing left to do.",
        RunStatus.Cancelled => $"The run was cancelled at {Instant(run.CompletedAt)}; only a new run can do its work.",
        RunStatus.Failed => $"The run failed at {Instant(run.CompletedAt)}{Where(run)}{Why(run)}; {Revival(run)}.",
        RunStatus.Pending or RunStatus.Running or RunStatus.Waiting or RunStatus.Paused => throw new InvalidOperationException($"A {run.Status} run has not ended."),
    };

    /// <param name="obstacles">At least one.</param>
    public static string Of(IReadOnlyList<ObstacleResponse> obstacles)
    {
        var first = Of(obstacles[0]);
        return obstacles.Count switch
        {
            1 => $"The run {first}.",
            2 => $"The run {first}, and one more thing.",
            var all => $"The run {first}, and {all - 1} more things.",
        };
    }

    private static string Of(ObstacleResponse obstacle) => obstacle.Kind switch
    {
        ObstacleKind.Signal => $"waits for the signal '{obstacle.SignalType}' at step '{obstacle.Step}'{Until(obstacle.Until)}",
        ObstacleKind.Approval => $"waits for a decision at step '{obstacle.Step}'{Until(obstacle.Until)}",
        ObstacleKind.Timer => $"waits at step '{obstacle.Step}'{Until(obstacle.Until)}",
        ObstacleKind.Retry => $"waits for the next attempt at step '{obstacle.Step}', due at {Instant(obstacle.Until)}: attempt {obstacle.Attempt} failed with {obstacle.LastError?.Code}",
        ObstacleKind.Worker when obstacle.LeaseHolder is { } worker => $"waits for the worker '{worker}', which has step '{obstacle.Step}' until {Instant(obstacle.LeaseUntil)}",
        ObstacleKind.Worker => $"waits for a worker that claims '{obstacle.Handler}' for step '{obstacle.Step}'",
        ObstacleKind.Run => $"waits for the run that step '{obstacle.Step}' has started{Until(obstacle.Until)}",
        ObstacleKind.Effect => $"is working on step '{obstacle.Step}', attempt {obstacle.Attempt}",
        ObstacleKind.Queue when obstacle.LeaseHolder is not null => "is in the hands of an engine, which moves it on",
        ObstacleKind.Queue => "waits for an engine to take it up",
        ObstacleKind.Executor when obstacle.Until is { } deadline
            => $"is executed by the data platform, last heard of at {Instant(obstacle.LastHeardAt)}; it is declared dead if nothing is heard until {Instant(deadline)}",
        ObstacleKind.Executor => $"is executed by the data platform, last heard of at {Instant(obstacle.LastHeardAt)}",
    };

    private static string Where(Run run) => run.Steps.Find(step => step.Status == StepStatus.Failed) is { } step ? $" at step '{step.NodeId}'" : "";

    private static string Why(Run run) => run.ErrorCode is null ? "" : $" with {run.ErrorCode}: {run.ErrorMessage?.TrimEnd('.')}";

    private static string Revival(Run run) => run.Executor == RunExecutor.Engine
        ? "retry sends it on from the step that failed"
        : "only its executor, the data platform, can go on with it";

    private static string Until(DateTimeOffset? until) => until is null ? "" : $" until {Instant(until)}";

    private static string Instant(DateTimeOffset? instant) => instant is { } given ? Timestamp.Format(given) : "an unknown time";
}
