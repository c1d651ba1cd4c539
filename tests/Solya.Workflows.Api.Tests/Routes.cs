using System.Text;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests;

/// <summary>What a field of a body takes, and so what it must refuse.</summary>
internal enum Kind
{
    /// <summary>A non-empty string of at most 255 UTF-16 units.</summary>
    Name,

    /// <summary>A non-empty string of any length.</summary>
    Text,

    /// <summary>A string that names something; whatever it holds, it is at worst unknown.</summary>
    Id,

    /// <summary>A string or null.</summary>
    NullableText,

    /// <summary>A string of at most 64 UTF-16 units, or null.</summary>
    NullableCode,
    Enum,
    NullableEnum,
    Document,
    NullableDocument,
    Instant,
    Count,
    Fraction,
    Boolean,
    List,
}

/// <summary>A route that takes a body.</summary>
/// <param name="Template">As the service maps it.</param>
/// <param name="Example">A valid body.</param>
/// <param name="IsBulk">Whether 32 MiB are allowed instead of 4.</param>
/// <param name="Fields">Every field of the body.</param>
/// <param name="Required">Those among them that must be there.</param>
internal sealed record BodyRoute(
    HttpMethod Method, string Template, string Example, bool IsBulk, Dictionary<string, Kind> Fields, string[] Required)
{
    public override string ToString() => $"{Method} {Template}";

    /// <summary>The path, with <paramref name="id"/> or an id of the right kind that nothing has.</summary>
    public string Path(string? id = null)
    {
        var (start, end) = (Template.IndexOf('{', StringComparison.Ordinal), Template.IndexOf('}', StringComparison.Ordinal));
        return start < 0 ? Template : Template[..start] + (id ?? UnknownId()) + Template[(end + 1)..];
    }

    public JsonObject ExampleObject() => JsonNode.Parse(Example)!.AsObject();

    public int MaxBytes => (IsBulk ? 32 : 4) * 1024 * 1024;

    private string UnknownId() => Template.Split('/') switch
    {
        [.., "workflow-runs", _] or [.., "workflow-runs", _, _] => "wfrun_00000000000000000000000000",
        [.., "workflow-run-steps", _] => "wfstep_00000000000000000000000000",
        [.., "tasks", _] => "task_00000000000000000000000000",
        [.., "plans", _] => "plan_00000000000000000000000000",
        _ => "wfdef_00000000000000000000000000",
    };
}

/// <summary>Every route of the face, written out once; <c>RouteTableTests</c> compares it with what the service maps.</summary>
internal static class Routes
{
    private const string Flow =
        """{ "nodes": [ { "id": "t", "data": { "nodeType": "TRIGGER" } }, { "id": "a", "data": { "nodeType": "ACTION" } } ], "edges": [ { "source": "t", "target": "a" } ] }""";

    public static readonly BodyRoute CreateRun = new(
        HttpMethod.Post, "/api/data-platform/workflow-runs",
        """{ "organizationId": "org", "triggerContext": { "a": [1, "x"] }, "heartbeatIntervalSeconds": 60 }""", false,
        new()
        {
            ["organizationId"] = Kind.Name,
            ["workflowId"] = Kind.Id,
            ["externalRunId"] = Kind.Name,
            ["triggerContext"] = Kind.Document,
            ["heartbeatIntervalSeconds"] = Kind.Count,
        },
        ["organizationId"]);

    public static readonly BodyRoute PatchRun = new(
        HttpMethod.Patch, "/api/data-platform/workflow-runs/{id}",
        """{ "organizationId": "org", "status": "COMPLETED", "completedAt": "2026-05-23T06:00:05.000Z", "errorMessage": null, "errorCode": "E", "outputSummary": { "a": 1 }, "triggerContext": null }""",
        false,
        new()
        {
            ["organizationId"] = Kind.Name,
            ["status"] = Kind.Enum,
            ["completedAt"] = Kind.Instant,
            ["errorMessage"] = Kind.NullableText,
            ["errorCode"] = Kind.NullableCode,
            ["outputSummary"] = Kind.NullableDocument,
            ["triggerContext"] = Kind.NullableDocument,
        },
        []);

    public static readonly BodyRoute Heartbeat = new(
        HttpMethod.Post, "/api/data-platform/workflow-runs/{id}/heartbeat", """{ "organizationId": "org" }""", false,
        new() { ["organizationId"] = Kind.Name }, ["organizationId"]);

    public static readonly BodyRoute CreateStep = new(
        HttpMethod.Post, "/api/data-platform/workflow-runs/{id}/steps",
        """{ "organizationId": "org", "nodeId": "n", "nodeType": "ACTION", "actionType": "SEND_EMAIL", "resolvedInput": { "a": { "b": [] } }, "startedAt": "2026-05-23T06:00:05Z", "status": "RUNNING" }""",
        false,
        new()
        {
            ["organizationId"] = Kind.Name,
            ["nodeId"] = Kind.Text,
            ["nodeType"] = Kind.Enum,
            ["actionType"] = Kind.NullableEnum,
            ["resolvedInput"] = Kind.Document,
            ["startedAt"] = Kind.Instant,
            ["status"] = Kind.Enum,
        },
        ["organizationId", "nodeId", "nodeType"]);

    public static readonly BodyRoute PatchStep = new(
        HttpMethod.Patch, "/api/data-platform/workflow-run-steps/{stepId}",
        """{ "organizationId": "org", "status": "FAILED", "completedAt": "2026-05-23T06:00:08.000Z", "retryCount": 1, "output": null, "errorCode": "E", "errorMessage": "m", "errorDetails": { "a": 1 }, "logs": "l" }""",
        false,
        new()
        {
            ["organizationId"] = Kind.Name,
            ["status"] = Kind.Enum,
            ["completedAt"] = Kind.Instant,
            ["retryCount"] = Kind.Count,
            ["output"] = Kind.NullableDocument,
            ["errorCode"] = Kind.NullableCode,
            ["errorMessage"] = Kind.NullableText,
            ["errorDetails"] = Kind.NullableDocument,
            ["logs"] = Kind.NullableText,
        },
        ["organizationId"]);

    public static readonly BodyRoute StepBatch = new(
        HttpMethod.Post, "/api/data-platform/workflow-run-steps/batch",
        """{ "organizationId": "org", "reports": [ { "runId": "wfrun_00000000000000000000000000", "step": { "nodeId": "n", "nodeType": "ACTION" } }, { "stepId": "wfstep_00000000000000000000000000", "patch": { "status": "SUCCEEDED" } } ] }""",
        true, new() { ["organizationId"] = Kind.Name, ["reports"] = Kind.List }, ["organizationId", "reports"]);

    public static readonly BodyRoute TaskCreate = new(
        HttpMethod.Post, "/api/data-platform/workflow-actions/task-create",
        """{ "organizationId": "org", "domains": ["restock"], "minConfidence": 0.6, "perimeter": [ { "variantId": "v", "shopId": "s" } ], "workflowRunId": "r" }""",
        true,
        new()
        {
            ["organizationId"] = Kind.Name,
            ["domains"] = Kind.List,
            ["minConfidence"] = Kind.Fraction,
            ["perimeter"] = Kind.List,
            ["workflowRunId"] = Kind.Name,
        },
        ["organizationId", "domains", "minConfidence", "perimeter", "workflowRunId"]);

    public static readonly BodyRoute PutActionVectors = new(
        HttpMethod.Put, "/api/data-platform/action-vectors",
        """{ "organizationId": "org", "vectors": [ { "domain": "restock", "variantId": "v", "shopId": "s", "confidence": 0.5, "payload": { "q": 1 } } ] }""",
        true, new() { ["organizationId"] = Kind.Name, ["vectors"] = Kind.List }, ["organizationId", "vectors"]);

    public static readonly BodyRoute PatchTask = new(
        HttpMethod.Patch, "/api/data-platform/tasks/{id}", """{ "organizationId": "org", "status": "DONE" }""", false,
        new() { ["organizationId"] = Kind.Name, ["status"] = Kind.Enum }, ["organizationId", "status"]);

    public static readonly BodyRoute CreateOrGetPlan = new(
        HttpMethod.Post, "/api/data-platform/workflow-actions/create-or-get-plan",
        """{ "organizationId": "org", "planType": "RESTOCK", "planName": "p", "workflowRunId": "r" }""", false,
        new() { ["organizationId"] = Kind.Name, ["planType"] = Kind.Enum, ["planName"] = Kind.Name, ["workflowRunId"] = Kind.Name },
        ["organizationId", "planType", "planName"]);

    public static readonly BodyRoute AddItemsToPlan = new(
        HttpMethod.Post, "/api/data-platform/workflow-actions/add-items-to-plan",
        """{ "organizationId": "org", "planId": "plan_00000000000000000000000000", "items": [ { "variantId": "v", "shopId": "s", "quantity": 4 } ], "workflowRunId": "r" }""",
        false,
        new() { ["organizationId"] = Kind.Name, ["planId"] = Kind.Id, ["items"] = Kind.List, ["workflowRunId"] = Kind.Name },
        ["organizationId", "planId", "items"]);

    public static readonly BodyRoute PatchPlan = new(
        HttpMethod.Patch, "/api/data-platform/plans/{id}", """{ "organizationId": "org", "status": "VALIDATED" }""", false,
        new() { ["organizationId"] = Kind.Name, ["status"] = Kind.Enum }, ["organizationId", "status"]);

    public static readonly BodyRoute CreateWorkflow = new(
        HttpMethod.Post, "/api/data-platform/workflows",
        $$"""{ "organizationId": "org", "name": "w", "status": "ACTIVE", "flowDefinition": {{Flow}} }""", false,
        new() { ["organizationId"] = Kind.Name, ["name"] = Kind.Name, ["status"] = Kind.Enum, ["flowDefinition"] = Kind.Document },
        ["organizationId", "name"]);

    public static readonly BodyRoute PatchWorkflow = new(
        HttpMethod.Patch, "/api/data-platform/workflows/{id}",
        $$"""{ "organizationId": "org", "name": "w", "status": "PAUSED", "flowDefinition": {{Flow}} }""", false,
        new() { ["organizationId"] = Kind.Name, ["name"] = Kind.Name, ["status"] = Kind.Enum, ["flowDefinition"] = Kind.Document },
        ["organizationId"]);

    public static readonly BodyRoute Sweep = new(
        HttpMethod.Post, "/api/internal/cron/zombie-run-sweep",
        """{ "olderThanSeconds": 900, "limit": 10, "organizationId": "org", "dryRun": true }""", false,
        new() { ["olderThanSeconds"] = Kind.Count, ["limit"] = Kind.Count, ["organizationId"] = Kind.Name, ["dryRun"] = Kind.Boolean },
        []);

    public static readonly IReadOnlyList<BodyRoute> WithBody =
    [
        CreateRun, PatchRun, Heartbeat, CreateStep, PatchStep, StepBatch, TaskCreate, PutActionVectors, PatchTask, CreateOrGetPlan,
        AddItemsToPlan, PatchPlan, CreateWorkflow, PatchWorkflow, Sweep,
    ];

    /// <summary>The routes that are read with a query; a list takes limit, offset and cursor.</summary>
    public static readonly IReadOnlyList<(string Template, bool IsList)> WithQuery =
    [
        ("/api/data-platform/workflow-runs", true),
        ("/api/data-platform/workflow-runs/{id}", false),
        ("/api/data-platform/workflow-run-steps/{stepId}", false),
        ("/api/data-platform/tasks", true),
        ("/api/data-platform/plans", true),
        ("/api/data-platform/plans/{id}", false),
        ("/api/data-platform/workflows/active", true),
        ("/api/data-platform/workflows/{id}", false),
    ];

    public static TheoryData<string> BodyRoutes => [.. WithBody.Select(route => route.ToString())];

    public static TheoryData<string> QueryRoutes => [.. WithQuery.Select(route => route.Template)];

    public static TheoryData<string> ListRoutes => [.. WithQuery.Where(route => route.IsList).Select(route => route.Template)];

    public static BodyRoute Named(string name) => WithBody.Single(route => route.ToString() == name);

    /// <summary>Sends bytes as they are; a null media type sends no Content-Type.</summary>
    public static async Task<ApiAnswer> SendBytesAsync(
        this HttpClient client, BodyRoute route, byte[] body, string? mediaType = "application/json", bool chunked = false, string? id = null)
    {
        using var request = new HttpRequestMessage(route.Method, route.Path(id)) { Content = new ByteArrayContent(body) };
        if (chunked)
        {
            request.Headers.TransferEncodingChunked = true;
        }

        if (mediaType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        using var message = await client.SendAsync(request);
        return new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    public static Task<ApiAnswer> SendAsync(this HttpClient client, BodyRoute route, string body, string? id = null)
        => client.SendBytesAsync(route, Encoding.UTF8.GetBytes(body), id: id);

    /// <summary>The example with <paramref name="extra"/>, a raw <c>"name": value</c>, at its end.</summary>
    public static string With(this BodyRoute route, string extra)
        => route.Example.TrimEnd()[..^1] + ", " + extra + " }";
}
