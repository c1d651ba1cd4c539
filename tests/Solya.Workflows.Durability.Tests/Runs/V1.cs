using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>The calls of <c>/v1</c> that tests make.</summary>
internal static class V1
{
    private static int _runs;

    /// <summary>Adds a definition; steps are a JSON array.</summary>
    public static async Task<string> DefineAsync(this HttpClient client, string name, string steps)
    {
        var answer = await client.PostAsync("/v1/workflow-definitions", $$"""{"name":"{{name}}","version":"1","steps":{{steps}}}""");
        Assert.True(answer.StatusCode == 201, answer.ToString());
        return (string)answer.Data["id"]!;
    }

    public static Task<ApiAnswer> StartRunAsync(this HttpClient client, string definition, string? key = null)
        => client.PostAsync("/v1/workflow-runs", key is null ? (object)new { definitionId = definition } : new { definitionId = definition, idempotencyKey = key });

    /// <summary>Starts a run that was not there; a start that the database did not confirm is repeated with its key.</summary>
    public static async Task<string> RunAsync(this HttpClient client, string definition, string? key = null)
    {
        key ??= $"run {Interlocked.Increment(ref _runs)}";
        var answer = await client.StartRunAsync(definition, key);
        var isFirst = true;
        await Eventually.TrueAsync(
            async () =>
            {
                if (answer.StatusCode != 503)
                {
                    return true;
                }

                isFirst = false;
                answer = await client.StartRunAsync(definition, key);
                return false;
            },
            EngineBench.Patience,
            "the database confirms a start");
        Assert.True(answer.StatusCode == 201 || (answer.StatusCode == 200 && !isFirst), answer.ToString());
        return (string)answer.Data["id"]!;
    }

    public static async Task<JsonObject> FindRunAsync(this HttpClient client, string run)
        => (await client.SendAsync(HttpMethod.Get, $"/v1/workflow-runs/{run}")).Data;

    public static async Task<string> StatusAsync(this HttpClient client, string run) => (string)(await client.FindRunAsync(run))["status"]!;

    public static Task<ApiAnswer> CancelAsync(this HttpClient client, string run) => client.SendAsync(HttpMethod.Post, $"/v1/workflow-runs/{run}/cancel");

    public static Task<ApiAnswer> RetryAsync(this HttpClient client, string run) => client.SendAsync(HttpMethod.Post, $"/v1/workflow-runs/{run}/retry");

    public static Task<ApiAnswer> SignalAsync(this HttpClient client, string run, string type, object payload, string? dedupId = null)
        => client.PostAsync(
            $"/v1/workflow-runs/{run}/signals",
            dedupId is null
                ? JsonSerializer.Serialize(new { signalType = type, payload })
                : JsonSerializer.Serialize(new { signalType = type, payload, dedupId }));

    public static async Task<IReadOnlyList<string>> PendingApprovalsAsync(this HttpClient client)
        => [.. (await client.SendAsync(HttpMethod.Get, "/v1/approval-requests?pending=true&pageSize=100")).Body["data"]!.AsArray().Select(request => (string)request!["id"]!)];

    public static Task<ApiAnswer> DecideAsync(this HttpClient client, string approval, string decision)
        => client.PostAsync($"/v1/approval-requests/{approval}/decide", new { decision, decidedBy = "a test" });

    /// <summary>Does what is on offer for the handler, and says how many steps were completed.</summary>
    public static async Task<int> WorkAsync(this HttpClient client, string handler)
    {
        var claimed = await client.PostAsync("/v1/worker/claim", new { handlers = new[] { handler }, workerId = "a test", max = 10 });
        var completed = 0;
        foreach (var step in claimed.Data["steps"]!.AsArray())
        {
            var answer = await client.PostAsync(
                $"/v1/worker/steps/{step!["stepRunId"]}/complete", new { leaseToken = (string)step["leaseToken"]!, output = new { done = true } });
            completed += answer.StatusCode == 200 ? 1 : 0;
        }

        return completed;
    }
}
