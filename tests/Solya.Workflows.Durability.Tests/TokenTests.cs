using System.Runtime.Versioning;

namespace Solya.Workflows.Durability.Tests;

/// <summary>The service is never open, and never tells its tokens where they do not belong.</summary>
[Collection(ServiceTests.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class TokenTests
{
    private static readonly string[] Names = ["DATA_PLATFORM_TOKEN", "CRON_TOKEN", "ADMIN_TOKEN", "Jwt__SigningKey"];

    [Theory]
    [InlineData("DATA_PLATFORM_TOKEN", null)]
    [InlineData("DATA_PLATFORM_TOKEN", "")]
    [InlineData("DATA_PLATFORM_TOKEN", " \t ")]
    [InlineData("DATA_PLATFORM_TOKEN", ", ,")]
    [InlineData("CRON_TOKEN", null)]
    [InlineData("CRON_TOKEN", " ")]
    [InlineData("CRON_TOKEN", ",,")]
    [InlineData("ADMIN_TOKEN", null)]
    [InlineData("ADMIN_TOKEN", ",")]
    [InlineData("Jwt__SigningKey", null)]
    [InlineData("Jwt__SigningKey", "")]
    public async Task Without_a_token_a_production_service_does_not_start_and_says_what_is_missing(string missing, string? value)
    {
        await using var folder = new ScratchFolder();
        await using var service = ServiceProcess.Start(new Dictionary<string, string?>(folder.Settings) { [missing] = value });

        await Eventually.TrueAsync(() => service.HasExited, TimeSpan.FromSeconds(15), "the service has ended");
        await service.StopAsync();

        Assert.NotEqual(0, service.ExitCode);
        Assert.Contains(missing, service.Output, StringComparison.Ordinal);
        Assert.All(Names.Where(name => name != missing), name => Assert.DoesNotContain(name, service.Output, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task A_development_service_makes_its_tokens_once_shows_them_and_keeps_them_to_its_user()
    {
        await using var folder = new ScratchFolder();
        var settings = new Dictionary<string, string?>(folder.Settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DATA_PLATFORM_TOKEN"] = null,
            ["CRON_TOKEN"] = null,
            ["ADMIN_TOKEN"] = null,
            ["Jwt__SigningKey"] = null,
        };
        var kept = Path.Combine(folder.Data, "dev.env");

        var first = await TokensAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        var second = await TokensAsync();

        Assert.Equal(first, second);
        Assert.Equal(first.Order(), (await File.ReadAllLinesAsync(kept)).Order());

        async Task<string[]> TokensAsync()
        {
            await using var service = ServiceProcess.Start(settings);
            await service.WaitUntilReadyAsync();
            var shown = Names.Select(name => service.Output.Split('\n').Single(line => line.Trim().StartsWith(name + "=", StringComparison.Ordinal)).Trim()).ToArray();
            using var client = service.CreateClient(shown[0].Split('=')[1]);
            Assert.Equal(200, (await client.PostAsync("/workflow-runs", new { organizationId = "org" })).StatusCode);
            using var stranger = service.CreateClient();
            Assert.Equal(401, (await stranger.PostAsync("/workflow-runs", new { organizationId = "org" })).StatusCode);
            return shown;
        }
    }

    [Fact]
    public async Task A_production_log_holds_a_line_a_request_and_no_token_and_nothing_of_a_body()
    {
        await using var server = await OwnServer.StartNewAsync();
        await using var service = ServiceProcess.Start(new Dictionary<string, string?>(server.Settings) { ["Serilog__MinimumLevel"] = "Information" });
        await service.WaitUntilReadyAsync();
        using var client = service.CreateClient();
        using var stranger = service.CreateClient("stranger-token");
        using var cron = service.CreateClient(WorkflowsApi.CronToken);

        await DriveAsync();
        await server.StopAsync("INT");
        await DriveAsync();
        await service.StopAsync();

        var log = service.Output;
        Assert.Contains("/workflow-runs/{id}/steps", log, StringComparison.Ordinal);
        Assert.Contains("an unavailable database", log, StringComparison.Ordinal);
        Assert.All(
            new[] { WorkflowsApi.Token, WorkflowsApi.CronToken, WorkflowsApi.AdminToken, WorkflowsApi.JwtKey, "stv_", "stranger-token", "secret" },
            secret => Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase));

        async Task DriveAsync()
        {
            var run = await client.PostAsync("/workflow-runs", new { organizationId = "org", triggerContext = new { of = "secret" } }, ("Idempotency-Key", "secret"));
            var id = run.StatusCode == 200 ? (string)run.Data["id"]! : "unknown";
            await client.PostAsync($"/workflow-runs/{id}/steps", new { organizationId = "org", nodeId = "secret", nodeType = "ACTION", status = "RUNNING", resolvedInput = new { of = "secret" } });
            await client.PostAsync($"/workflow-runs/{id}/steps", new { organizationId = "org", nodeId = "secret", nodeType = "secret", status = "secret" });
            await client.PostAsync("/workflow-runs", """{ "organizationId": "org", "secret": """);
            await client.PostAsync("/workflow-runs", """{ "organizationId": "org", "triggerContext": { "secret": "\u0000 secret" } }""");
            await client.SendAsync(HttpMethod.Get, "/workflow-runs/unknown?organizationId=org&token=secret");
            await client.SendAsync(HttpMethod.Get, "/unknown?token=secret");
            await stranger.PostAsync("/workflow-runs", new { organizationId = "org", secret = "secret" });
            await cron.PostAsync("/api/internal/cron/zombie-run-sweep", new { organizationId = "org" });
            await cron.PostAsync("/workflow-runs", new { organizationId = "org" });
            var workspace = await client.PostAsync("/v1/workspaces", new { slug = "own" }, ("x-admin-token", WorkflowsApi.AdminToken), ("Idempotency-Key", "secret"));
            var key = workspace.StatusCode == 201 ? (string)workspace.Data["apiKey"]!["key"]! : $"stv_{new string('x', 43)}";
            await client.SendAsync(HttpMethod.Get, "/v1/workspaces/current", null, ("x-api-key", key));
        }
    }
}
