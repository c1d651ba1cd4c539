using System.Text.Json.Nodes;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

/// <summary>Which attempt a patch speaks of, and what it may then change.</summary>
public class PatchAttemptTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const long Recorded = 5;

    [Theory]
    [InlineData("SUCCEEDED")]
    [InlineData("SKIPPED")]
    [InlineData("CANCELLED")]
    public async Task A_finished_step_opens_only_for_a_new_attempt(string finished)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { status = finished });

        Expect.Error(409, "STEP_ALREADY_FINISHED", await executor.PatchAsync(step, new { status = "RUNNING" }));
        Expect.Error(409, "STEP_ALREADY_FINISHED", await executor.PatchAsync(step, new { status = "PENDING", retryCount = 0 }));
        Expect.Ok(await executor.PatchAsync(step, new { status = "RUNNING", retryCount = 1 }));
    }

    [Fact]
    public async Task A_failed_step_opens_without_a_new_attempt()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync(new { status = "FAILED" });

        Assert.Equal("RUNNING", (string?)Expect.Ok(await executor.PatchAsync(step, new { status = "RUNNING" }))["status"]);
    }

    [Fact]
    public async Task An_end_can_be_corrected_into_every_other_end()
    {
        using var executor = new Executor(api);
        string[] ends = ["SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED"];
        foreach (var (first, second) in from first in ends from second in ends select (first, second))
        {
            var step = await executor.StartStepAsync(new { status = first });

            Assert.Equal(second, (string?)Expect.Ok(await executor.PatchAsync(step, new { status = second }))["status"]);
        }
    }

    [Fact]
    public async Task A_report_of_an_older_attempt_changes_nothing()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await executor.PatchAsync(step, new { retryCount = 2 });
        var before = await executor.RunAsync(run);

        Expect.Error(409, "STALE_ATTEMPT", await executor.PatchAsync(step, new { retryCount = 1, status = "FAILED", logs = "old" }));

        Expect.Same(before, await executor.RunAsync(run));
        Assert.Equal("step.patched", (await api.Database.EventTypesAsync(run))[^1]);
        Assert.Equal(3, (await api.Database.EventTypesAsync(run)).Length);
    }

    [Fact]
    public async Task Of_an_old_and_a_new_attempt_at_once_the_new_one_stands()
    {
        using var executor = new Executor(api);
        for (var round = 0; round < 10; round++)
        {
            var step = await executor.StartStepAsync();

            var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(
                attempt => executor.PatchAsync(step, new { retryCount = attempt, logs = $"attempt {attempt}" })));

            Assert.All(answers.Where(answer => answer.StatusCode != 200), answer => Expect.Error(409, "STALE_ATTEMPT", answer));
            var after = await executor.StepAsync(step);
            Assert.Equal((8, "attempt 8"), ((int)after["retryCount"]!, (string?)after["logs"]));
        }
    }

    [Theory]
    [InlineData(StepStatus.Pending)]
    [InlineData(StepStatus.Running)]
    [InlineData(StepStatus.Succeeded)]
    [InlineData(StepStatus.Failed)]
    [InlineData(StepStatus.Skipped)]
    [InlineData(StepStatus.Cancelled)]
    public async Task Every_patch_is_judged_as_the_rules_say(StepStatus recorded)
    {
        using var executor = new Executor(api);
        foreach (var reported in Enum.GetValues<StepStatus>().Select(status => (StepStatus?)status).Append(null))
        {
            foreach (var retryCount in new long?[] { null, Recorded - 1, Recorded, Recorded + 1 })
            {
                var step = await executor.StartStepAsync(new { status = recorded.Text() });
                Expect.Ok(await executor.PatchAsync(step, new { retryCount = Recorded, logs = "recorded" }));
                var before = await executor.StepAsync(step);

                var answer = await executor.PatchAsync(step, Patch(reported, retryCount));

                var expected = StepPatchRules.Judge(recorded, Recorded, reported, retryCount);
                Assert.Equal(expected, OutcomeOf(answer));
                var after = await executor.StepAsync(step);
                if (expected != StepOutcome.Recorded)
                {
                    Expect.Same(before, after);
                    continue;
                }

                Assert.Equal((reported ?? recorded).Text(), (string?)after["status"]);
                Assert.Equal(retryCount ?? Recorded, (long)after["retryCount"]!);
                Assert.Equal("patched", (string?)after["logs"]);
            }
        }
    }

    private static JsonObject Patch(StepStatus? status, long? retryCount)
    {
        var patch = new JsonObject { ["logs"] = "patched" };
        if (status is not null)
        {
            patch["status"] = status.Value.Text();
        }

        if (retryCount is not null)
        {
            patch["retryCount"] = retryCount;
        }

        return patch;
    }

    private static StepOutcome OutcomeOf(ApiAnswer answer) => (answer.StatusCode, answer.StatusCode == 200 ? null : answer.ErrorCode) switch
    {
        (200, _) => StepOutcome.Recorded,
        (409, "STALE_ATTEMPT") => StepOutcome.StaleAttempt,
        (409, "STEP_ALREADY_FINISHED") => StepOutcome.StepAlreadyFinished,
        _ => throw new InvalidOperationException(answer.Text),
    };
}
