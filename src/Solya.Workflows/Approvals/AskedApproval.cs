namespace Solya.Workflows.Approvals;

/// <summary>A question with the name of the step that asks it.</summary>
public sealed class AskedApproval
{
    public required ApprovalRequest Request { get; init; }

    public required string? StepName { get; init; }
}
