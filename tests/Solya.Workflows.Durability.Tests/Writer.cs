using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Solya.Workflows.Durability.Tests;

/// <summary>Sends single writes, each with an effect that <see cref="StoredWrites"/> can find by its name.</summary>
internal sealed class Writer(HttpClient client, string organization)
{
    public const int StepsPerBatch = 5;
    public const int RowsPerCall = 3;

    private readonly ConcurrentQueue<Write> _sent = [];
    private string _runId = null!;
    private string _planId = null!;

    public string Organization => organization;

    /// <summary>All that were answered, or whose connection broke, so far.</summary>
    public IReadOnlyCollection<Write> Sent => _sent;

    /// <summary>Reads of every sort, for the run and the plan that the writes go to.</summary>
    public IEnumerable<string> Reads =>
    [
        $"/workflow-runs/{_runId}?organizationId={organization}",
        $"/workflow-runs?organizationId={organization}",
        $"/tasks?organizationId={organization}",
        $"/plans/{_planId}?organizationId={organization}",
    ];

    /// <summary>Makes the run and the plan that the writes go to.</summary>
    public async Task PrepareAsync()
    {
        _runId = (string)(await client.PostAsync("/workflow-runs", new { organizationId = organization })).Data["id"]!;
        _planId = (string)(await client.PostAsync(
            "/workflow-actions/create-or-get-plan",
            new { organizationId = organization, planType = "RESTOCK", planName = "load" })).Data["planId"]!;
    }

    public Task<Write> WriteAsync(WriteKind kind, string name) => kind switch
    {
        WriteKind.Run => StartRunAsync(name),
        WriteKind.KeyedRun => StartKeyedRunAsync(name),
        WriteKind.Step => ReportStepAsync(name),
        WriteKind.StepPatch => PatchStepAsync(name),
        WriteKind.Batch => ReportBatchAsync(name),
        WriteKind.Tasks => CreateTasksAsync(name),
        WriteKind.PlanItems => AddPlanItemsAsync(name),
        WriteKind.ActionVectors => PutActionVectorsAsync(name),
    };

    public Task<Write> StartRunAsync(string name)
        => SendAsync(WriteKind.Run, name, HttpMethod.Post, "/workflow-runs", new { organizationId = organization, externalRunId = $"run {name}" });

    public Task<Write> StartKeyedRunAsync(string name)
        => SendAsync(WriteKind.KeyedRun, name, HttpMethod.Post, "/workflow-runs", KeyedRunNamed(name), ("Idempotency-Key", name));

    /// <summary>Sends the same keyed request again.</summary>
    public Task<ApiAnswer> RepeatKeyedRunAsync(string name)
        => client.PostAsync("/workflow-runs", KeyedRunNamed(name), ("Idempotency-Key", name));

    public Task<Write> ReportStepAsync(string name)
        => SendAsync(WriteKind.Step, name, HttpMethod.Post, $"/workflow-runs/{_runId}/steps", StepNamed(name));

    /// <summary>Reports a step and, when that was acknowledged, patches it: the answer is the last one's.</summary>
    public async Task<Write> PatchStepAsync(string name)
    {
        var step = await ReportStepAsync(name);
        return step.IsAcknowledged ? await PatchStepAsync(step) : step;
    }

    public Task<Write> PatchStepAsync(Write step)
        => SendAsync(
            WriteKind.StepPatch, step.Name, HttpMethod.Patch, $"/workflow-run-steps/{step.Answer!.Data["stepId"]}",
            new { organizationId = organization, status = "SUCCEEDED", output = new { of = step.Name } });

    public Task<Write> ReportBatchAsync(string name)
        => SendAsync(
            WriteKind.Batch, name, HttpMethod.Post, "/workflow-run-steps/batch",
            new
            {
                organizationId = organization,
                reports = Enumerable.Range(0, StepsPerBatch).Select(i => new { runId = _runId, step = StepNamed($"batch {name}/{i}") }),
            });

    public Task<Write> CreateTasksAsync(string name)
        => SendAsync(
            WriteKind.Tasks, name, HttpMethod.Post, "/workflow-actions/task-create",
            new
            {
                organizationId = organization,
                workflowRunId = name,
                minConfidence = 0.5,
                domains = new[] { "restock" },
                perimeter = Enumerable.Range(0, RowsPerCall).Select(shop => new { variantId = name, shopId = $"shop {shop}" }),
            });

    public Task<Write> AddPlanItemsAsync(string name)
        => SendAsync(
            WriteKind.PlanItems, name, HttpMethod.Post, "/workflow-actions/add-items-to-plan",
            new
            {
                organizationId = organization,
                planId = _planId,
                items = Enumerable.Range(0, RowsPerCall).Select(shop => new { variantId = name, shopId = $"shop {shop}", quantity = 1 }),
            });

    public Task<Write> PutActionVectorsAsync(string name)
        => SendAsync(
            WriteKind.ActionVectors, name, HttpMethod.Put, "/action-vectors",
            new
            {
                organizationId = organization,
                vectors = Enumerable.Range(0, RowsPerCall).Select(shop => new { domain = "restock", variantId = $"vector {name}", shopId = $"shop {shop}", confidence = 0.9 }),
            });

    private object KeyedRunNamed(string name) => new { organizationId = organization, triggerContext = new { keyed = name } };

    private object StepNamed(string name)
        => new { organizationId = organization, nodeId = name, nodeType = "ACTION", actionType = "ADD_ITEMS_TO_PLAN", startedAt = "2026-05-23T06:00:05.000Z", status = "RUNNING" };

    private async Task<Write> SendAsync(
        WriteKind kind, string name, HttpMethod method, string path, object body, params (string, string)[] headers)
    {
        var sentAt = Stopwatch.GetTimestamp();
        ApiAnswer? answer = null;
        try
        {
            answer = await client.SendAsync(method, path, JsonSerializer.Serialize(body), headers);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The service was killed, or does not listen yet.
        }

        var write = new Write(kind, organization, name, sentAt, Stopwatch.GetElapsedTime(sentAt), answer);
        _sent.Enqueue(write);
        return write;
    }
}
