using System.Text;

namespace Solya.Workflows.Api.Tests.Security;

/// <summary>Another organization's row and a row that never existed cannot be told apart.</summary>
public class TenancyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Every_route_by_id_answers_the_same_bytes_for_a_foreign_row_and_for_none()
    {
        using var client = api.CreateClient();
        var (owner, stranger) = (NewOrganization.Id(), NewOrganization.Id());
        var owned = await OwnRowsAsync(client, owner);
        var before = await RowsOfAsync();

        foreach (var (method, template, body) in ById(stranger))
        {
            var kind = owned.Keys.Single(name => template.Contains($"{{{name}}}", StringComparison.Ordinal));
            var foreign = await client.SendAsync(method, template.Replace($"{{{kind}}}", owned[kind], StringComparison.Ordinal), body?.Replace($"{{{kind}}}", owned[kind], StringComparison.Ordinal));
            var none = owned[kind][..(owned[kind].IndexOf('_', StringComparison.Ordinal) + 1)] + "01h000000000000000000000zz";
            var never = await client.SendAsync(method, template.Replace($"{{{kind}}}", none, StringComparison.Ordinal), body?.Replace($"{{{kind}}}", none, StringComparison.Ordinal));

            Assert.Equal(404, never.StatusCode);
            Assert.Equal(Whole(never), Whole(foreign));
        }

        Assert.Equal(before, await RowsOfAsync());
    }

    [Fact]
    public async Task A_body_may_not_name_a_foreign_workflow_or_plan()
    {
        using var client = api.CreateClient();
        var (owner, stranger) = (NewOrganization.Id(), NewOrganization.Id());
        var owned = await OwnRowsAsync(client, owner);
        const string NoDefinition = "wfdef_01h000000000000000000000zz";
        const string NoPlan = "plan_01h000000000000000000000zz";

        Assert.Equal(
            Whole(await client.PostAsync("/workflow-runs", new { organizationId = stranger, workflowId = NoDefinition })),
            Whole(await client.PostAsync("/workflow-runs", new { organizationId = stranger, workflowId = owned["workflow"] })));
        object Items(string plan) => new { organizationId = stranger, planId = plan, items = new[] { new { variantId = "v" } } };
        Assert.Equal(
            Whole(await client.PostAsync("/workflow-actions/add-items-to-plan", Items(NoPlan))),
            Whole(await client.PostAsync("/workflow-actions/add-items-to-plan", Items(owned["plan"]))));

        // In a batch too, entry by entry.
        object Batch(string run, string step) => new
        {
            organizationId = stranger,
            reports = new object[]
            {
                new { runId = run, step = new { nodeId = "n", nodeType = "ACTION" } },
                new { stepId = step, patch = new { status = "FAILED" } },
                new { runId = owned["run"], step = new { organizationId = owner, nodeId = "n", nodeType = "ACTION" } },
            },
        };
        var never = await client.PostAsync("/workflow-run-steps/batch", Batch("wfrun_01h000000000000000000000zz", "wfstep_01h000000000000000000000zz"));
        var foreign = await client.PostAsync("/workflow-run-steps/batch", Batch(owned["run"], owned["step"]));
        Assert.Equal(Whole(never), Whole(foreign));
        Assert.Equal([404, 404, 400], foreign.Data["results"]!.AsArray().Select(result => (int)result!["status"]!));
    }

    [Fact]
    public async Task Lists_show_and_count_only_the_organizations_own()
    {
        using var client = api.CreateClient();
        var (owner, stranger) = (NewOrganization.Id(), NewOrganization.Id());
        var owned = await OwnRowsAsync(client, owner);
        foreach (var path in new[] { "/workflow-runs", "/tasks", "/plans", "/workflows/active" })
        {
            var own = await client.SendAsync(HttpMethod.Get, $"{path}?organizationId={owner}");
            var other = await client.SendAsync(HttpMethod.Get, $"{path}?organizationId={stranger}");

            Assert.Equal(1, (int)own.Data["total"]!);
            Assert.Equal("""{"success":true,"data":{"items":[],"total":0,"limit":20,"offset":0,"nextCursor":null}}""", other.Text);
        }

        var byForeignWorkflow = await client.SendAsync(HttpMethod.Get, $"/workflow-runs?organizationId={stranger}&workflowId={owned["workflow"]}");
        Assert.Equal(0, (int)byForeignWorkflow.Data["total"]!);
    }

    [Fact]
    public async Task What_must_be_unique_is_unique_per_organization()
    {
        using var client = api.CreateClient();
        var (one, other) = (NewOrganization.Id(), NewOrganization.Id());
        var runs = new List<string>();
        var plans = new List<string>();
        foreach (var organizationId in new[] { one, other })
        {
            runs.Add((string)(await client.PostAsync("/workflow-runs", new { organizationId, externalRunId = "databricks-1" })).Data["id"]!);
            plans.Add((string)(await client.PostAsync("/workflow-actions/create-or-get-plan", new { organizationId, planType = "RESTOCK", planName = "p" })).Data["planId"]!);
            var tasks = await client.PostAsync("/workflow-actions/task-create", new
            {
                organizationId,
                domains = new[] { "restock" },
                minConfidence = 0,
                perimeter = new[] { new { variantId = "v", shopId = "s" } },
                workflowRunId = "r",
            });
            Assert.Equal(1, (int)tasks.Data["created"]!);
        }

        Assert.Equal(2, runs.Distinct().Count());
        Assert.Equal(2, plans.Distinct().Count());
    }

    [Fact]
    public async Task A_vector_of_one_organization_suppresses_nothing_of_another()
    {
        using var client = api.CreateClient();
        var (one, other) = (NewOrganization.Id(), NewOrganization.Id());
        await client.PutAsync("/action-vectors", new { organizationId = one, vectors = new[] { new { domain = "restock", variantId = "v", shopId = "s", confidence = 0.1 } } });

        var tasks = await client.PostAsync("/workflow-actions/task-create", new
        {
            organizationId = other,
            domains = new[] { "restock" },
            minConfidence = 0.5,
            perimeter = new[] { new { variantId = "v", shopId = "s" } },
            workflowRunId = "r",
        });

        Assert.Equal((1, 0), ((int)tasks.Data["created"]!, (int)tasks.Data["suppressed"]!));
    }

    [Fact]
    public async Task A_key_of_one_organization_replays_nothing_to_another()
    {
        using var client = api.CreateClient();
        var (one, other) = (NewOrganization.Id(), NewOrganization.Id());

        var first = await client.PostAsync("/workflow-runs", new { organizationId = one }, ("Idempotency-Key", "same"));
        var second = await client.PostAsync("/workflow-runs", new { organizationId = other }, ("Idempotency-Key", "same"));

        Assert.Equal(200, second.StatusCode);
        Assert.NotEqual((string?)first.Data["id"], (string?)second.Data["id"]);
        Assert.False(second.Message.Headers.Contains("Idempotent-Replayed"));
    }

    private static IEnumerable<(HttpMethod Method, string Path, string? Body)> ById(string organizationId)
    {
        var query = $"?organizationId={organizationId}";
        var open = $$"""{ "organizationId": "{{organizationId}}" }""";
        yield return (HttpMethod.Get, $"/workflow-runs/{{run}}{query}", null);
        yield return (HttpMethod.Patch, "/workflow-runs/{run}", $$"""{ "organizationId": "{{organizationId}}", "status": "COMPLETED" }""");
        yield return (HttpMethod.Patch, "/workflow-runs/{run}", open);
        yield return (HttpMethod.Post, "/workflow-runs/{run}/heartbeat", open);
        yield return (HttpMethod.Post, "/workflow-runs/{run}/steps", $$"""{ "organizationId": "{{organizationId}}", "nodeId": "node", "nodeType": "ACTION" }""");
        yield return (HttpMethod.Get, $"/workflow-run-steps/{{step}}{query}", null);
        yield return (HttpMethod.Patch, "/workflow-run-steps/{step}", $$"""{ "organizationId": "{{organizationId}}", "status": "FAILED" }""");
        yield return (HttpMethod.Patch, "/workflow-run-steps/{step}", open);
        yield return (HttpMethod.Patch, "/tasks/{task}", $$"""{ "organizationId": "{{organizationId}}", "status": "DONE" }""");
        yield return (HttpMethod.Get, $"/plans/{{plan}}{query}", null);
        yield return (HttpMethod.Patch, "/plans/{plan}", $$"""{ "organizationId": "{{organizationId}}", "status": "CLOSED" }""");
        yield return (HttpMethod.Get, $"/workflows/{{workflow}}{query}", null);
        yield return (HttpMethod.Patch, "/workflows/{workflow}", $$"""{ "organizationId": "{{organizationId}}", "name": "mine" }""");
        yield return (HttpMethod.Patch, "/workflows/{workflow}", open);
    }

    private static async Task<Dictionary<string, string>> OwnRowsAsync(HttpClient client, string organizationId)
    {
        var flow = new { nodes = new[] { new { id = "t", data = new { nodeType = "TRIGGER" } } }, edges = Array.Empty<object>() };
        var workflow = await client.PostAsync("/workflows", new { organizationId, name = "w", status = "ACTIVE", flowDefinition = flow });
        var run = await client.PostAsync("/workflow-runs", new { organizationId, workflowId = (string?)workflow.Data["id"] });
        var step = await client.PostAsync($"/workflow-runs/{run.Data["id"]}/steps", new { organizationId, nodeId = "node", nodeType = "ACTION" });
        var plan = await client.PostAsync("/workflow-actions/create-or-get-plan", new { organizationId, planType = "RESTOCK", planName = "secret" });
        await client.PostAsync("/workflow-actions/task-create", new
        {
            organizationId,
            domains = new[] { "restock" },
            minConfidence = 0,
            perimeter = new[] { new { variantId = "v", shopId = "s" } },
            workflowRunId = "r",
        });
        var tasks = await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={organizationId}");
        return new()
        {
            ["workflow"] = (string)workflow.Data["id"]!,
            ["run"] = (string)run.Data["id"]!,
            ["step"] = (string)step.Data["stepId"]!,
            ["plan"] = (string)plan.Data["planId"]!,
            ["task"] = (string)tasks.Data["items"]![0]!["id"]!,
        };
    }

    private Task<string> RowsOfAsync() => api.Database.ScalarAsync<string>(
        """
        SELECT md5(concat(
            (SELECT string_agg(r::text, '' ORDER BY id) FROM workflow_runs r), (SELECT string_agg(s::text, '' ORDER BY id) FROM workflow_run_steps s),
            (SELECT string_agg(t::text, '' ORDER BY id) FROM tasks t), (SELECT string_agg(p::text, '' ORDER BY id) FROM plans p),
            (SELECT string_agg(w::text, '' ORDER BY id) FROM workflows w), (SELECT count(*) FROM workflow_run_events)))
        """);

    private static string Whole(ApiAnswer answer)
    {
        var text = new StringBuilder().Append(answer.StatusCode).Append('\n');
        foreach (var (name, values) in answer.Message.Headers.Concat(answer.Message.Content.Headers).Where(header => header.Key != "Date").OrderBy(header => header.Key))
        {
            text.Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        }

        return text.Append(answer.Text).ToString();
    }
}
