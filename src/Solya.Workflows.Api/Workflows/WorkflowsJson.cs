using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Workflows.Definitions;
using Solya.Workflows.Api.Workflows.Runs;
using Solya.Workflows.Api.Workflows.Webhooks;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Api.Workflows;

/// <summary>How this face's answers are written; generated, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters =
    [
        typeof(TimestampConverter), typeof(WireTextConverter<ScheduleType>), typeof(WireTextConverter<CatchUp>), typeof(WireTextConverter<Overlap>),
        typeof(WireTextConverter<IfMissed>), typeof(WireTextConverter<IfBusy>),
    ])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(InvalidResponse))]
[JsonSerializable(typeof(UnavailableResponse))]
[JsonSerializable(typeof(WorkflowResponse))]
[JsonSerializable(typeof(IReadOnlyList<WorkflowSummary>))]
[JsonSerializable(typeof(DeletedResponse))]
[JsonSerializable(typeof(WebhookResponse))]
[JsonSerializable(typeof(SchedulePreviewResponse))]
[JsonSerializable(typeof(ValidationResponse))]
[JsonSerializable(typeof(ExecutionResponse))]
[JsonSerializable(typeof(PageResponse<ExecutionSummary>))]
[JsonSerializable(typeof(RepetitionResponse))]
[JsonSerializable(typeof(SignalResponse))]
[JsonSerializable(typeof(TestNodeResponse))]
[JsonSerializable(typeof(WebhookRunResponse))]
[JsonSerializable(typeof(string))]
internal sealed partial class WorkflowsJson : JsonSerializerContext
{
    // Made at first use: the generated half of this class has static fields of its own that must come first.
    private static readonly Lazy<WorkflowsJson> Relaxed = new(() => new(
        new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>Quotes and letters as they are: the answers are JSON and never stand inside HTML.</summary>
    public static WorkflowsJson Face => Relaxed.Value;
}
