using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>What the engine executes is shown to the data platform, and closed to its reports.</summary>
public class EngineRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    public static TheoryData<string> Statuses => ["PENDING", "RUNNING", "WAITING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"];

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task No_report_changes_a_run_of_the_engine(string status)
    {
        using var executor = new Executor(api, $"no-report-{status}");
        var engines = await api.Database.AddEngineRunAsync(executor.Organization, status);
        var before = await api.Database.RowsAsync(executor.Organization);

        ApiAnswer[] answers =
        [
            await executor.ReportAsync(engines.Id, "node-2"),
            await executor.ReportAsync(engines.Id, "node-1"),
            await executor.ReportAsync(engines.Id, "node-1", new { startedAt = "2026-05-23T06:00:05Z" }),
            await executor.PatchAsync(engines.StepId, new { status = "FAILED", retryCount = 7, output = new { of = "nobody" } }),
            await executor.PatchAsync(engines.StepId),
            await executor.PatchRunAsync(engines.Id, new { status = "RUNNING" }),
            await executor.PatchRunAsync(engines.Id, new { outputSummary = new { of = "nobody" } }),
            await executor.PatchRunAsync(engines.Id),
            await executor.Client.PatchAsync($"/workflow-runs/{engines.Id}", new { organizationId = executor.Organization, status = "CANCELLED" }),
            await executor.BeatAsync(engines.Id),
            await executor.Client.PostAsync($"/workflow-runs/{engines.Id}/steps", executor.Report("node-3"), ("Idempotency-Key", "k")),
        ];

        Assert.All(answers, answer => Expect.Error(409, "RUN_NOT_ACTIVE", answer));
        Assert.Equal(before, await api.Database.RowsAsync(executor.Organization));
    }

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("FAILED")]
    public async Task Of_a_batch_only_the_entries_for_runs_of_others_are_written(string status)
    {
        using var executor = new Executor(api, $"batch-{status}");
        var engines = await api.Database.AddEngineRunAsync(executor.Organization, status);
        var before = await api.Database.RowsAsync(executor.Organization);
        var ours = await executor.StartRunAsync();

        var answer = Expect.Ok(await executor.BatchAsync(
            new { runId = engines.Id, step = new { nodeId = "node-2", nodeType = "ACTION" } },
            new { stepId = engines.StepId, patch = new { status = "FAILED", retryCount = 1 } },
            new { runId = ours, step = new { nodeId = "node-2", nodeType = "ACTION" } },
            new { runId = engines.Id, step = new { nodeId = "node-2", nodeType = "ACTION" } })); // a step twice takes the other path

        Assert.Equal([409, 409, 200, 409], answer["results"]!.AsArray().Select(result => (int)result!["status"]!));
        Assert.Equal("RUN_NOT_ACTIVE", (string?)answer["results"]![0]!["errorCode"]);
        Assert.Contains(before.Split('\n')[0], await api.Database.RowsAsync(executor.Organization), StringComparison.Ordinal);
        Assert.Single((await executor.RunAsync(engines.Id))["steps"]!.AsArray());
    }

    [Fact]
    public async Task A_batch_that_names_each_step_once_leaves_a_failed_run_of_the_engine_failed()
    {
        using var executor = new Executor(api);
        var engines = await api.Database.AddEngineRunAsync(executor.Organization, "FAILED");
        var before = await api.Database.RowsAsync(executor.Organization);

        var answer = Expect.Ok(await executor.BatchAsync(
            new { runId = engines.Id, step = new { nodeId = "node-2", nodeType = "ACTION" } },
            new { stepId = engines.StepId, patch = new { status = "FAILED", retryCount = 1 } }));

        Assert.Equal([409, 409], answer["results"]!.AsArray().Select(result => (int)result!["status"]!));
        Assert.Equal(before, await api.Database.RowsAsync(executor.Organization));
    }

    [Fact]
    public async Task Reads_show_a_run_of_the_engine()
    {
        using var executor = new Executor(api);
        var engines = await api.Database.AddEngineRunAsync(executor.Organization);

        var run = await executor.RunAsync(engines.Id);
        var list = await executor.GetAsync($"/workflow-runs?organizationId={executor.Organization}");

        Assert.Equal(("ENGINE", engines.WorkflowId, "RUNNING"), ((string?)run["executor"], (string?)run["workflowId"], (string?)run["status"]));
        Assert.Equal(engines.StepId, (string?)run["steps"]![0]!["stepId"]);
        Assert.Equal(engines.Id, (string?)list.Data["items"]![0]!["id"]);
        Assert.Equal("RUNNING", (string?)(await executor.StepAsync(engines.StepId))["status"]);
    }

    [Theory]
    [InlineData("V1")]
    [InlineData("GRAPH")]
    public async Task A_workflow_of_the_engine_takes_no_reported_run_and_no_change(string face)
    {
        using var executor = new Executor(api, $"workflow-{face}");
        var engines = await api.Database.AddEngineRunAsync(executor.Organization, face: face);
        var path = $"/workflows/{engines.WorkflowId}";
        var shown = Expect.Ok(await executor.GetAsync($"{path}?organizationId={executor.Organization}"));

        Expect.Error(409, "WORKFLOW_NOT_ACTIVE", await executor.CreateRunAsync(new { workflowId = engines.WorkflowId }));
        Expect.Error(409, "WORKFLOW_NOT_ACTIVE", await executor.CreateRunAsync(new { workflowId = engines.WorkflowId, externalRunId = "x" }));
        Expect.Error(409, "WORKFLOW_NOT_ACTIVE", await executor.Client.PatchAsync(path, executor.Body(new { name = "mine", status = "PAUSED" })));

        Assert.NotNull(shown["flowDefinition"]!["nodes"]);
        Assert.Equal(("onboard", "ACTIVE"), ((string?)shown["name"], (string?)shown["status"]));
        Expect.Same(shown, Expect.Ok(await executor.GetAsync($"{path}?organizationId={executor.Organization}")));
        var active = Expect.Ok(await executor.GetAsync($"/workflows/active?organizationId={executor.Organization}"));
        Expect.Same(new JsonArray(shown.DeepClone()), active["items"]);
    }
}
