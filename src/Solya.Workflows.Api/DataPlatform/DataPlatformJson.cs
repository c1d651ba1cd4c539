using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Solya.Workflows.Api.DataPlatform.ActionVectors;
using Solya.Workflows.Api.DataPlatform.Plans;
using Solya.Workflows.Api.DataPlatform.Runs;
using Solya.Workflows.Api.DataPlatform.StepBatches;
using Solya.Workflows.Api.DataPlatform.StepPatches;
using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.DataPlatform.TaskCreate;
using Solya.Workflows.Api.DataPlatform.Tasks;
using Solya.Workflows.Api.DataPlatform.Workflows;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Plans;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform;

/// <summary>How this face's answers are written; generated, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(TimestampConverter),
        typeof(WireTextConverter<RunStatus>),
        typeof(WireTextConverter<RunExecutor>),
        typeof(WireTextConverter<StepStatus>),
        typeof(WireTextConverter<NodeType>),
        typeof(WireTextConverter<ActionType>),
        typeof(WireTextConverter<TaskDomain>),
        typeof(WireTextConverter<WorkflowTaskStatus>),
        typeof(WireTextConverter<PlanType>),
        typeof(WireTextConverter<PlanStatus>),
        typeof(WireTextConverter<WorkflowStatus>),
    ])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(RawJson))]
[JsonSerializable(typeof(SuccessResponse<CreateRunResponse>))]
[JsonSerializable(typeof(SuccessResponse<RunResponse>))]
[JsonSerializable(typeof(SuccessResponse<ListResponse<RunResponse>>))]
[JsonSerializable(typeof(SuccessResponse<PatchRunResponse>))]
[JsonSerializable(typeof(SuccessResponse<HeartbeatResponse>))]
[JsonSerializable(typeof(SuccessResponse<CreateStepResponse>))]
[JsonSerializable(typeof(SuccessResponse<StepResponse>))]
[JsonSerializable(typeof(SuccessResponse<PatchStepResponse>))]
[JsonSerializable(typeof(SuccessResponse<StepBatchResponse>))]
[JsonSerializable(typeof(SuccessResponse<TaskCreateResponse>))]
[JsonSerializable(typeof(SuccessResponse<PutActionVectorsResponse>))]
[JsonSerializable(typeof(SuccessResponse<TaskResponse>))]
[JsonSerializable(typeof(SuccessResponse<ListResponse<TaskResponse>>))]
[JsonSerializable(typeof(SuccessResponse<CreateOrGetPlanResponse>))]
[JsonSerializable(typeof(SuccessResponse<AddItemsToPlanResponse>))]
[JsonSerializable(typeof(SuccessResponse<PlanResponse>))]
[JsonSerializable(typeof(SuccessResponse<ListResponse<PlanResponse>>))]
[JsonSerializable(typeof(SuccessResponse<WorkflowResponse>))]
[JsonSerializable(typeof(SuccessResponse<ListResponse<WorkflowResponse>>))]
[JsonSerializable(typeof(SuccessResponse<ZombieSweepResponse>))]
internal sealed partial class DataPlatformJson : JsonSerializerContext
{
    // Made at first use: the generated half of this class has static fields of its own that must come first.
    private static readonly Lazy<DataPlatformJson> Relaxed = new(() => new(
        new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>Quotes and letters as they are: the answers are JSON and never stand inside HTML.</summary>
    public static DataPlatformJson Face => Relaxed.Value;
}
