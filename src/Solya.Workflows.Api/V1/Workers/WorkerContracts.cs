using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Api.V1.Workers;

/// <param name="Handlers">What the worker can do, 1 to 100 names.</param>
/// <param name="WorkerId">What the worker calls itself, 1 to 255 characters.</param>
/// <param name="Max">The most steps to take, 1 to 100; default 1.</param>
/// <param name="LeaseMs">How long the worker may be silent before its steps are offered to others, 1,000 to 3,600,000; default 60,000.</param>
/// <param name="WaitMs">How long to wait for work when there is none, 0 to 30,000; default 0.</param>
public sealed record ClaimStepsRequest(IReadOnlyList<string>? Handlers, string? WorkerId, long? Max, long? LeaseMs, long? WaitMs) : IBodyRequest<ClaimStepsRequest>
{
    static ClaimStepsRequest IBodyRequest<ClaimStepsRequest>.Read(JsonFields body) => new(
        body.Texts("handlers", 1, 100),
        body.Text("workerId"),
        body.OptionalInteger("max", 1, 100),
        LeaseOf(body),
        body.OptionalInteger("waitMs", 0, 30_000));

    internal static long? LeaseOf(JsonFields body) => body.OptionalInteger("leaseMs", 1_000, 3_600_000);

    internal static TimeSpan LeaseOf(long? leaseMs) => TimeSpan.FromMilliseconds(leaseMs ?? 60_000);
}

/// <param name="Steps">Empty when there is nothing to do.</param>
public sealed record ClaimStepsResponse(IReadOnlyList<ClaimedStepResponse> Steps);

/// <summary>A step for the worker to do.</summary>
/// <param name="LeaseToken">Goes with every report on the step; once the lease is another's, reports change nothing.</param>
/// <param name="Config">What the step is given, its expressions resolved.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="IdempotencyKey">The same on every attempt.</param>
/// <param name="LeaseUntil">When the step is offered to others, unless a heartbeat comes.</param>
public sealed record ClaimedStepResponse(
    string StepRunId, string RunId, string StepName, string LeaseToken, string Handler, RawJson Config, int Attempt, string IdempotencyKey, DateTimeOffset LeaseUntil)
{
    internal static ClaimedStepResponse Of(ClaimedStep step) => new(
        PublicId.Format(PublicId.Step, step.StepId),
        PublicId.Format(PublicId.Run, step.RunId),
        step.NodeId,
        step.LeaseToken.ToString(),
        step.Handler,
        new(step.Config),
        step.Attempt,
        step.EffectId,
        step.LeaseUntil);
}

/// <param name="LeaseToken">Of the claim.</param>
/// <param name="LeaseMs">How long the lease holds from now, 1,000 to 3,600,000; default 60,000.</param>
public sealed record WorkerHeartbeatRequest(string? LeaseToken, long? LeaseMs) : IBodyRequest<WorkerHeartbeatRequest>
{
    static WorkerHeartbeatRequest IBodyRequest<WorkerHeartbeatRequest>.Read(JsonFields body)
        => new(body.Text("leaseToken"), ClaimStepsRequest.LeaseOf(body));
}

public sealed record WorkerHeartbeatResponse(string StepRunId, DateTimeOffset LeaseUntil);

/// <param name="LeaseToken">Of the claim.</param>
/// <param name="Output">What the step produced, at most 1 MiB; <c>{}</c> when left out.</param>
public sealed record CompleteStepRequest(string? LeaseToken, RawJson? Output) : IBodyRequest<CompleteStepRequest>
{
    static CompleteStepRequest IBodyRequest<CompleteStepRequest>.Read(JsonFields body) => new(body.Text("leaseToken"), body.OptionalDocument("output"));
}

/// <param name="LeaseToken">Of the claim.</param>
/// <param name="Retryable">False when another attempt could not succeed either; default true.</param>
public sealed record FailStepRequest(string? LeaseToken, WorkerError? Error, bool? Retryable) : IBodyRequest<FailStepRequest>
{
    static FailStepRequest IBodyRequest<FailStepRequest>.Read(JsonFields body)
        => new(body.Text("leaseToken"), body.Object("error", WorkerError.Read), body.OptionalBoolean("retryable"));
}

/// <summary>Why an attempt failed.</summary>
/// <param name="Code">Stable, for machines, 1 to 64 characters.</param>
/// <param name="Message">For people, 1 to 10,000 characters.</param>
/// <param name="Details">At most 1 MiB.</param>
public sealed record WorkerError(string? Code, string? Message, RawJson? Details)
{
    internal static WorkerError Read(JsonFields error) => new(error.Text("code"), error.Text("message"), error.OptionalDocument("details"));
}

/// <summary>The report is taken.</summary>
public sealed record WorkerReportResponse(string StepRunId, bool Accepted);
