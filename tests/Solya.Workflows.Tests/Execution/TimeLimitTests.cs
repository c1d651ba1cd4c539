using System.Text.Json;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Runs that may take only so long.</summary>
public class TimeLimitTests
{
    [Theory]
    [InlineData("""{"name":"a","type":"external_event","signalType":"paid"}""", RunStatus.Waiting)]
    [InlineData("""{"name":"a","type":"approval"}""", RunStatus.Paused)]
    [InlineData("""{"name":"a","type":"wait","durationMs":60000}""", RunStatus.Waiting)]
    [InlineData("""{"name":"a","type":"task","handler":"effect.noop"}""", RunStatus.Running)]
    [InlineData("""{"name":"a","type":"task","handler":"warehouse.pick"}""", RunStatus.Running)]
    [InlineData("""{"name":"a","type":"foreach","items":[1,2],"steps":[{"name":"b","type":"task","handler":"effect.noop"}]}""", RunStatus.Running)]
    public void A_run_that_has_not_ended_in_time_fails_whatever_it_is_at(string step, RunStatus status)
    {
        var run = Limited($$"""[{{step}}]""", 1000).Advance();
        run.IsNow(status);
        Assert.Equal(run.Now.AddMilliseconds(1000), Advancer.NextDue(run.Run));

        run.After(999).IsNow(status);
        run.Reload();
        run.After(1).IsNow(RunStatus.Failed);

        Assert.Equal((StepError.RunTimeout, StepStatus.Cancelled), (run.Run.Error!.Code, run["a"].Status));
        Assert.Contains("2026-05-23T06:00:01.000Z", run.Run.Error.Message, StringComparison.Ordinal);
        Assert.Empty(run.Effects);
    }

    [Fact]
    public void What_ends_in_time_takes_no_notice_of_the_limit()
        => Limited("""[{"name":"a","type":"task","handler":"effect.noop","timeoutMs":5}]""", 1000).Advance().After(999).Succeed("a").IsNow(RunStatus.Completed);

    [Fact]
    public void A_wait_that_ends_before_the_limit_comes_first()
    {
        var run = Limited("""[{"name":"a","type":"wait","durationMs":100}]""", 1000).Advance();
        run.AtDue().IsNow(RunStatus.Completed);
        Assert.True(run.Now < run.Run.Deadline);
    }

    [Fact]
    public void A_retry_gives_the_run_its_whole_time_again()
    {
        var run = Limited("""[{"name":"a","type":"external_event","signalType":"paid"}]""", 1000).Advance().After(1000);
        run.After(5000).RetryRun().IsNow(RunStatus.Waiting);
        run.After(999).IsNow(RunStatus.Waiting);
        run.After(1).IsNow(RunStatus.Failed);
    }

    [Fact]
    public void The_time_limit_of_a_graph_is_that_of_its_trigger()
    {
        var graph = GraphCompiler.Compile(
            JsonElement.Parse("""[ { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger", "timeoutMs": 5000 } }, { "id": "a", "type": "action", "data": { "componentId": "set", "values": {}, "timeoutMs": 7 } } ]"""),
            JsonElement.Parse("""[ { "id": "e", "source": "start", "target": "a" } ]""")).Graph!;
        Assert.Equal(TimeSpan.FromSeconds(5), graph.RunTimeout);
        Assert.Null(RunDriver.Compiled("""[{"name":"a","type":"approval","timeoutMs":5000}]""").RunTimeout);
    }

    private static RunDriver Limited(string steps, int milliseconds)
    {
        var run = new RunDriver(steps);
        run.Run.TimeLimit = TimeSpan.FromMilliseconds(milliseconds);
        return run;
    }
}
