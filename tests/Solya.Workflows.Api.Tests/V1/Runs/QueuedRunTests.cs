namespace Solya.Workflows.Api.Tests.V1.Runs;

/// <summary>A service without an engine: what is started waits in the queue.</summary>
public class QueuedRunTests(QueuedRunTests.ApiAlone api) : IClassFixture<QueuedRunTests.ApiAlone>
{
    [Fact]
    public async Task A_run_that_no_engine_takes_up_waits_in_the_queue()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "set", "type": "task", "handler": "state.set", "config": {} } ]""");

        var told = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));

        Assert.Equal("The run waits for an engine to take it up.", (string?)told["summary"]);
        var obstacle = Assert.Single(told["waitingFor"]!.AsArray())!;
        Assert.Equal("queue", (string?)obstacle["kind"]);
        Assert.NotNull(obstacle["until"]);
    }

    public sealed class ApiAlone : WorkflowsApi, IAsyncLifetime
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Engine:Enabled"] = "false" };

        Task IAsyncLifetime.InitializeAsync() => StartAsync();

        Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
    }
}
