using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>
/// An outside executor that reports what it does. Each test speaks for an organization of its own, which bears the test's
/// name, so that tests of one class do not see each other's rows.
/// </summary>
internal sealed class Executor(WorkflowsApi api, [CallerMemberName] string organization = "") : IDisposable
{
    public string Organization => organization;

    public HttpClient Client { get; } = api.CreateClient();

    // An instance method of that name hides the extension.
    public Task<ApiAnswer> GetAsync(string path) => Client.SendAsync(HttpMethod.Get, path);

    /// <summary>Starts a run and answers its id.</summary>
    public async Task<string> StartRunAsync(object? fields = null)
        => IdOf(await CreateRunAsync(fields), "id");

    public Task<ApiAnswer> CreateRunAsync(object? fields = null) => Client.PostAsync("/workflow-runs", Body(fields));

    public async Task<JsonObject> RunAsync(string run)
        => Known(await GetAsync($"/workflow-runs/{run}?organizationId={organization}"));

    public Task<ApiAnswer> PatchRunAsync(string run, object? fields = null) => Client.PatchAsync($"/workflow-runs/{run}", Body(fields));

    public Task<ApiAnswer> BeatAsync(string run) => Client.PostAsync($"/workflow-runs/{run}/heartbeat", Body());

    /// <summary>Reports an ACTION node; <paramref name="fields"/> add to the smallest body or replace its fields.</summary>
    public Task<ApiAnswer> ReportAsync(string run, string node = "node-1", object? fields = null)
        => Client.PostAsync($"/workflow-runs/{run}/steps", Report(node, fields));

    /// <summary>Reports an ACTION node that must be accepted, and answers the step's id.</summary>
    public async Task<string> StartStepAsync(string run, string node = "node-1", object? fields = null)
        => IdOf(await ReportAsync(run, node, fields), "stepId");

    /// <summary>A step in a run of its own.</summary>
    public async Task<string> StartStepAsync(object? fields = null) => await StartStepAsync(await StartRunAsync(), fields: fields);

    public async Task<JsonObject> StepAsync(string step)
        => Known(await GetAsync($"/workflow-run-steps/{step}?organizationId={organization}"));

    public Task<ApiAnswer> PatchAsync(string step, object? fields = null) => Client.PatchAsync($"/workflow-run-steps/{step}", Body(fields));

    /// <summary>Patches with fields spelt exactly as given: <c>"output": { … }</c>.</summary>
    public Task<ApiAnswer> PatchVerbatimAsync(string step, string fields)
        => Client.PatchAsync($"/workflow-run-steps/{step}", $$"""{ "organizationId": "{{organization}}", {{fields}} }""");

    public Task<ApiAnswer> BatchAsync(params object[] reports) => Client.PostAsync("/workflow-run-steps/batch", Body(new { reports }));

    /// <summary>The body of a step report.</summary>
    public JsonObject Report(string node, object? fields = null) => Body(new { nodeId = node, nodeType = "ACTION" }, fields);

    public JsonObject Body(params object?[] parts)
    {
        var body = new JsonObject { ["organizationId"] = organization };
        foreach (var part in parts.Where(part => part is not null))
        {
            foreach (var (name, value) in JsonSerializer.SerializeToNode(part)!.AsObject())
            {
                body[name] = value?.DeepClone();
            }
        }

        return body;
    }

    public void Dispose() => Client.Dispose();

    private static string IdOf(ApiAnswer answer, string field) => (string)Known(answer)[field]!;

    private static JsonObject Known(ApiAnswer answer)
    {
        Assert.True(answer.StatusCode == 200, answer.Text);
        return answer.Data;
    }
}
