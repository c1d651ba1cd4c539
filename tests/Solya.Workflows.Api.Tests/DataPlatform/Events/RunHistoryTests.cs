namespace Solya.Workflows.Api.Tests.DataPlatform.Events;

/// <summary>A run's events are numbered from 1 without a gap, whoever writes them at the same time.</summary>
public class RunHistoryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Thirty_mixed_reports_at_once_leave_no_gap()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var steps = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            steps.Add(await executor.StartStepAsync(run, $"known-{i}"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => (i % 6) switch
        {
            0 => executor.ReportAsync(run, $"new-{i}"),
            1 => executor.PatchAsync(steps[i % 3], new { logs = $"l{i}" }),
            2 => executor.PatchRunAsync(run, new { outputSummary = new { i } }),
            3 => executor.BatchAsync(
                new { runId = run, step = new { nodeId = $"batched-{i}", nodeType = "ACTION" } }, new { stepId = steps[i % 3], patch = new { logs = $"l{i}" } }),
            4 => executor.Client.PostAsync($"/workflow-runs/{run}/steps", executor.Report("keyed"), ("Idempotency-Key", $"k{i}")),
            _ => executor.BeatAsync(run),
        }));

        Assert.All(answers, answer => Expect.Ok(answer));
        await AssertGaplessAsync(run, events: 1 + 3 + 5 + 5 + 5 + 10 + 5);
    }

    [Fact]
    public async Task Failures_and_reopenings_at_once_leave_no_gap()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => i % 3 == 0
            ? executor.PatchRunAsync(run, new { status = "FAILED" })
            : executor.ReportAsync(run, $"node-{i}")));

        await AssertGaplessAsync(run);
    }

    [Fact]
    public async Task Refused_reports_leave_no_event()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, fields: new { status = "SUCCEEDED" });
        await executor.PatchRunAsync(run, new { status = "COMPLETED" });

        await executor.PatchAsync(step, new { status = "RUNNING" });
        await executor.ReportAsync(run, "late");
        await executor.PatchRunAsync(run, new { status = "RUNNING" });
        await executor.BeatAsync(run);

        Assert.Equal(["workflow.created", "step.reported", "workflow.reported"], await api.Database.EventTypesAsync(run));
        await AssertGaplessAsync(run, events: 3);
    }

    private async Task AssertGaplessAsync(string run, int? events = null)
    {
        var sequences = (await api.Database.HistoryAsync(run)).Select(line => line.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, events ?? sequences.Count).Select(n => (long)n), sequences);
        Assert.Equal(
            sequences.Count, await api.Database.ScalarAsync<long>($"SELECT event_sequence FROM workflow_runs WHERE id = '{RunRows.KeyOf(run)}'"));
    }
}
