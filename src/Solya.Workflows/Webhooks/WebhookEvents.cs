using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Ids;
using Solya.Workflows.Times;

namespace Solya.Workflows.Webhooks;

/// <summary>The events that can be subscribed to, and what a subscriber is sent.</summary>
public static class WebhookEvents
{
    public static readonly IReadOnlyList<string> All =
    [
        RunEventTypes.RunCompleted,
        RunEventTypes.RunFailed,
        RunEventTypes.RunCancelled,
        RunEventTypes.RunWaiting,
        RunEventTypes.StepFailed,
        RunEventTypes.ApprovalRequested,
        RunEventTypes.ApprovalDecided,
    ];

    /// <summary>The body of the message: type, timestamp, and data that names the run and says what happened.</summary>
    /// <param name="details">The event's own payload: a JSON object, or null.</param>
    public static string Body(
        string organizationId, Guid runId, Guid? workflowId, long sequence, string eventType, string status, Guid? stepId, string? details, DateTimeOffset at)
        => Json.Write(writer =>
        {
            writer.WriteString("type", eventType);
            writer.WriteString("timestamp", Timestamp.Format(at));
            writer.WriteStartObject("data");
            writer.WriteString("workspaceId", organizationId);
            writer.WriteString("runId", PublicId.Format(PublicId.Run, runId));
            writer.WriteString("definitionId", workflowId is { } workflow ? PublicId.Format(PublicId.Definition, workflow) : null);
            writer.WriteString("stepRunId", stepId is { } step ? PublicId.Format(PublicId.Step, step) : null);
            writer.WriteString("status", status);
            writer.WriteNumber("sequence", sequence);
            writer.WritePropertyName("details");
            writer.WriteRawValue(details ?? "null", skipInputValidation: true);
            writer.WriteEndObject();
        });
}
