namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

public class PatchOnEndedRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("CANCELLED")]
    [InlineData("FAILED")]
    public async Task A_patch_is_recorded_and_the_run_stays_as_it_ended(string end)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await executor.PatchRunAsync(run, new { status = end, errorCode = "E" });
        var before = await executor.RunAsync(run);

        Expect.Ok(await executor.PatchAsync(step, new { status = "SUCCEEDED", output = new { late = true } }));

        Assert.Equal("SUCCEEDED", (string?)(await executor.StepAsync(step))["status"]);
        var after = await executor.RunAsync(run);
        foreach (var field in before.Select(field => field.Key).Except(["steps", "updatedAt"]))
        {
            Expect.Same(before[field], after[field]);
        }
    }

    [Fact]
    public async Task A_patch_counts_as_the_runs_heartbeat()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        var before = Expect.Instant((await executor.RunAsync(run))["lastHeartbeatAt"]);

        Expect.Ok(await executor.PatchAsync(step, new { logs = "still here" }));

        Assert.True(Expect.Instant((await executor.RunAsync(run))["lastHeartbeatAt"]) > before.AddMinutes(59));
    }

    [Fact]
    public async Task A_refused_patch_is_no_heartbeat()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { status = "SUCCEEDED" });
        await api.Database.AgeAsync(run, TimeSpan.FromHours(1));
        var before = await executor.RunAsync(run);

        Expect.Error(409, "STEP_ALREADY_FINISHED", await executor.PatchAsync(step, new { status = "RUNNING" }));

        Expect.Same(before, await executor.RunAsync(run));
    }
}
