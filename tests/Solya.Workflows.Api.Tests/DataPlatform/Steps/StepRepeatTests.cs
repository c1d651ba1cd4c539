namespace Solya.Workflows.Api.Tests.DataPlatform.Steps;

/// <summary>A repeated report is a redelivery when it carries the recorded start, and a re-execution otherwise.</summary>
public class StepRepeatTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Start = "2026-05-23T06:00:05.000Z";

    [Theory]
    [InlineData(Start)]
    [InlineData("2026-05-23T06:00:05Z")]
    [InlineData("2026-05-23T06:00:05.0009Z")]
    public async Task A_redelivery_changes_nothing_and_answers_the_step_as_it_is_now(string sameStart)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { startedAt = Start, actionType = "SEND_EMAIL", resolvedInput = new { a = 1 } });
        await executor.PatchAsync(step, new { status = "SUCCEEDED", retryCount = 2, output = new { b = 2 }, logs = "l" });
        var before = await executor.StepAsync(step);
        var events = await api.Database.EventTypesAsync(run);

        var answer = Expect.Ok(await executor.ReportAsync(
            run, fields: new { startedAt = sameStart, status = "RUNNING", actionType = "CALL_WEBHOOK", resolvedInput = new { a = 9 } }));

        Assert.Equal((step, "SUCCEEDED", 2), ((string?)answer["stepId"], (string?)answer["status"], (int)answer["retryCount"]!));
        Expect.Same(before, await executor.StepAsync(step));
        Assert.Equal(events, await api.Database.EventTypesAsync(run));
    }

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("CANCELLED")]
    [InlineData("FAILED")]
    public async Task A_redelivery_after_the_runs_end_is_answered_and_the_run_stays_ended(string end)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { startedAt = Start });
        await executor.PatchRunAsync(run, new { status = end });
        var before = await executor.RunAsync(run);

        var answer = Expect.Ok(await executor.ReportAsync(run, fields: new { startedAt = Start }));

        Assert.Equal(step, (string?)answer["stepId"]);
        Expect.Same(before, await executor.RunAsync(run));
    }

    [Theory]
    [InlineData("2026-05-23T06:10:00.000Z")]
    [InlineData("2026-05-23T06:00:05.001Z")]
    [InlineData(null)]
    public async Task A_re_execution_begins_anew_and_keeps_the_retry_count(string? otherStart)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { startedAt = Start, actionType = "SEND_EMAIL", resolvedInput = new { a = 1 } });
        await executor.PatchAsync(step, new
        {
            status = "FAILED",
            retryCount = 3,
            output = new { o = 1 },
            errorCode = "E",
            errorMessage = "m",
            errorDetails = new { d = 1 },
            logs = "l",
        });

        var fields = new { nodeType = "TRIGGER", resolvedInput = new { b = 2 }, status = "PENDING" };
        var answer = Expect.Ok(await executor.ReportAsync(
            run, fields: otherStart is null ? fields : executor.Body(fields, new { startedAt = otherStart })));

        Assert.Equal((step, "PENDING", 3), ((string?)answer["stepId"], (string?)answer["status"], (int)answer["retryCount"]!));
        var anew = await executor.StepAsync(step);
        Assert.All(
            ["actionType", "completedAt", "durationMs", "output", "errorCode", "errorMessage", "errorDetails", "logs"],
            field => Assert.Null(anew[field]));
        Assert.Equal("TRIGGER", (string?)anew["nodeType"]);
        Assert.Equal("""{"b":2}""", anew["resolvedInput"]!.ToJsonString());
        Assert.Equal(3, (int)anew["retryCount"]!);
        if (otherStart is not null)
        {
            Assert.Equal(otherStart, (string?)anew["startedAt"]);
        }
        else
        {
            Assert.NotEqual(Start, (string?)anew["startedAt"]);
        }
    }

    [Fact]
    public async Task A_re_execution_without_input_leaves_no_old_input_behind()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { resolvedInput = new { a = 1 } });

        await executor.StartStepAsync(run);

        Assert.Null((await executor.StepAsync(step))["resolvedInput"]);
    }

    [Fact]
    public async Task A_finished_step_can_be_executed_again_finished_at_once()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { startedAt = Start, status = "SUCCEEDED" });

        await executor.StartStepAsync(run, fields: new { startedAt = "2026-05-23T07:00:00Z", status = "SKIPPED" });

        var anew = await executor.StepAsync(step);
        Assert.Equal("SKIPPED", (string?)anew["status"]);
        Assert.Equal(
            (long)(Expect.Instant(anew["completedAt"]) - Expect.Instant(anew["startedAt"])).TotalMilliseconds, (long)anew["durationMs"]!);
    }
}
