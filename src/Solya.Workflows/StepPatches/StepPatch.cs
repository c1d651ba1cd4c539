using Solya.Workflows.Steps;

namespace Solya.Workflows.StepPatches;

/// <summary>An executor's news of a step; fields that are not given stay as they are.</summary>
/// <param name="ReceivedAt">When the service took the patch in; the completion time of an end that names none.</param>
public sealed record StepPatch(
    string OrganizationId,
    Guid StepId,
    StepStatus? Status,
    DateTimeOffset? CompletedAt,
    long? RetryCount,
    Patch<string> Output,
    Patch<string> ErrorCode,
    Patch<string> ErrorMessage,
    Patch<string> ErrorDetails,
    Patch<string> Logs,
    DateTimeOffset ReceivedAt)
{
    /// <summary>True when only the step's name was sent: a look at the step that changes nothing.</summary>
    public bool IsEmpty => Status is null && CompletedAt is null && RetryCount is null && !Output.IsGiven
        && !ErrorCode.IsGiven && !ErrorMessage.IsGiven && !ErrorDetails.IsGiven && !Logs.IsGiven;
}
