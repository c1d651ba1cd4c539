namespace Solya.Workflows.Api.Tests.DataPlatform.Runs;

public class CreateRunTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Flow = """{ "nodes": [ { "id": "start", "data": { "nodeType": "TRIGGER" } } ], "edges": [] }""";

    [Fact]
    public async Task A_run_without_a_workflow_is_ad_hoc_and_pending()
    {
        using var executor = new Executor(api);

        var run = Expect.Ok(await executor.CreateRunAsync());

        Expect.Keys(["id", "status", "triggeredAt", "workflowId"], run);
        Assert.Matches("^wfrun_[0-9a-hjkmnp-tv-z]{26}$", (string?)run["id"]);
        Assert.Equal("PENDING", (string?)run["status"]);
        Assert.Null(run["workflowId"]);
        Expect.Same((await executor.RunAsync((string)run["id"]!))["triggeredAt"], run["triggeredAt"]);
    }

    [Fact]
    public async Task A_run_names_an_active_workflow()
    {
        using var executor = new Executor(api);
        var workflow = await CreateWorkflowAsync(executor, "ACTIVE");

        var run = Expect.Ok(await executor.CreateRunAsync(new { workflowId = workflow }));

        Assert.Equal(workflow, (string?)run["workflowId"]);
        Assert.Equal(workflow, (string?)(await executor.RunAsync((string)run["id"]!))["workflowId"]);
    }

    [Theory]
    [InlineData("DRAFT")]
    [InlineData("PAUSED")]
    [InlineData("ARCHIVED")]
    public async Task A_workflow_that_is_not_active_takes_no_runs(string status)
    {
        using var executor = new Executor(api);
        var workflow = await CreateWorkflowAsync(executor, status);

        Expect.Error(409, "WORKFLOW_NOT_ACTIVE", await executor.CreateRunAsync(new { workflowId = workflow }));
    }

    [Fact]
    public async Task A_workflow_of_another_organization_is_as_unknown_as_one_that_never_was()
    {
        using var owner = new Executor(api, "the owner");
        using var executor = new Executor(api);
        var theirs = await CreateWorkflowAsync(owner, "ACTIVE");

        var answers = new[]
        {
            await executor.CreateRunAsync(new { workflowId = theirs }),
            await executor.CreateRunAsync(new { workflowId = "wfdef_00000000000000000000000000" }),
            await executor.CreateRunAsync(new { workflowId = "no id at all ✗" }),
        };

        Assert.All(answers, answer => Expect.Error(404, "RECORD_NOT_FOUND", answer));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task A_repeated_external_run_id_answers_the_run_that_has_it()
    {
        using var executor = new Executor(api);
        var first = Expect.Ok(await executor.CreateRunAsync(new { externalRunId = "databricks-1", triggerContext = new { n = 1 } }));
        await executor.ReportAsync((string)first["id"]!);

        var second = Expect.Ok(await executor.CreateRunAsync(new { externalRunId = "databricks-1", triggerContext = new { n = 2 } }));

        Expect.Same(first["id"], second["id"]);
        Expect.Same(first["triggeredAt"], second["triggeredAt"]);
        Assert.Equal("RUNNING", (string?)second["status"]);
        Assert.Equal(1, (int)(await executor.RunAsync((string)first["id"]!))["triggerContext"]!["n"]!);
    }

    [Fact]
    public async Task The_same_external_run_id_in_another_organization_is_another_run()
    {
        using var one = new Executor(api, "external ids of one");
        using var other = new Executor(api, "external ids of another");

        Assert.NotEqual(
            await one.StartRunAsync(new { externalRunId = "databricks-1" }), await other.StartRunAsync(new { externalRunId = "databricks-1" }));
    }

    [Fact]
    public async Task Twenty_starts_with_one_external_run_id_at_once_make_one_run()
    {
        using var executor = new Executor(api);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => executor.CreateRunAsync(new { externalRunId = "raced" })));

        Assert.Single(answers.Select(answer => (string?)Expect.Ok(answer)["id"]).Distinct());
        var list = await executor.GetAsync($"/workflow-runs?organizationId={executor.Organization}");
        Assert.Equal(1, (int)list.Data["total"]!);
    }

    [Fact]
    public async Task A_start_that_meets_an_uncommitted_run_of_its_external_id_answers_that_run()
    {
        using var executor = new Executor(api);
        var template = await executor.StartRunAsync();
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var other = new Npgsql.NpgsqlCommand(
            $"""
            INSERT INTO workflow_runs (organization_id, id, external_run_id, executor, status, last_heartbeat_at, event_sequence, created_at, updated_at)
            SELECT organization_id, gen_random_uuid(), 'raced', executor, 'WAITING', last_heartbeat_at, 0, created_at, updated_at
              FROM workflow_runs WHERE id = '{RunRows.KeyOf(template)}'
            RETURNING id
            """,
            connection);
        var id = (Guid)(await other.ExecuteScalarAsync())!;

        var start = executor.CreateRunAsync(new { externalRunId = "raced" });
        await api.Database.SomebodyWaitsAsync();
        await transaction.CommitAsync();

        var run = Expect.Ok(await start);
        Assert.Equal((id, "WAITING"), (RunRows.KeyOf((string)run["id"]!), (string?)run["status"]));
    }

    [Theory]
    [InlineData("{}", "organizationId")]
    [InlineData("""{ "organizationId": "" }""", "organizationId")]
    [InlineData("""{ "organizationId": null }""", "organizationId")]
    [InlineData("""{ "organizationId": 7 }""", "organizationId")]
    [InlineData("""{ "organizationId": "o", "workflowId": null }""", "workflowId")]
    [InlineData("""{ "organizationId": "o", "externalRunId": null }""", "externalRunId")]
    [InlineData("""{ "organizationId": "o", "triggerContext": null }""", "triggerContext")]
    [InlineData("""{ "organizationId": "o", "triggerContext": [1] }""", "triggerContext")]
    [InlineData("""{ "organizationId": "o", "heartbeatIntervalSeconds": 0 }""", "heartbeatIntervalSeconds")]
    [InlineData("""{ "organizationId": "o", "heartbeatIntervalSeconds": 86401 }""", "heartbeatIntervalSeconds")]
    [InlineData("""{ "organizationId": "o", "heartbeatIntervalSeconds": 1.5 }""", "heartbeatIntervalSeconds")]
    [InlineData("""{ "organizationId": "o", "heartbeatIntervalSeconds": "60" }""", "heartbeatIntervalSeconds")]
    [InlineData("""{ "triggerContext": 1, "heartbeatIntervalSeconds": -1 }""", "organizationId", "triggerContext", "heartbeatIntervalSeconds")]
    public async Task A_bad_field_is_named(string body, params string[] fields)
    {
        using var client = api.CreateClient();

        Expect.Invalid(await client.PostAsync("/workflow-runs", body), fields);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("86400")]
    [InlineData("60.0")]
    public async Task A_heartbeat_interval_is_a_whole_number_of_seconds_up_to_a_day(string interval)
    {
        using var client = api.CreateClient();

        Expect.Ok(await client.PostAsync("/workflow-runs", $$"""{ "organizationId": "o", "heartbeatIntervalSeconds": {{interval}}, "unknown": 1 }"""));
    }

    private static async Task<string> CreateWorkflowAsync(Executor executor, string status)
    {
        var created = await executor.Client.PostAsync(
            "/workflows", $$"""{ "organizationId": "{{executor.Organization}}", "name": "Restock", "status": "{{status}}", "flowDefinition": {{Flow}} }""");
        return (string)Expect.Ok(created)["id"]!;
    }
}
