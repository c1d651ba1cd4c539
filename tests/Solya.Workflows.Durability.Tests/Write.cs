using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests;

/// <summary>What a request of the load writes.</summary>
public enum WriteKind
{
    Run,
    KeyedRun,
    Step,
    StepPatch,
    Batch,
    Tasks,
    PlanItems,
    ActionVectors,
}

/// <summary>One request of the load, sent once and never repeated.</summary>
/// <param name="Name">Its effect stands under this name in the database; no two writes of a kind share one.</param>
/// <param name="Answer">Null when there was none: the connection broke.</param>
internal sealed record Write(WriteKind Kind, string Organization, string Name, long SentAt, TimeSpan Took, ApiAnswer? Answer)
{
    public long AnsweredAt => SentAt + (long)(Took.TotalSeconds * Stopwatch.Frequency);

    public bool IsAcknowledged => Answer?.StatusCode == 200;

    /// <summary>The service said 503 and did not add that the outcome is unknown: nothing may have happened.</summary>
    public bool IsRefused => Answer?.StatusCode == 503 && Answer.Body["outcome"] is null;

    public bool IsUnknown => Answer?.StatusCode == 503 && (string?)Answer.Body["outcome"] == "unknown";

    public override string ToString() => $"{Kind} {Name} after {Took.TotalMilliseconds:0} ms: {Answer?.StatusCode.ToString() ?? "no answer"} {Answer?.Text}";
}
