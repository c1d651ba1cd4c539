using System.Net;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Hosting;

/// <summary>A process may serve the routes alone, or run the engine alone.</summary>
public class SwitchTests
{
    [Fact]
    public async Task A_process_that_only_runs_the_engine_has_health_pages_and_no_routes()
    {
        await using var api = new EngineAlone();
        await api.StartAsync();
        using var client = api.CreateClient();

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/data-platform/workflow-runs?organizationId=o")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/workflow-runs")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows")).StatusCode);
        Assert.True((bool)(await EngineOfAsync(client))["enabled"]!);
    }

    [Fact]
    public async Task A_process_that_only_serves_routes_says_that_it_has_no_engine()
    {
        await using var api = new RoutesAlone();
        await api.StartAsync();
        using var client = api.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/data-platform/workflow-runs?organizationId=o")).StatusCode);
        Assert.False((bool)(await EngineOfAsync(client))["enabled"]!);
    }

    private static async Task<JsonNode> EngineOfAsync(HttpClient client)
        => JsonNode.Parse(await client.GetStringAsync("/health/ready"))!["engine"]!;

    private sealed class EngineAlone : WorkflowsApi
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Api:Enabled"] = "false" };
    }

    private sealed class RoutesAlone : WorkflowsApi
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Engine:Enabled"] = "false" };
    }
}
