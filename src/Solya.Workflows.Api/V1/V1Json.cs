using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.V1.Approvals;
using Solya.Workflows.Api.V1.BulkRuns;
using Solya.Workflows.Api.V1.Definitions;
using Solya.Workflows.Api.V1.Events;
using Solya.Workflows.Api.V1.Explanations;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Api.V1.Webhooks;
using Solya.Workflows.Api.V1.Workers;
using Solya.Workflows.Api.V1.Workspaces;
using Solya.Workflows.Approvals;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Api.V1;

/// <summary>How this face's answers are written; generated, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(TimestampConverter),
        typeof(WireTextConverter<RunStatus>),
        typeof(WireTextConverter<StepStatus>),
        typeof(WireTextConverter<ApprovalStatus>),
        typeof(WireTextConverter<ObstacleKind>),
        typeof(WireTextConverter<DeliveryStatus>),
    ])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(SuccessResponse<DefinitionResponse>))]
[JsonSerializable(typeof(ListResponse<DefinitionResponse>))]
[JsonSerializable(typeof(SuccessResponse<CreateWorkspaceResponse>))]
[JsonSerializable(typeof(SuccessResponse<WorkspaceResponse>))]
[JsonSerializable(typeof(SuccessResponse<CreateApiKeyResponse>))]
[JsonSerializable(typeof(ListResponse<ApiKeyResponse>))]
[JsonSerializable(typeof(SuccessResponse<RevokeApiKeyResponse>))]
[JsonSerializable(typeof(SuccessResponse<RunResponse>))]
[JsonSerializable(typeof(ListResponse<RunResponse>))]
[JsonSerializable(typeof(SuccessResponse<SendSignalResponse>))]
[JsonSerializable(typeof(SuccessResponse<BulkRunResponse>))]
[JsonSerializable(typeof(SuccessResponse<ExplanationResponse>))]
[JsonSerializable(typeof(ListResponse<StepRunResponse>))]
[JsonSerializable(typeof(ListResponse<EventResponse>))]
[JsonSerializable(typeof(SuccessResponse<ApprovalResponse>))]
[JsonSerializable(typeof(ListResponse<ApprovalResponse>))]
[JsonSerializable(typeof(SuccessResponse<ClaimStepsResponse>))]
[JsonSerializable(typeof(SuccessResponse<WorkerHeartbeatResponse>))]
[JsonSerializable(typeof(SuccessResponse<WorkerReportResponse>))]
[JsonSerializable(typeof(SuccessResponse<CreateWebhookResponse>))]
[JsonSerializable(typeof(SuccessResponse<WebhookResponse>))]
[JsonSerializable(typeof(ListResponse<WebhookResponse>))]
[JsonSerializable(typeof(SuccessResponse<DeliveryResponse>))]
[JsonSerializable(typeof(ListResponse<DeliveryResponse>))]
internal sealed partial class V1Json : JsonSerializerContext
{
    // Made at first use: the generated half of this class has static fields of its own that must come first.
    private static readonly Lazy<V1Json> Relaxed = new(() => new(
        new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>Quotes and letters as they are: the answers are JSON and never stand inside HTML.</summary>
    public static V1Json Face => Relaxed.Value;
}
