using Npgsql;

namespace Solya.Workflows.Api.Tests.DataPlatform.Idempotency;

/// <summary>A request with an Idempotency-Key happens once and answers the same for 24 hours.</summary>
public class IdempotencyKeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Header = "Idempotency-Key";

    public static TheoryData<string> EveryPost() => new("run", "step", "batch", "tasks", "plan", "items", "workflow");

    [Theory]
    [MemberData(nameof(EveryPost))]
    public async Task A_repeat_answers_byte_for_byte_the_same_and_has_no_effect(string post)
    {
        using var executor = new Executor(api, $"repeats {post}");
        var (path, body) = await RequestAsync(executor, post);

        var first = await executor.Client.PostAsync(path, body, (Header, "key"));
        var rows = await RowsAsync(executor);
        var second = await executor.Client.PostAsync(path, body, (Header, "key"));

        Expect.Ok(first);
        Assert.Equal((200, first.Text), (second.StatusCode, second.Text));
        Assert.False(first.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(["true"], second.Message.Headers.GetValues("Idempotent-Replayed"));
        Assert.Equal(first.Message.Content.Headers.ContentType, second.Message.Content.Headers.ContentType);
        Assert.Equal(rows, await RowsAsync(executor));
    }

    [Theory]
    [MemberData(nameof(EveryPost))]
    public async Task The_same_key_with_another_body_is_refused(string post)
    {
        using var executor = new Executor(api, $"other bodies {post}");
        var (path, body) = await RequestAsync(executor, post);
        Expect.Ok(await executor.Client.PostAsync(path, body, (Header, "key")));
        var rows = await RowsAsync(executor);

        var answer = await executor.Client.PostAsync(path, body.Replace("}", ", \"more\": 1 }", StringComparison.Ordinal), (Header, "key"));

        Expect.Error(422, "IDEMPOTENCY_KEY_REUSED", answer);
        Assert.Equal(rows, await RowsAsync(executor));
    }

    [Theory]
    [MemberData(nameof(EveryPost))]
    public async Task Twenty_at_once_have_one_effect(string post)
    {
        using var executor = new Executor(api, $"twenty {post}");
        var (path, body) = await RequestAsync(executor, post);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => executor.Client.PostAsync(path, body, (Header, "key"))));

        Assert.All(answers.Where(answer => answer.StatusCode != 200), answer => Expect.Error(409, "IDEMPOTENCY_IN_FLIGHT", answer));
        var done = answers.Where(answer => answer.StatusCode == 200).ToList();
        Assert.Single(done.Select(answer => answer.Text).Distinct());
        Assert.Single(done, answer => !answer.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM idempotency_keys WHERE organization_id = '{executor.Organization}'"));
    }

    [Fact]
    public async Task The_same_key_on_another_path_or_of_another_organization_is_another_key()
    {
        using var executor = new Executor(api);
        using var neighbour = new Executor(api, "a neighbour with the same key");
        var (one, other) = (await executor.StartRunAsync(), await executor.StartRunAsync());

        ApiAnswer[] answers =
        [
            await executor.Client.PostAsync($"/workflow-runs/{one}/steps", executor.Report("n"), (Header, "key")),
            await executor.Client.PostAsync($"/workflow-runs/{other}/steps", executor.Report("n"), (Header, "key")),
            await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, "key")),
            await neighbour.Client.PostAsync("/workflow-runs", neighbour.Body(), (Header, "key")),
            await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, "KEY")),
        ];

        Assert.All(answers, answer => Expect.Ok(answer));
        Assert.All(answers, answer => Assert.False(answer.Message.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal(5, answers.Select(answer => answer.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_refusal_leaves_the_key_free()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        await executor.PatchRunAsync(run, new { status = "PAUSED" });
        var path = $"/workflow-runs/{run}/steps";

        Expect.Invalid(await executor.Client.PostAsync(path, executor.Report(""), (Header, "key")), "nodeId");
        await api.Database.ExecuteAsync($"UPDATE workflow_runs SET status = 'CANCELLED', completed_at = updated_at WHERE id = '{RunRows.KeyOf(run)}'");
        Expect.Error(409, "RUN_NOT_ACTIVE", await executor.Client.PostAsync(path, executor.Report("n"), (Header, "key")));
        await api.Database.ExecuteAsync($"UPDATE workflow_runs SET status = 'PAUSED', completed_at = NULL WHERE id = '{RunRows.KeyOf(run)}'");

        var answer = await executor.Client.PostAsync(path, executor.Report("n"), (Header, "key"));
        Expect.Ok(answer);
        Assert.False(answer.Message.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task An_unknown_run_leaves_the_key_free()
    {
        using var executor = new Executor(api);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var answer = await executor.Client.PostAsync("/workflow-runs/wfrun_00000000000000000000000000/steps", executor.Report("n"), (Header, "key"));
            Expect.Error(404, "RECORD_NOT_FOUND", answer);
            Assert.False(answer.Message.Headers.Contains("Idempotent-Replayed"));
        }
    }

    [Fact]
    public async Task A_key_is_kept_for_24_hours_and_then_free()
    {
        using var executor = new Executor(api);
        var first = await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, "key"));

        api.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        var kept = await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, "key"));
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        var anew = await executor.Client.PostAsync("/workflow-runs", executor.Body(new { triggerContext = new { } }), (Header, "key"));
        var again = await executor.Client.PostAsync("/workflow-runs", executor.Body(new { triggerContext = new { } }), (Header, "key"));

        Assert.Equal(first.Text, kept.Text);
        Expect.Ok(anew);
        Assert.NotEqual(first.Text, anew.Text);
        Assert.Equal(anew.Text, again.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_key_that_is_empty_or_too_long_is_refused(int length)
    {
        using var executor = new Executor(api);

        Expect.Invalid(await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, new string('k', length))), Header);

        Assert.Equal(0, (int)(await executor.GetAsync($"/workflow-runs?organizationId={executor.Organization}")).Data["total"]!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public async Task A_key_of_up_to_255_characters_is_taken(int length)
    {
        using var executor = new Executor(api, $"keys of {length}");

        Expect.Ok(await executor.Client.PostAsync("/workflow-runs", executor.Body(), (Header, new string('k', length))));
    }

    [Fact]
    public async Task A_repeat_while_the_first_still_runs_is_told_so_and_finds_its_answer_later()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        Task<ApiAnswer> Send() => executor.Client.PostAsync($"/workflow-runs/{run}/steps", executor.Report("n"), (Header, "key"));
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"SELECT FROM workflow_runs WHERE id = '{RunRows.KeyOf(run)}' FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync();

        var first = Send();
        await api.Database.SomebodyWaitsAsync();
        var repeat = await Send();
        await transaction.CommitAsync();
        var late = await first;
        var last = await Send();

        Expect.Error(409, "IDEMPOTENCY_IN_FLIGHT", repeat);
        Assert.True(late.StatusCode is 200 or 503, late.Text); // the lock may have outlived its patience
        Expect.Ok(last);
        Assert.Equal(late.StatusCode == 200, last.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Single((await executor.RunAsync(run))["steps"]!.AsArray());
    }

    private static async Task<(string Path, string Body)> RequestAsync(Executor executor, string post)
    {
        var o = $"\"organizationId\": \"{executor.Organization}\"";
        return post switch
        {
            "run" => ("/workflow-runs", $$"""{ {{o}} }"""),
            "step" => ($"/workflow-runs/{await executor.StartRunAsync()}/steps", $$"""{ {{o}}, "nodeId": "n", "nodeType": "ACTION" }"""),
            "batch" => (
                "/workflow-run-steps/batch",
                $$"""{ {{o}}, "reports": [ { "runId": "{{await executor.StartRunAsync()}}", "step": { "nodeId": "n", "nodeType": "ACTION" } }, 1 ] }"""),
            "tasks" => (
                "/workflow-actions/task-create",
                $$"""{ {{o}}, "domains": ["restock"], "minConfidence": 0, "workflowRunId": "w", "perimeter": [ { "variantId": "v", "shopId": "s" } ] }"""),
            "plan" => ("/workflow-actions/create-or-get-plan", $$"""{ {{o}}, "planType": "RESTOCK", "planName": "p" }"""),
            "items" => (
                "/workflow-actions/add-items-to-plan",
                $$"""{ {{o}}, "planId": "{{await CreatePlanAsync(executor)}}", "items": [ { "variantId": "v" } ] }"""),
            "workflow" => ("/workflows", $$"""{ {{o}}, "name": "w" }"""),
            _ => throw new ArgumentOutOfRangeException(nameof(post)),
        };
    }

    private static async Task<string> CreatePlanAsync(Executor executor)
        => (string)Expect.Ok(await executor.Client.PostAsync(
            "/workflow-actions/create-or-get-plan", executor.Body(new { planType = "RESTOCK", planName = "p" })))["planId"]!;

    // Every row of the organization with its version: whatever is written anew shows.
    private Task<string> RowsAsync(Executor executor) => api.Database.ScalarAsync<string>(
        $"""
        SELECT coalesce(string_agg(row, ' ' ORDER BY row), '') FROM (
            SELECT 'run ' || ctid || xmin AS row FROM workflow_runs WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'step ' || ctid || xmin FROM workflow_run_steps WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'event ' || ctid || xmin FROM workflow_run_events WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'task ' || ctid || xmin FROM tasks WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'plan ' || ctid || xmin FROM plans WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'item ' || ctid || xmin FROM plan_items WHERE organization_id = '{executor.Organization}'
            UNION ALL SELECT 'workflow ' || ctid || xmin FROM workflows WHERE organization_id = '{executor.Organization}') rows
        """);
}
