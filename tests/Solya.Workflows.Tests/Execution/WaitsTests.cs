using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Steps that let time pass.</summary>
public class WaitsTests
{
    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1", 1)]
    [InlineData("\"{{ input.ms }}\"", 250)]
    [InlineData("\"{{ input.text }}\"", 250)]
    [InlineData("\"{{ 0.5 + 0.25 }}\"", 1)]
    public void A_wait_ends_when_its_time_has_passed_and_not_before(string duration, int milliseconds)
    {
        // The clock that is given has been cut to the millisecond: one more makes up for what was cut.
        var run = Waiting($"\"durationMs\": {duration}").Advance();
        run.IsNow(RunStatus.Waiting);
        Assert.Equal((StepStatus.Running, WaitKind.Timer), (run["wait"].Status, run["wait"].WaitKind));
        Assert.Equal(run.Now.AddMilliseconds(milliseconds + 1), Advancer.NextDue(run.Run));

        run.After(milliseconds);
        Assert.False(run.Last.HasChanges);
        run.Reload();
        run.After(1).IsNow(RunStatus.Completed);
        Assert.Equal("{}", run["wait"].Output!.Text);
        Assert.Equal(["RUNNING", "WAITING", "RUNNING", "COMPLETED"], run.Statuses);
    }

    [Theory]
    [InlineData("\"durationMs\": 0")]
    [InlineData("\"durationMs\": \"{{ 0 }}\"")]
    [InlineData("\"untilTimestamp\": \"2026-05-23T06:00:00.000Z\"")]
    [InlineData("\"untilTimestamp\": \"1999-01-01T00:00Z\"")]
    public void Nothing_to_wait_for_is_no_wait(string fields)
    {
        var run = Waiting(fields).Advance();
        run.IsNow(RunStatus.Completed);
        Assert.Equal(["RUNNING", "COMPLETED"], run.Statuses);
    }

    [Theory]
    [InlineData("\"2026-05-23T06:00:00.500Z\"")]
    [InlineData("\"{{ input.until }}\"")]
    public void A_wait_may_name_an_instant(string until)
    {
        var run = Waiting($"\"untilTimestamp\": {until}").Advance().After(499);
        run.IsNow(RunStatus.Waiting);
        run.After(1).IsNow(RunStatus.Completed);
    }

    [Theory]
    [InlineData("\"durationMs\": \"{{ -1 }}\"")]
    [InlineData("\"durationMs\": \"{{ input.huge }}\"")]
    [InlineData("\"durationMs\": \"{{ input.until }}\"")]
    [InlineData("\"durationMs\": \"{{ input.nan }}\"")]
    [InlineData("\"durationMs\": \"{{ input.nothing }}\"")]
    [InlineData("\"durationMs\": \"{{ 400000000000 }}\"")]
    [InlineData("\"untilTimestamp\": \"{{ input.ms }}\"")]
    [InlineData("\"untilTimestamp\": \"{{ 'tomorrow' }}\"")]
    public void A_time_that_makes_no_sense_fails_the_step(string fields)
    {
        var run = Waiting(fields).Advance();
        run.IsNow(RunStatus.Failed);
        Assert.Equal(StepError.InvalidConfig, run.Run.Error!.Code);
    }

    private static RunDriver Waiting(string fields) => new(
        $$"""[ { "name": "wait", "type": "wait", {{fields}} } ]""",
        """{ "ms": 250, "text": "250", "until": "2026-05-23T06:00:00.500Z", "huge": 1e400, "nan": "NaN", "nothing": null }""");
}
