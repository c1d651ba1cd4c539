using Solya.Workflows.StepPatches;

namespace Solya.Workflows.Runs;

/// <summary>An executor's news of a run; fields that are not given stay as they are.</summary>
/// <param name="OrganizationId">Null when the executor left it out: the id alone names the run.</param>
/// <param name="ReceivedAt">When the service took it in; the completion time of an end that names none.</param>
public sealed record RunPatch(
    string? OrganizationId,
    Guid RunId,
    RunStatus? Status,
    DateTimeOffset? CompletedAt,
    Patch<string> ErrorCode,
    Patch<string> ErrorMessage,
    Patch<string> OutputSummary,
    Patch<string> TriggerContext,
    DateTimeOffset ReceivedAt)
{
    /// <summary>True when nothing was sent that could change the run.</summary>
    public bool IsEmpty => Status is null && CompletedAt is null && !ErrorCode.IsGiven && !ErrorMessage.IsGiven
        && !OutputSummary.IsGiven && !TriggerContext.IsGiven;
}
