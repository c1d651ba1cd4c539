using System.Text.Json.Serialization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.V1.Explanations;

/// <summary>Why a run is not moving.</summary>
/// <param name="Summary">One sentence for people.</param>
/// <param name="WaitingFor">Empty when the run has ended.</param>
/// <param name="Unblock">What could revive a run that has ended.</param>
/// <param name="Deadline">When the run fails if it has not ended; left out when it may take as long as it likes.</param>
public sealed record ExplanationResponse(
    string RunId,
    RunStatus Status,
    string Summary,
    IReadOnlyList<ObstacleResponse> WaitingFor,
    IReadOnlyList<CallResponse> Unblock,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Deadline = null);

/// <summary>One thing that a run waits for. Fields that say nothing are left out.</summary>
/// <param name="Step">The step that waits; left out when it is the whole run.</param>
/// <param name="Iteration">Within a list the item's place.</param>
/// <param name="Until">When time alone ends the wait.</param>
/// <param name="Handler">Of the worker that is needed.</param>
/// <param name="Attempt">The attempt under way, or the last one.</param>
/// <param name="LastError">Why the attempt before failed.</param>
/// <param name="LeaseHolder">The worker, or the process of the service, that has it in hands.</param>
/// <param name="LeaseUntil">When others may take it, if nothing is heard of the holder.</param>
/// <param name="LastHeardAt">The last sign of life of an executor outside.</param>
public sealed record ObstacleResponse(
    ObstacleKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Step = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Iteration = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SignalType = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ApprovalId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Prompt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Handler = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FailureResponse? LastError = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? LeaseHolder = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LeaseUntil = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LastHeardAt = null)
{
    /// <summary>The calls that would end the wait.</summary>
    public IReadOnlyList<CallResponse> Unblock { get; init; } = [];
}

/// <summary>A call that changes something.</summary>
/// <param name="Body">An example of what to send; left out when the call needs none.</param>
public sealed record CallResponse(
    string Method, string Path, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Body = null);

/// <summary>What a run can wait for.</summary>
public enum ObstacleKind
{
    /// <summary>A signal that somebody must send.</summary>
    [Wire("signal")]
    Signal,

    /// <summary>A person's decision.</summary>
    [Wire("approval")]
    Approval,

    /// <summary>A point in time.</summary>
    [Wire("timer")]
    Timer,

    /// <summary>The next attempt after a failed one.</summary>
    [Wire("retry")]
    Retry,

    /// <summary>A worker outside.</summary>
    [Wire("worker")]
    Worker,

    /// <summary>A run that the step started and whose end it waits for.</summary>
    [Wire("child")]
    Child,

    /// <summary>Work that the engine is doing.</summary>
    [Wire("effect")]
    Effect,

    /// <summary>An engine that takes the run up.</summary>
    [Wire("queue")]
    Queue,

    /// <summary>The executor outside that reports the run.</summary>
    [Wire("executor")]
    Executor,
}
