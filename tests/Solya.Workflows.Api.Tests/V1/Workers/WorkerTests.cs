using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Workers;

/// <summary>Steps are done by workers in any language, under a lease whose token is a fence.</summary>
public class WorkerTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Works =
        """
        [ { "name": "work", "type": "task", "handler": "crm.enrich", "config": { "company": "{{ input.name }}", "n": 1.50 }, "retry": { "maxAttempts": 2, "backoffMs": 100 } },
          { "name": "after", "type": "task", "handler": "state.set", "config": { "got": "{{ steps.work.output.value }}" } } ]
        """;

    [Fact]
    public async Task A_worker_claims_a_step_completes_it_and_the_run_goes_on_with_its_output()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(Works, new { name = "Acme" });

        var step = await program.ClaimAsync("crm.enrich");

        Expect.Keys(["stepRunId", "runId", "stepName", "leaseToken", "handler", "config", "attempt", "idempotencyKey", "leaseUntil"], step);
        Assert.Equal(
            (run, "work", "crm.enrich", 1, """{"company":"Acme","n":1.50}"""),
            ((string?)step["runId"], (string?)step["stepName"], (string?)step["handler"], (int)step["attempt"]!, step["config"]!.ToJsonString()));
        Assert.Empty(await TryClaimAsync(program, "crm.enrich"));
        var beat = V1Expect.Success(200, await ReportAsync(program, step, "heartbeat", """, "leaseMs": 3600000"""));
        Assert.True(string.CompareOrdinal((string?)beat["leaseUntil"], (string?)step["leaseUntil"]) > 0);
        var taken = V1Expect.Success(200, await ReportAsync(program, step, "complete", """, "output": { "value": 42 }"""));
        Assert.Equal(((string?)step["stepRunId"], true), ((string?)taken["stepRunId"], (bool)taken["accepted"]!));
        Assert.Equal(42, (int)(await program.UntilAsync(run, "COMPLETED"))["output"]!["got"]!);
    }

    [Fact]
    public async Task A_report_that_comes_twice_loses_the_second_time_and_changes_nothing()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(Works, new { name = "Acme" });
        var step = await program.ClaimAsync("crm.enrich");
        V1Expect.Success(200, await ReportAsync(program, step, "complete", """, "output": { "value": 1 }"""));
        var ended = await program.UntilAsync(run, "COMPLETED");

        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, step, "complete", """, "output": { "value": 2 }"""));
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, step, "fail", """, "error": { "code": "X", "message": "x" }"""));
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, step, "heartbeat"));
        Assert.True(JsonNode.DeepEquals(ended, (await program.GetAsync($"/v1/workflow-runs/{run}")).Data));
    }

    [Fact]
    public async Task Of_ten_workers_at_once_one_gets_the_step()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await program.StartAsync(Works, new { name = "Acme" });

        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => program.PostAsync(
            "/v1/worker/claim", new { handlers = new[] { "crm.enrich" }, workerId = "w", max = 10, waitMs = 1_000 })));

        Assert.Single(claims.SelectMany(claim => V1Expect.Success(200, claim)["steps"]!.AsArray()));
    }

    [Fact]
    public async Task A_failed_attempt_is_offered_again_under_the_same_key_and_the_last_one_fails_the_run()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(Works, new { name = "Acme" });
        var first = await program.ClaimAsync("crm.enrich");
        V1Expect.Success(200, await ReportAsync(program, first, "fail", """, "error": { "code": "DOWN", "message": "Down.", "details": { "n": 1 } }"""));

        var second = await program.ClaimAsync("crm.enrich");

        Assert.Equal(2, (int)second["attempt"]!);
        Assert.Equal((string?)first["idempotencyKey"], (string?)second["idempotencyKey"]);
        Assert.Equal((string?)first["stepRunId"], (string?)second["stepRunId"]);
        Assert.NotEqual((string?)first["leaseToken"], (string?)second["leaseToken"]);
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, first, "complete"));
        V1Expect.Success(200, await ReportAsync(program, second, "fail", """, "error": { "code": "DOWN", "message": "Down." }"""));
        Assert.Equal("DOWN", (string?)(await program.UntilAsync(run, "FAILED"))["error"]!["code"]);
    }

    [Fact]
    public async Task A_failure_that_cannot_be_helped_fails_the_run_at_once()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(Works, new { name = "Acme" });

        V1Expect.Success(200, await ReportAsync(program, await program.ClaimAsync("crm.enrich"), "fail", """, "error": { "code": "GONE", "message": "Gone." }, "retryable": false"""));

        Assert.Equal("GONE", (string?)(await program.UntilAsync(run, "FAILED"))["error"]!["code"]);
    }

    [Fact]
    public async Task A_worker_that_falls_silent_loses_the_step_to_the_next_one()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(Works, new { name = "Acme" });
        var silent = await program.ClaimAsync("crm.enrich", leaseMs: 1_000);

        var next = await program.ClaimAsync("crm.enrich");

        Assert.Equal((2, (string?)silent["stepRunId"]), ((int)next["attempt"]!, (string?)next["stepRunId"]));
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, silent, "complete", """, "output": { "value": 1 }"""));
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, silent, "heartbeat"));
        V1Expect.Success(200, await ReportAsync(program, next, "complete", """, "output": { "value": 2 }"""));
        Assert.Equal(2, (int)(await program.UntilAsync(run, "COMPLETED"))["output"]!["got"]!);
    }

    [Fact]
    public async Task A_claim_waits_for_work_that_comes_later()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var waiting = program.ClaimAsync("crm.enrich");

        var run = await program.StartAsync(Works, new { name = "Acme" });

        Assert.Equal(run, (string?)(await waiting)["runId"]);
    }

    [Fact]
    public async Task A_claim_that_nothing_comes_for_answers_nothing_when_its_time_is_over()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var began = Stopwatch.StartNew();

        var answer = await program.PostAsync("/v1/worker/claim", new { handlers = new[] { "x" }, workerId = "w", waitMs = 3_500 });

        Assert.Empty(V1Expect.Success(200, answer)["steps"]!.AsArray());
        Assert.True(began.ElapsedMilliseconds >= 3_500, $"{began.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_waiting_claim_ends_when_the_service_stops()
    {
        await using var stopping = new ApiFixture();
        await stopping.StartAsync();
        using var program = await ProgramOfWorkspace.CreateAsync(stopping);
        var waiting = program.PostAsync("/v1/worker/claim", new { handlers = new[] { "x" }, workerId = "w", waitMs = 30_000 });
        await program.GetAsync("/v1/workflow-runs");

        stopping.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Empty(V1Expect.Success(200, await waiting.WaitAsync(TimeSpan.FromSeconds(15)))["steps"]!.AsArray());
    }

    [Fact]
    public async Task Steps_of_others_are_neither_claimed_nor_known()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        await other.StartAsync(Works, new { name = "Acme" });
        var step = await other.ClaimAsync("crm.enrich");
        var unknown = new JsonObject { ["stepRunId"] = $"wfstep_{new string('0', 26)}", ["leaseToken"] = (string?)step["leaseToken"] };
        var none = new JsonObject { ["stepRunId"] = "x", ["leaseToken"] = "y" };

        foreach (var report in new[] { "heartbeat", "complete", "fail" })
        {
            var more = report == "fail" ? """, "error": { "code": "X", "message": "x" }""" : "";
            var foreign = await ReportAsync(program, step, report, more);
            V1Expect.Error(404, "NOT_FOUND", foreign);
            Assert.Equal(foreign.Text, (await ReportAsync(program, unknown, report, more)).Text);
            Assert.Equal(foreign.Text, (await ReportAsync(program, none, report, more)).Text);
        }

        Assert.Empty(await TryClaimAsync(program, "crm.enrich"));
        V1Expect.Success(200, await ReportAsync(other, step, "heartbeat"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_token_that_is_none_is_a_lost_lease(string token)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await program.StartAsync(Works, new { name = "Acme" });
        var step = await program.ClaimAsync("crm.enrich");
        step["leaseToken"] = token;

        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, step, "heartbeat"));
        V1Expect.Error(409, "CONFLICT", await ReportAsync(program, step, "complete"));
    }

    [Theory]
    [InlineData("claim", "{}", "handlers", "workerId")]
    [InlineData("claim", """{ "handlers": [], "workerId": "" }""", "handlers", "workerId")]
    [InlineData("claim", """{ "handlers": ["a", "", 1], "workerId": "w" }""", "handlers[1]", "handlers[2]")]
    [InlineData("claim", """{ "handlers": ["a"], "workerId": "w", "max": 0, "leaseMs": 999, "waitMs": 30001 }""", "max", "leaseMs", "waitMs")]
    [InlineData("claim", """{ "handlers": ["a"], "workerId": "w", "max": 101, "leaseMs": 3600001, "waitMs": -1 }""", "max", "leaseMs", "waitMs")]
    [InlineData("claim", """{ "handlers": "a", "workerId": 1, "max": "1" }""", "handlers", "workerId", "max")]
    [InlineData("steps/x/heartbeat", """{ "leaseMs": 1 }""", "leaseToken", "leaseMs")]
    [InlineData("steps/x/complete", """{ "leaseToken": 1, "output": [] }""", "leaseToken", "output")]
    [InlineData("steps/x/fail", """{ "leaseToken": "t", "retryable": "no" }""", "error", "retryable")]
    [InlineData("steps/x/fail", """{ "leaseToken": "t", "error": { "code": "", "details": 1 } }""", "error.code", "error.message", "error.details")]
    public async Task Bad_requests_name_every_bad_field(string route, string body, params string[] paths)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        V1Expect.Invalid(await program.PostAsync($"/v1/worker/{route}", body), paths);
    }

    [Fact]
    public async Task An_output_over_one_MiB_is_refused_and_the_lease_stays()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        await program.StartAsync(Works, new { name = "Acme" });
        var step = await program.ClaimAsync("crm.enrich");

        V1Expect.Invalid(await ReportAsync(program, step, "complete", $$""", "output": { "value": "{{new string('x', 1024 * 1024)}}" }"""), "output");
        V1Expect.Success(200, await ReportAsync(program, step, "complete"));
    }

    private static async Task<JsonArray> TryClaimAsync(ProgramOfWorkspace program, string handler)
        => V1Expect.Success(200, await program.PostAsync("/v1/worker/claim", new { handlers = new[] { handler }, workerId = "w2" }))["steps"]!.AsArray();

    private static Task<ApiAnswer> ReportAsync(ProgramOfWorkspace program, JsonObject step, string report, string more = "")
        => program.PostAsync($"/v1/worker/steps/{step["stepRunId"]}/{report}", $$"""{ "leaseToken": "{{step["leaseToken"]}}"{{more}} }""");
}
