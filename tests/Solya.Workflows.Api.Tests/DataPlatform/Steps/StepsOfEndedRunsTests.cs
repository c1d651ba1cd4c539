namespace Solya.Workflows.Api.Tests.DataPlatform.Steps;

public class StepsOfEndedRunsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("COMPLETED", "new node")]
    [InlineData("CANCELLED", "new node")]
    [InlineData("COMPLETED", "known")]
    [InlineData("CANCELLED", "known")]
    public async Task A_completed_or_cancelled_run_takes_no_step(string end, string node)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.StartStepAsync(run, "known", new { startedAt = "2026-05-23T06:00:05Z" });
        await executor.PatchRunAsync(run, new { status = end });
        var before = await executor.RunAsync(run);

        Expect.Error(409, "RUN_NOT_ACTIVE", await executor.ReportAsync(run, node, new { startedAt = "2026-05-23T07:00:00Z" }));

        Expect.Same(before, await executor.RunAsync(run));
    }

    [Fact]
    public async Task A_failed_run_is_reopened_and_its_history_says_why()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = "FAILED", errorCode = "E", errorMessage = "m" });

        await executor.StartStepAsync(run);

        var reopened = await executor.RunAsync(run);
        Assert.Equal("RUNNING", (string?)reopened["status"]);
        Assert.All(["errorCode", "errorMessage", "errorDetails", "completedAt"], field => Assert.Null(reopened[field]));
        var history = await api.Database.HistoryAsync(run);
        Assert.Equal(["workflow.created", "workflow.reported", "workflow.reopened", "step.reported"], history.Select(line => line.EventType));
        Assert.Contains("reason", history[2].Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_steps_reopen_a_failed_run_once()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = "FAILED" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => executor.ReportAsync(run, $"node-{i}")));

        Assert.All(answers, answer => Expect.Ok(answer));
        Assert.Equal(20, (await executor.RunAsync(run))["steps"]!.AsArray().Count);
        Assert.Single(await api.Database.EventTypesAsync(run), type => type == "workflow.reopened");
    }

    [Fact]
    public async Task A_cancellation_and_a_report_at_once_leave_no_step_in_a_run_cancelled_before_it()
    {
        using var executor = new Executor(api);
        for (var round = 0; round < 10; round++)
        {
            var run = await executor.StartRunAsync();

            var reporting = executor.ReportAsync(run);
            Expect.Ok(await executor.PatchRunAsync(run, new { status = "CANCELLED" }));
            var reported = await reporting;

            var after = await executor.RunAsync(run);
            Assert.Equal("CANCELLED", (string?)after["status"]);
            Assert.Equal(reported.StatusCode == 200 ? 1 : 0, after["steps"]!.AsArray().Count);
            var types = await api.Database.EventTypesAsync(run);
            Assert.Equal("workflow.reported", types[^1]);
        }
    }
}
