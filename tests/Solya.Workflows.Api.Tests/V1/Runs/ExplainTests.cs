using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Runs;

/// <summary>Whoever asks why a run does not move is told, with the calls that would move it; and the calls work.</summary>
public class ExplainTests(ExplainTests.ReachingApi api) : IClassFixture<ExplainTests.ReachingApi>
{
    [Fact]
    public async Task A_run_that_waits_for_a_signal_names_it_and_the_calls_that_send_it()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "pay", "type": "external_event", "signalType": "payment.confirmed", "timeoutMs": 86400000 } ]""");
        await program.UntilAsync(run, "WAITING");

        var (told, obstacle) = await OnlyAsync(program, run, "signal");

        Assert.Equal((run, "WAITING"), ((string?)told["runId"], (string?)told["status"]));
        Assert.StartsWith("The run waits for the signal 'payment.confirmed' at step 'pay' until ", (string?)told["summary"], StringComparison.Ordinal);
        Assert.Equal(("pay", "payment.confirmed"), ((string?)obstacle["step"], (string?)obstacle["signalType"]));
        Assert.NotNull(obstacle["until"]);
        Assert.Equal([$"/v1/workflow-runs/{run}/resume", $"/v1/workflow-runs/{run}/signals"], obstacle["unblock"]!.AsArray().Select(call => (string?)call!["path"]));
        await CallAsync(program, obstacle);
        await program.UntilAsync(run, "COMPLETED");
    }

    [Fact]
    public async Task A_run_that_waits_for_a_decision_names_the_question()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "ok", "type": "approval", "prompt": "Sure?" } ]""");
        await program.UntilAsync(run, "PAUSED");

        var (_, obstacle) = await OnlyAsync(program, run, "approval");

        Assert.Equal(("ok", "Sure?"), ((string?)obstacle["step"], (string?)obstacle["prompt"]));
        Assert.StartsWith("apr_", (string?)obstacle["approvalId"], StringComparison.Ordinal);
        await CallAsync(program, obstacle);
        await program.UntilAsync(run, "COMPLETED");
    }

    [Fact]
    public async Task A_run_that_lets_time_pass_says_until_when()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "rest", "type": "wait", "untilTimestamp": "2099-01-01T00:00:00.000Z" } ]""");
        await program.UntilAsync(run, "WAITING");

        var (_, obstacle) = await OnlyAsync(program, run, "timer");

        Assert.Equal("2099-01-01T00:00:00.000Z", (string?)obstacle["until"]);
        await CallAsync(program, obstacle);
        await program.UntilAsync(run, "COMPLETED");
    }

    [Fact]
    public async Task A_run_that_needs_a_worker_names_its_handler_and_then_the_worker()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "work", "type": "task", "handler": "crm.enrich", "retry": { "backoffMs": 3600000, "maxBackoffMs": 3600000 } } ]""");
        await program.UntilAsync($"/v1/workflow-runs/{run}/explain", told => told["waitingFor"]!.AsArray() is [{ } only] && (string?)only["kind"] == "worker");

        var (_, free) = await OnlyAsync(program, run, "worker");
        Assert.Equal(("work", "crm.enrich", 0), ((string?)free["step"], (string?)free["handler"], (int)free["attempt"]!));
        Assert.False(free.ContainsKey("leaseHolder"));
        var claimed = Assert.Single((await CallAsync(program, free))["steps"]!.AsArray())!;
        var (_, held) = await OnlyAsync(program, run, "worker");
        Assert.Equal(("worker-1", (string?)claimed["leaseUntil"], 1), ((string?)held["leaseHolder"], (string?)held["leaseUntil"], (int)held["attempt"]!));
        Assert.Empty(held["unblock"]!.AsArray());

        V1Expect.Success(200, await program.PostAsync(
            $"/v1/worker/steps/{claimed["stepRunId"]}/fail", new { leaseToken = (string?)claimed["leaseToken"], error = new { code = "DOWN", message = "It is down." } }));
        var (_, resting) = await OnlyAsync(program, run, "worker");
        Assert.Equal(("DOWN", "It is down."), ((string?)resting["lastError"]!["code"], (string?)resting["lastError"]!["message"]));
        Assert.NotNull(resting["until"]);
    }

    [Fact]
    public async Task A_run_that_will_try_again_says_when_and_what_went_wrong()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(
            """
            [ { "name": "call", "type": "task", "handler": "http.request", "config": { "method": "GET", "url": "http://127.0.0.1:9/" },
                "retry": { "backoffMs": 3600000, "maxBackoffMs": 3600000, "jitter": false } } ]
            """);
        await program.UntilAsync(
            $"/v1/workflow-runs/{run}/explain", told => told["waitingFor"]!.AsArray() is [{ } only] && (string?)only["kind"] == "retry");

        var (told, obstacle) = await OnlyAsync(program, run, "retry");

        Assert.Equal(("call", 1), ((string?)obstacle["step"], (int)obstacle["attempt"]!));
        var due = (string)obstacle["until"]!;
        Assert.StartsWith($"The run waits for the next attempt at step 'call', due at {due}: attempt 1 failed with {obstacle["lastError"]!["code"]}", (string?)told["summary"], StringComparison.Ordinal);
        Assert.Empty(obstacle["unblock"]!.AsArray());
    }

    [Fact]
    public async Task A_failed_run_says_what_failed_it_and_that_retry_revives_it()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "broken", "type": "task", "handler": "state.set", "config": { "x": "{{ input.missing }}" } } ]""");
        await program.UntilAsync(run, "FAILED");

        var told = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));

        Assert.Empty(told["waitingFor"]!.AsArray());
        Assert.Matches("^The run failed at .* at step 'broken' with EXPRESSION_ERROR: .*retry sends it on", (string?)told["summary"]);
        Assert.Equal($"/v1/workflow-runs/{run}/retry", (string?)Assert.Single(told["unblock"]!.AsArray())!["path"]);
    }

    [Theory]
    [InlineData("COMPLETED", "completed")]
    [InlineData("CANCELLED", "cancelled")]
    public async Task A_run_that_ended_for_good_has_no_call_that_revives_it(string status, string word)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync("""[ { "name": "pay", "type": "external_event", "signalType": "go" } ]""");
        await program.UntilAsync(run, "WAITING");
        await program.PostAsync($"/v1/workflow-runs/{run}/{(status == "COMPLETED" ? "resume" : "cancel")}", new { signalType = "go" });
        await program.UntilAsync(run, status);

        var told = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));

        Assert.Contains(word, (string?)told["summary"], StringComparison.Ordinal);
        Assert.Empty(told["waitingFor"]!.AsArray());
        Assert.Empty(told["unblock"]!.AsArray());
    }

    [Fact]
    public async Task A_reported_run_names_its_executor_and_the_deadline()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var executor = new Executor(api, program.WorkspaceId);
        var run = await executor.StartRunAsync(new { heartbeatIntervalSeconds = 60 });
        await executor.StartStepAsync(run);

        var (_, obstacle) = await OnlyAsync(program, run, "executor");

        var (heard, until) = (DateTimeOffset.Parse((string)obstacle["lastHeardAt"]!, null), DateTimeOffset.Parse((string)obstacle["until"]!, null));
        Assert.Equal(TimeSpan.FromMinutes(3), until - heard);
        Expect.Ok(await executor.Client.PostAsync((string)obstacle["unblock"]![0]!["path"]!, obstacle["unblock"]![0]!["body"]!.ToJsonString()));
    }

    [Fact]
    public async Task Everything_that_several_branches_wait_for_is_told()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(
            """
            [ { "name": "both", "type": "parallel", "branches": [
                [ { "name": "a", "type": "external_event", "signalType": "x" } ],
                [ { "name": "b", "type": "wait", "durationMs": 86400000 } ] ] } ]
            """);
        await program.UntilAsync(run, "WAITING");

        var told = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));

        Assert.Equal(["signal", "timer"], told["waitingFor"]!.AsArray().Select(obstacle => (string?)obstacle!["kind"]).Order());
        Assert.EndsWith(", and one more thing.", (string?)told["summary"], StringComparison.Ordinal);
    }

    private static async Task<(JsonObject Told, JsonObject Obstacle)> OnlyAsync(ProgramOfWorkspace program, string run, string kind)
    {
        var told = V1Expect.Success(200, await program.GetAsync($"/v1/workflow-runs/{run}/explain"));
        Expect.Keys(["runId", "status", "summary", "waitingFor", "unblock"], told);
        var obstacle = Assert.Single(told["waitingFor"]!.AsArray())!.AsObject();
        Assert.True((string?)obstacle["kind"] == kind, told.ToJsonString());
        return (told, obstacle);
    }

    /// <summary>Makes the first call that would unblock it.</summary>
    private static async Task<JsonObject> CallAsync(ProgramOfWorkspace program, JsonObject obstacle)
    {
        var call = obstacle["unblock"]![0]!;
        return V1Expect.Success(200, await program.PostAsync((string)call["path"]!, call["body"]!.ToJsonString()));
    }

    /// <summary>A service whose effects may try what is on this machine.</summary>
    public sealed class ReachingApi : WorkflowsApi, IAsyncLifetime
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Webhooks:AllowPrivateNetworks"] = "true" };

        Task IAsyncLifetime.InitializeAsync() => StartAsync();

        Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
    }
}
