namespace Solya.Workflows.Api.Tests.V1.Runs;

/// <summary>How long runs may take where nothing but the service's own limit says so.</summary>
public class RunTimeLimitTests(RunTimeLimitTests.HastyApi api) : IClassFixture<RunTimeLimitTests.HastyApi>
{
    [Fact]
    public async Task A_run_that_waits_past_the_limit_fails_says_so_before_and_has_its_time_again_after_a_retry()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[{"name":"a","type":"external_event","signalType":"paid"}]""");
        await program.UntilAsync(run, "WAITING");
        var explained = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));

        var failed = await program.UntilAsync(run, "FAILED");
        await program.PostAsync($"/v1/workflow-runs/{run}/retry", new { });
        var waiting = await program.UntilAsync(run, "WAITING");
        await program.PostAsync($"/v1/workflow-runs/{run}/resume", new { signalType = "paid", payload = new { } });

        Assert.NotNull(explained["deadline"]);
        Assert.Equal("RUN_TIMEOUT", (string?)failed["error"]!["code"]);
        Assert.Null(waiting["error"]);
        await program.UntilAsync(run, "COMPLETED");
    }

    /// <summary>A service that gives no run more than two seconds.</summary>
    public sealed class HastyApi : WorkflowsApi, IAsyncLifetime
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Engine:RunTimeoutSeconds"] = "2" };

        Task IAsyncLifetime.InitializeAsync() => StartAsync();

        Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
    }
}
