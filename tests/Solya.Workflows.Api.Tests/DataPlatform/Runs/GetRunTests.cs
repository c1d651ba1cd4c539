namespace Solya.Workflows.Api.Tests.DataPlatform.Runs;

public class GetRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] AllFields =
    [
        "id", "organizationId", "workflowId", "externalRunId", "executor", "status", "triggerContext", "outputSummary", "errorCode",
        "errorMessage", "errorDetails", "heartbeatIntervalSeconds", "lastHeartbeatAt", "triggeredAt", "startedAt", "completedAt",
        "createdAt", "updatedAt", "steps",
    ];

    [Fact]
    public async Task A_run_shows_all_its_fields()
    {
        using var executor = new Executor(api);
        var id = await executor.StartRunAsync(new { externalRunId = "databricks-8812", heartbeatIntervalSeconds = 60 });

        var run = await executor.RunAsync(id);

        Expect.Keys(AllFields, run);
        Assert.Equal(id, (string?)run["id"]);
        Assert.Equal(executor.Organization, (string?)run["organizationId"]);
        Assert.Equal("databricks-8812", (string?)run["externalRunId"]);
        Assert.Equal("EXTERNAL", (string?)run["executor"]);
        Assert.Equal(60, (int)run["heartbeatIntervalSeconds"]!);
        Assert.Empty(run["steps"]!.AsArray());
        Expect.Instant(run["lastHeartbeatAt"]);
        Expect.Instant(run["createdAt"]);
    }

    [Fact]
    public async Task Its_steps_come_in_the_order_of_their_start()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.StartStepAsync(run, "third", new { startedAt = "2026-05-23T06:00:07Z" });
        await executor.StartStepAsync(run, "first", new { startedAt = "2026-05-23T06:00:05Z" });
        await executor.StartStepAsync(run, "second", new { startedAt = "2026-05-23T06:00:06Z" });

        var steps = (await executor.RunAsync(run))["steps"]!.AsArray();

        Assert.Equal(["first", "second", "third"], steps.Select(step => (string?)step!["nodeId"]));
        Expect.Same(await executor.StepAsync((string)steps[0]!["stepId"]!), steps[0]);
    }

    [Fact]
    public async Task Readers_at_the_same_time_each_get_what_they_asked_for()
    {
        using var executor = new Executor(api);
        using var stranger = new Executor(api, "the_stranger_of_readers");
        var steps = new Dictionary<string, string[]>();
        for (var i = 0; i < 6; i++)
        {
            var run = await executor.StartRunAsync();
            steps[run] = [.. Enumerable.Range(0, i).Select(n => $"step-{i}-{n}")];
            foreach (var node in steps[run])
            {
                await executor.StartStepAsync(run, node, new { startedAt = $"2026-05-23T06:00:0{node[^1]}Z" });
            }
        }

        // Whoever waits at the same time is read for in one group: every run several times, runs of others among them.
        var reads = Enumerable.Range(0, 120).Select(i => (
            Run: steps.Keys.ElementAt(i % steps.Count),
            Organization: i % 4 == 0 ? stranger.Organization : executor.Organization)).ToList();
        var answers = await Task.WhenAll(reads.Select(read => executor.GetAsync($"/workflow-runs/{read.Run}?organizationId={read.Organization}")));

        foreach (var (read, answer) in reads.Zip(answers))
        {
            if (read.Organization == stranger.Organization)
            {
                Expect.Error(404, "RECORD_NOT_FOUND", answer);
                continue;
            }

            Assert.Equal(read.Run, (string?)answer.Data["id"]);
            Assert.Equal(steps[read.Run], answer.Data["steps"]!.AsArray().Select(step => (string)step!["nodeId"]!));
            Assert.All(answer.Data["steps"]!.AsArray(), step => Assert.Equal(read.Run, (string?)step!["runId"]));
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(350)]
    public async Task A_long_run_shows_all_its_steps(int count)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var reports = Enumerable.Range(0, count).Select(n => (object)new
        {
            runId = run,
            step = new { nodeId = $"step-{n:000}", nodeType = "ACTION", startedAt = $"2026-05-23T06:{n / 60:00}:{n % 60:00}Z" },
        });
        var results = Expect.Ok(await executor.BatchAsync([.. reports]))["results"]!.AsArray();
        Assert.All(results, result => Assert.Equal(200, (int)result!["status"]!));

        var steps = (await executor.RunAsync(run))["steps"]!.AsArray();

        Assert.Equal(Enumerable.Range(0, count).Select(n => $"step-{n:000}"), steps.Select(step => (string)step!["nodeId"]!));
    }

    [Fact]
    public async Task The_trigger_context_comes_back_letter_by_letter()
    {
        using var executor = new Executor(api);
        const string Context = """{"z": 499.00,   "a":[9007199254740993, 1e2], "é": "\u00e9 ✓ \/"}""";
        var created = await executor.Client.PostAsync(
            "/workflow-runs", $$"""{ "organizationId": "{{executor.Organization}}", "triggerContext": {{Context}} }""");

        var run = await executor.GetAsync($"/workflow-runs/{created.Data["id"]}?organizationId={executor.Organization}");

        Assert.Contains($"\"triggerContext\":{Context},", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?organizationId=")]
    [InlineData("?organizationId=a&organizationId=b")]
    public async Task The_organization_is_required_once(string query)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        Expect.Invalid(await executor.GetAsync($"/workflow-runs/{run}{query}"), "organizationId");
    }
}
