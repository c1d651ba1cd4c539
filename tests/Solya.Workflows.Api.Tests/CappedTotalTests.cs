using Solya.Workflows.Api.Tests.V1;
using Solya.Workflows.Api.Tests.Workflows;

namespace Solya.Workflows.Api.Tests;

/// <summary>Lists count no further than 10,000, and say when there is more.</summary>
public class CappedTotalTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task More_runs_than_are_counted_are_said_to_be_more()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var person = Person.Of(api, program.WorkspaceId);
        using var platform = api.CreateClient();
        var workflow = await person.StoreAsync();
        var workflowId = (string)workflow["id"]!;
        var numbers = await api.Database.ScalarAsync<Guid>($"SELECT id FROM workflows WHERE organization_id = '{program.WorkspaceId}'");
        await AddRunsAsync(program.WorkspaceId, numbers, 10_000);

        Assert.Equal((10_000, null), OfV1(await program.GetAsync("/v1/workflow-runs")));
        Assert.Equal((10_000, null), OfWorkflows(await person.GetAsync($"/workflows/{workflowId}/executions?page=500")));
        Assert.Equal((10_000, null), OfDataPlatform(await platform.SendAsync(HttpMethod.Get, $"/api/data-platform/workflow-runs?organizationId={program.WorkspaceId}")));

        await AddRunsAsync(program.WorkspaceId, numbers, 30);

        Assert.Equal((10_000, true), OfV1(await program.GetAsync("/v1/workflow-runs")));
        Assert.Equal((10_000, true), OfDataPlatform(await platform.SendAsync(HttpMethod.Get, $"/api/data-platform/workflow-runs?organizationId={program.WorkspaceId}")));
        var last = await person.GetAsync($"/workflows/{workflowId}/executions?page=501");
        Assert.Equal((10_000, true), OfWorkflows(last));
        Assert.Equal(20, last.Body["data"]!.AsArray().Count);
        Assert.EndsWith("?page=502", (string)last.Body["links"]!["next"]!, StringComparison.Ordinal);
        Assert.Null((await person.GetAsync($"/workflows/{workflowId}/executions?page=502")).Body["links"]!["next"]);
    }

    private Task<long> AddRunsAsync(string organization, Guid workflow, int count) => api.Database.ScalarAsync<long>(
        $"""
        WITH runs AS (
            INSERT INTO workflow_runs (organization_id, id, workflow_id, workflow_version, executor, status, last_heartbeat_at, event_sequence, started_at, completed_at, created_at, updated_at)
            SELECT '{organization}', gen_random_uuid(), '{workflow}', 1, 'ENGINE', 'COMPLETED', now(), 0, now(), now(), now(), now() FROM generate_series(1, {count})
            RETURNING 1)
        SELECT count(*) FROM runs
        """);

    private static (int, bool?) OfV1(ApiAnswer answer) => ((int)answer.Body["meta"]!["total"]!, (bool?)answer.Body["meta"]!["totalIsCapped"]);

    private static (int, bool?) OfWorkflows(ApiAnswer answer) => ((int)answer.Body["meta"]!["total"]!, (bool?)answer.Body["meta"]!["total_is_capped"]);

    private static (int, bool?) OfDataPlatform(ApiAnswer answer) => ((int)answer.Data["total"]!, (bool?)answer.Data["totalIsCapped"]);
}
