namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

/// <summary>When a step completed, and how long it took.</summary>
public class PatchTimesTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Start = "2026-05-23T06:00:05.000Z";
    private const string End = "2026-05-23T06:00:12.000Z";

    [Theory]
    [InlineData("SUCCEEDED")]
    [InlineData("FAILED")]
    [InlineData("SKIPPED")]
    [InlineData("CANCELLED")]
    public async Task An_end_without_a_time_gets_the_servers(string status)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = Start });
        var before = api.Clock.GetUtcNow();

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status }));

        var completed = Expect.Instant(answer["completedAt"]);
        Assert.InRange(completed, before.AddMilliseconds(-1), api.Clock.GetUtcNow());
        Assert.Equal((long)(completed - DateTimeOffset.Parse(Start, null)).TotalMilliseconds, (long)answer["durationMs"]!);
        Expect.Same(answer["completedAt"], (await executor.StepAsync(step))["completedAt"]);
    }

    [Theory]
    [InlineData("RUNNING", "SUCCEEDED")]
    [InlineData("SUCCEEDED", "FAILED")]
    [InlineData("SUCCEEDED", "SUCCEEDED")]
    public async Task An_end_without_a_time_keeps_the_recorded_one(string first, string second)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = Start });
        await executor.PatchAsync(step, new { completedAt = End });
        if (first != "RUNNING")
        {
            await executor.PatchAsync(step, new { status = first });
        }

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status = second }));

        Assert.Equal((End, 7000), ((string?)answer["completedAt"], (long)answer["durationMs"]!));
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("RUNNING")]
    public async Task A_step_that_goes_on_has_no_end_any_more(string status)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = Start });
        await executor.PatchAsync(step, new { status = "FAILED", completedAt = End });

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status, retryCount = 1 }));

        Expect.Keys(["stepId", "status", "retryCount", "completedAt", "durationMs"], answer);
        Assert.Null(answer["completedAt"]);
        Assert.Null(answer["durationMs"]);
        Assert.Null((await executor.StepAsync(step))["completedAt"]);
    }

    [Fact]
    public async Task The_duration_follows_every_change_of_the_end()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = Start });

        Assert.Equal(7000, (long)Expect.Ok(await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = End }))["durationMs"]!);
        Assert.Equal(1, (long)Expect.Ok(await executor.PatchAsync(step, new { completedAt = "2026-05-23T06:00:05.0019Z" }))["durationMs"]!);
        Assert.Equal(86_400_000, (long)Expect.Ok(await executor.PatchAsync(step, new { completedAt = "2026-05-24T06:00:05Z" }))["durationMs"]!);
    }

    [Fact]
    public async Task The_duration_follows_a_new_start()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { startedAt = Start });
        await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = End });
        await executor.StartStepAsync(run, fields: new { startedAt = "2026-05-23T06:00:10Z" });

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = End }));

        Assert.Equal(2000, (long)answer["durationMs"]!);
    }

    [Fact]
    public async Task The_duration_is_never_below_zero_and_the_times_stay_as_given()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = End });

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = Start }));

        Assert.Equal((Start, 0), ((string?)answer["completedAt"], (long)answer["durationMs"]!));
        Assert.Equal(End, (string?)(await executor.StepAsync(step))["startedAt"]);
    }

    [Fact]
    public async Task The_longest_duration_there_is_can_be_recorded()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = "0001-01-01T00:00:00Z" });

        var answer = Expect.Ok(await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = "9999-12-31T23:59:59.999Z" }));

        Assert.Equal("9999-12-31T23:59:59.999Z", (string?)answer["completedAt"]);
        Assert.Equal(315_537_897_599_999, (long)answer["durationMs"]!);
    }

    [Fact]
    public async Task A_patch_without_status_or_time_leaves_both_times()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { startedAt = Start });
        await executor.PatchAsync(step, new { status = "SUCCEEDED", completedAt = End });

        var answer = Expect.Ok(await executor.PatchAsync(step, new { logs = "late logs" }));

        Assert.Equal((End, 7000), ((string?)answer["completedAt"], (long)answer["durationMs"]!));
    }
}
