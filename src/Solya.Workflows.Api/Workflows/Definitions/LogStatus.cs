using Solya.Workflows.Steps;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>What this face calls the end of a step.</summary>
internal static class LogStatus
{
    public static string Of(StepStatus status) => status switch
    {
        StepStatus.Succeeded => "success",
        StepStatus.Failed => "failed",
        StepStatus.Skipped => "skipped",
        StepStatus.Cancelled => "cancelled",
        StepStatus.Pending or StepStatus.Running => throw new InvalidOperationException($"A {status} step has no end."),
    };
}
