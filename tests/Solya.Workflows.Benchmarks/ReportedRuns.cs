using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Benchmarks;

/// <summary>Runs, with or without steps, made through the service as an executor would make them.</summary>
internal static class ReportedRuns
{
    /// <summary>What every step of the benchmarks looks like; each number makes another node.</summary>
    public const string StepBody =
        $$$"""{"organizationId":"{{{Workbench.Organization}}}","nodeId":"node-{{{PreparedRequest.Number}}}","nodeType":"ACTION","actionType":"CREATE_OR_GET_PLAN","resolvedInput":{"planType":"RESTOCK","planName":"Weekly restock"},"startedAt":"2026-05-23T06:00:05.000Z","status":"RUNNING"}""";

    /// <summary>What every patch looks like.</summary>
    public const string PatchBody =
        $$$"""{"organizationId":"{{{Workbench.Organization}}}","status":"SUCCEEDED","completedAt":"2026-05-23T06:00:09.250Z","output":{"planId":"plan-{{{PreparedRequest.Number}}}","isNew":true,"itemCount":42}}""";

    private const string RunBody = $$"""{"organizationId":"{{Workbench.Organization}}"}""";

    /// <summary>Their public ids.</summary>
    public static async Task<string[]> StartAsync(Workbench bench, int count)
    {
        const int Connections = 16;
        var ids = new ConcurrentBag<string>();
        var request = PreparedRequest.Of("POST", "/api/data-platform/workflow-runs", RunBody).With(0);
        var load = await LoadGenerator.RunAsync(
            bench.Service.Address,
            Connections,
            TimeSpan.FromMinutes(5),
            _ => _ => request,
            count / Connections,
            (_, body) => ids.Add((string)JsonNode.Parse(Encoding.UTF8.GetString(body))!["data"]!["id"]!));
        Comparison.ThrowIfFailed(load);
        return [.. ids];
    }

    /// <summary>By run: the public ids of its steps, each reported and patched.</summary>
    public static async Task<IReadOnlyList<(string Run, string[] Steps)>> WithStepsAsync(Workbench bench, int count, int steps)
    {
        var runs = await StartAsync(bench, count);
        var result = new List<(string, string[])>();
        foreach (var part in runs.Chunk(1_000 / steps))
        {
            var reports = part.SelectMany(run => Enumerable.Range(0, steps).Select(i =>
                $$"""{"runId":"{{run}}","step":{{StepBody.Replace(PreparedRequest.Number, $"{i:D10}", StringComparison.Ordinal)}}}"""));
            var ids = (await BatchAsync(bench, reports)).Chunk(steps).ToArray();
            await BatchAsync(bench, ids.SelectMany(some => some).Select(id => $$"""{"stepId":"{{id}}","patch":{{PatchBody}}}"""));
            result.AddRange(part.Zip(ids));
        }

        return result;
    }

    public static Guid RunId(string id) => PublicId.Parse(PublicId.Run, id)!.Value;

    public static Guid StepId(string id) => PublicId.Parse(PublicId.Step, id)!.Value;

    private static async Task<string[]> BatchAsync(Workbench bench, IEnumerable<string> reports)
    {
        var answer = await bench.PostAsync(
            "/api/data-platform/workflow-run-steps/batch",
            $$"""{"organizationId":"{{Workbench.Organization}}","reports":[{{string.Join(',', reports)}}]}""");
        return [.. answer["results"]!.AsArray().Select(result =>
            (int)result!["status"]! == 200 ? (string)result["data"]!["stepId"]! : throw new RequestFailedException(result.ToJsonString()))];
    }
}
