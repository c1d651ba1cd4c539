namespace Solya.Workflows.Api.Tests.DataPlatform.Tenancy;

/// <summary>Another organization's row, a row that never was and a text that is no id are answered with the same bytes.</summary>
public class OtherOrganizationTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Steps = "/workflow-runs/{run}/steps";

    [Theory]
    [InlineData("GET", "/workflow-runs/{run}?organizationId=intruder", null)]
    [InlineData("PATCH", "/workflow-runs/{run}", """{ "organizationId": "intruder", "status": "CANCELLED" }""")]
    [InlineData("POST", "/workflow-runs/{run}/heartbeat", """{ "organizationId": "intruder" }""")]
    [InlineData("POST", Steps, """{ "organizationId": "intruder", "nodeId": "node-1", "nodeType": "ACTION" }""")]
    [InlineData("GET", "/workflow-run-steps/{step}?organizationId=intruder", null)]
    [InlineData("PATCH", "/workflow-run-steps/{step}", """{ "organizationId": "intruder", "status": "FAILED", "retryCount": 0 }""")]
    public async Task Nothing_tells_another_organizations_row_from_none(string method, string path, string? body)
    {
        using var owner = new Executor(api, "owner");
        var run = await owner.StartRunAsync();
        var step = await owner.StartStepAsync(run, fields: new { status = "SUCCEEDED" });
        var before = await owner.RunAsync(run);

        var answers = new List<ApiAnswer>();
        foreach (var (runId, stepId) in Ids(run, step))
        {
            var address = path.Replace("{run}", runId, StringComparison.Ordinal).Replace("{step}", stepId, StringComparison.Ordinal);
            answers.Add(await owner.Client.SendAsync(new HttpMethod(method), address, body));
        }

        Assert.All(answers, answer => Expect.Error(404, "RECORD_NOT_FOUND", answer));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Expect.Same(before, await owner.RunAsync(run));
    }

    [Fact]
    public async Task A_keyed_report_into_another_organizations_run_is_as_unknown()
    {
        using var owner = new Executor(api, "owner of a run");
        using var intruder = new Executor(api);
        var run = await owner.StartRunAsync();

        var answer = await intruder.Client.PostAsync($"/workflow-runs/{run}/steps", intruder.Report("n"), ("Idempotency-Key", "k"));

        Expect.Error(404, "RECORD_NOT_FOUND", answer);
        Assert.Empty((await owner.RunAsync(run))["steps"]!.AsArray());
    }

    private static IEnumerable<(string Run, string Step)> Ids(string run, string step) =>
    [
        (run, step),
        ("wfrun_00000000000000000000000000", "wfstep_00000000000000000000000000"),
        ($"wfrun_{run["wfrun_".Length..^1]}z", $"wfstep_{step["wfstep_".Length..^2]}zz"),
        (step, run),
        (run.ToUpperInvariant(), step.ToUpperInvariant()),
        ("x", "x"),
        ("%E2%9C%93%20%27", "%E2%9C%93%20%27"),
        (new string('a', 3000), new string('a', 3000)),
    ];
}
