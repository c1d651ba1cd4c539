using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform.StepBatches;

public class StepBatchTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string NoRun = "wfrun_00000000000000000000000000";
    private const string NoStep = "wfstep_00000000000000000000000000";

    [Fact]
    public async Task Reports_and_patches_stand_or_fall_alone_and_answer_in_order()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var done = await executor.StartRunAsync();
        await executor.PatchRunAsync(done, new { status = "COMPLETED" });
        var step = await executor.StartStepAsync(run, "known");
        var finished = await executor.StartStepAsync(run, "finished", new { status = "SUCCEEDED" });
        var retried = await executor.StartStepAsync(run, "retried");
        await executor.PatchAsync(retried, new { retryCount = 2 });

        var results = await ResultsAsync(
            executor,
            Patch(step, new { status = "SUCCEEDED", completedAt = "2026-05-23T06:00:12Z" }),
            Report(NoRun, "n"),
            Report(run, "new"),
            Patch(NoStep, new { status = "FAILED" }),
            Report(done, "n"),
            Patch(finished, new { status = "RUNNING" }),
            Patch(retried, new { retryCount = 1 }),
            Report(run, ""),
            Patch("no id", new { }),
            Report("no id", "n"));

        Assert.Equal(Enumerable.Range(0, 10), results.Select(result => (int)result["index"]!));
        Assert.Equal([200, 404, 200, 404, 409, 409, 409, 400, 404, 404], results.Select(result => (int)result["status"]!));
        Assert.Equal(
            [null, "RECORD_NOT_FOUND", null, "RECORD_NOT_FOUND", "RUN_NOT_ACTIVE", "STEP_ALREADY_FINISHED", "STALE_ATTEMPT", "VALIDATION_ERROR", "RECORD_NOT_FOUND", "RECORD_NOT_FOUND"],
            results.Select(result => (string?)result["errorCode"]));
        Assert.Equal("SUCCEEDED", (string?)(await executor.StepAsync(step))["status"]);
        Assert.Equal("new", (string?)(await executor.StepAsync((string)results[2]["data"]!["stepId"]!))["nodeId"]);
    }

    [Fact]
    public async Task Each_entry_answers_what_its_own_route_would()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, "known");

        var results = await ResultsAsync(executor, Report(run, "new"), Patch(step, new { logs = "l" }), Report(NoRun, "n"), Patch(NoStep, new { }));

        Expect.Keys(["index", "status", "data"], results[0]);
        Expect.Keys(["stepId", "status", "retryCount"], results[0]["data"]!.AsObject());
        Expect.Keys(["stepId", "status", "retryCount", "completedAt", "durationMs"], results[1]["data"]!.AsObject());
        Expect.Keys(["index", "status", "errorCode", "error"], results[2]);
        Expect.Same((await executor.ReportAsync(NoRun)).Body["error"], results[2]["error"]);
        Expect.Same((await executor.PatchAsync(NoStep)).Body["error"], results[3]["error"]);
    }

    [Fact]
    public async Task Bad_fields_are_named_by_their_path_and_their_neighbours_are_written()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, "known");

        var results = await ResultsAsync(
            executor,
            new { runId = run, step = new { nodeId = "n", nodeType = "TRIGGER", actionType = "SEND_EMAIL" } },
            Report(run, "good"),
            new { runId = run, step = new { nodeType = "NONE" } },
            Patch(step, new { retryCount = -1, errorCode = 5 }),
            Patch(step, new { errorCode = new string('E', 65) }),
            new { step = new { nodeId = "n", nodeType = "ACTION" } },
            new { patch = new { } },
            new { runId = run },
            new { runId = run, step = new { nodeId = "n", nodeType = "ACTION" }, stepId = step, patch = new { } },
            new { runId = run, step = (object?)null },
            new { runId = run, step = new { nodeId = "n", nodeType = "ACTION", organizationId = "another" } },
            7,
            Patch(step, new { logs = "good" }));

        string[][] expected =
        [
            ["reports[0].step.actionType"], [], ["reports[2].step.nodeId", "reports[2].step.nodeType"],
            ["reports[3].patch.retryCount", "reports[3].patch.errorCode"], ["reports[4].patch.errorCode"], ["reports[5].runId"],
            ["reports[6].stepId"], ["reports[7]"], ["reports[8]"], ["reports[9].step"], ["reports[10].step.organizationId"], ["reports[11]"], [],
        ];
        Assert.Equal(expected.Select(fields => fields.Length == 0 ? 200 : 400), results.Select(result => (int)result["status"]!));
        Assert.Equal(expected.Select(fields => fields.Order()), results.Select(FieldsOf));
        Assert.Equal("good", (string?)(await executor.StepAsync(step))["logs"]);
    }

    [Fact]
    public async Task The_same_step_twice_is_written_in_order()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, "n", new { startedAt = "2026-05-23T06:00:00Z" });

        var results = await ResultsAsync(
            executor,
            Patch(step, new { status = "SUCCEEDED", logs = "first" }),
            Patch(step, new { status = "RUNNING" }),
            Patch(step, new { retryCount = 1, status = "RUNNING", logs = "second" }),
            Report(run, "n", new { startedAt = "2026-05-23T07:00:00Z" }),
            Patch(step, new { status = "SUCCEEDED", completedAt = "2026-05-23T07:00:01Z" }));

        Assert.Equal([200, 409, 200, 200, 200], results.Select(result => (int)result["status"]!));
        var after = await executor.StepAsync(step);
        Assert.Equal(("SUCCEEDED", 1, 1000), ((string?)after["status"], (int)after["retryCount"]!, (long)after["durationMs"]!));
        Assert.Null(after["logs"]);
    }

    [Fact]
    public async Task A_step_can_be_made_and_patched_in_one_batch()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run, "n");
        var other = await executor.StartRunAsync();
        var known = (await ResultsAsync(executor, Report(other, "n")))[0]["data"]!["stepId"]!;

        var results = await ResultsAsync(executor, Report(run, "n", new { status = "PENDING" }), Patch(step, new { status = "SUCCEEDED" }), Patch((string)known!, new { status = "FAILED" }));

        Assert.All(results, result => Assert.Equal(200, (int)result["status"]!));
        Assert.Equal("SUCCEEDED", (string?)(await executor.StepAsync(step))["status"]);
    }

    [Fact]
    public async Task A_failed_run_is_reopened_inside_a_batch()
    {
        using var executor = new Executor(api);
        var (failed, healthy) = (await executor.StartRunAsync(), await executor.StartRunAsync());
        await executor.PatchRunAsync(failed, new { status = "FAILED", errorCode = "E" });

        var results = await ResultsAsync(executor, Report(failed, "a"), Report(healthy, "a"), Report(failed, "b"), Report(NoRun, "a"));

        Assert.Equal([200, 200, 200, 404], results.Select(result => (int)result["status"]!));
        var run = await executor.RunAsync(failed);
        Assert.Equal("RUNNING", (string?)run["status"]);
        Assert.Null(run["errorCode"]);
        Assert.Equal(2, run["steps"]!.AsArray().Count);
        Assert.Equal(["workflow.created", "workflow.reported", "workflow.reopened", "step.reported", "step.reported"], await api.Database.EventTypesAsync(failed));
    }

    [Fact]
    public async Task A_thousand_entries_are_taken_and_one_more_is_not()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        object[] reports = [.. Enumerable.Range(0, 1001).Select(i => Report(run, $"node-{i}"))];

        Expect.Invalid(await executor.BatchAsync(reports), "reports");
        Assert.Empty((await executor.RunAsync(run))["steps"]!.AsArray());

        var results = await ResultsAsync(executor, reports[..1000]);
        Assert.Equal(Enumerable.Range(0, 1000), results.Select(result => (int)result["index"]!));
        Assert.All(results, result => Assert.Equal(200, (int)result["status"]!));
        Assert.Equal(1000, (await executor.RunAsync(run))["steps"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_hundred_bad_entries_and_more_do_not_spoil_the_good_ones()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        object[] reports = [.. Enumerable.Range(0, 300).Select(i => Report(run, i % 2 == 0 ? "" : $"node-{i}"))];

        var results = await ResultsAsync(executor, reports);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? 400 : 200), results.Select(result => (int)result["status"]!));
        Assert.Equal(["reports[298].step.nodeId"], FieldsOf(results[298]));
    }

    [Fact]
    public async Task Another_organizations_runs_and_steps_are_unknown()
    {
        using var owner = new Executor(api, "owner of steps");
        using var executor = new Executor(api);
        var run = await owner.StartRunAsync();
        var step = await owner.StartStepAsync(run);
        var before = await owner.RunAsync(run);

        var results = await ResultsAsync(executor, Report(run, "n"), Report(NoRun, "n"), Patch(step, new { logs = "l" }), Patch(NoStep, new { logs = "l" }));

        Assert.All(results, result => Assert.Equal(404, (int)result["status"]!));
        Expect.Same(results[1]["error"], results[0]["error"]);
        Expect.Same(results[3]["error"], results[2]["error"]);
        Expect.Same(before, await owner.RunAsync(run));
    }

    [Fact]
    public async Task Batches_over_the_same_runs_in_opposite_orders_all_get_through()
    {
        using var executor = new Executor(api);
        var runs = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            runs.Add(await executor.StartRunAsync());
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => ResultsAsync(
            executor, [.. (i % 2 == 0 ? runs : Enumerable.Reverse(runs)).SelectMany(run => new[] { Report(run, "same"), Report(run, i % 4 < 2 ? "same" : $"own-{i}") })])));

        Assert.All(answers.SelectMany(results => results), result => Assert.Equal(200, (int)result["status"]!));
    }

    [Theory]
    [InlineData("""{ "reports": [] }""", "organizationId")]
    [InlineData("""{ "organizationId": "o" }""", "reports")]
    [InlineData("""{ "organizationId": "", "reports": null }""", "organizationId", "reports")]
    [InlineData("""{ "organizationId": "o", "reports": {} }""", "reports")]
    public async Task A_batch_that_is_none_is_refused_whole(string body, params string[] fields)
    {
        using var client = api.CreateClient();

        Expect.Invalid(await client.PostAsync("/workflow-run-steps/batch", body), fields);
    }

    [Fact]
    public async Task An_empty_batch_has_no_results()
    {
        using var executor = new Executor(api);

        Assert.Empty(await ResultsAsync(executor));
    }

    private static object Report(string run, string node, object? fields = null)
    {
        var step = new JsonObject { ["nodeId"] = node, ["nodeType"] = "ACTION" };
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(fields ?? new { })!.AsObject())
        {
            step[name] = value?.DeepClone();
        }

        return new { runId = run, step };
    }

    private static object Patch(string step, object patch) => new { stepId = step, patch };

    private static async Task<JsonObject[]> ResultsAsync(Executor executor, params object[] reports)
    {
        var data = Expect.Ok(await executor.BatchAsync(reports));
        Expect.Keys(["results"], data);
        return [.. data["results"]!.AsArray().Select(result => result!.AsObject())];
    }

    private static IEnumerable<string> FieldsOf(JsonObject result)
        => (result["fieldErrors"]?.AsArray() ?? []).Select(error => (string)error!["field"]!).Order();
}
