using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>A step that hangs, floods or kills fails when its attempts are used up, and is nobody else's trouble.</summary>
[Collection(ServiceTests.Name)]
public sealed class PoisonTests
{
    [Fact]
    public async Task Receivers_that_never_answer_or_answer_with_50_MB_fail_their_steps_and_slow_no_other_run()
    {
        await using var silent = new Receiver((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var flood = new Receiver(FloodAsync);
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync(("Engine__MaxEffects", "64")));
        var hangs = await client.DefineAsync("hangs", $$$"""
            [{"name":"call","type":"task","handler":"http.request","timeoutMs":700,"config":{"method":"POST","url":"{{{silent.Url}}}"},"retry":{"maxAttempts":2,"backoffMs":100}}]
            """);
        var floods = await client.DefineAsync("floods", $$$"""
            [{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"{{{flood.Url}}}"},"retry":{"maxAttempts":2,"backoffMs":100}}]
            """);
        var healthy = await client.DefineAsync("healthy", """[{"name":"a","type":"task","handler":"effect.noop"},{"name":"b","type":"task","handler":"effect.noop"}]""");

        var poisoned = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.RunAsync(i % 4 == 0 ? floods : hangs)));
        var began = Stopwatch.GetTimestamp();
        var others = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.RunAsync(healthy)));
        await Eventually.TrueAsync(
            async () => await bench.CountAsync("workflow_runs WHERE status = 'COMPLETED'") == others.Length, TimeSpan.FromSeconds(5), "the healthy runs have ended");
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));

        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal($"COMPLETED {others.Length}, FAILED {poisoned.Length}", await bench.StatusesAsync());
        Assert.Equal(15, await bench.CountAsync("workflow_run_steps WHERE status = 'FAILED' AND attempt = 2 AND error_code IN ('STEP_TIMEOUT', 'HTTP_TIMEOUT')"));
        Assert.Equal(5, await bench.CountAsync("workflow_run_steps WHERE status = 'FAILED' AND error_code = 'HTTP_RESPONSE_TOO_LARGE'"));
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task A_step_that_kills_its_process_at_every_attempt_fails_after_its_attempts()
    {
        await using var bench = await EngineBench.CreateAsync();
        var bystander = await bench.StartAsync(("Engine__Enabled", "false"));
        var client = await bench.ClientOfAsync(bystander);
        var run = await client.RunAsync(await client.DefineAsync(
            "kills", """[{"name":"a","type":"task","handler":"effect.noop","retry":{"maxAttempts":2,"backoffMs":100}}]"""));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var victim = bench.Start(("Engine__KillAt", "BeforeEffect"));
            await Eventually.TrueAsync(() => victim.HasExited, EngineBench.Patience, "the step has killed its process");
            Assert.Equal(attempt, await bench.ScalarAsync<int>("SELECT attempt FROM workflow_run_steps"));
        }

        // Nothing is left to try: this one would die of the effect too, but only records how the last attempt ended.
        var last = await bench.StartAsync(("Engine__KillAt", "BeforeEffect"));
        await bench.EverythingEndsAsync(EngineBench.Patience);

        Assert.False(last.HasExited);
        Assert.Equal("ATTEMPT_INTERRUPTED", (string)(await client.FindRunAsync(run))["error"]!["code"]!);
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task A_run_that_kills_every_process_that_takes_it_fails_as_poisoned_and_can_be_retried()
    {
        await using var bench = await EngineBench.CreateAsync();
        var client = await bench.ClientOfAsync(await bench.StartAsync(("Engine__Enabled", "false")));
        var run = await client.RunAsync(await client.DefineAsync("kills", """[{"name":"a","type":"task","handler":"effect.noop"}]"""));
        for (var claim = 1; claim <= 2; claim++)
        {
            var victim = bench.Start(("Engine__KillAt", "AfterClaim"), ("Engine__MaxClaims", "2"));
            await Eventually.TrueAsync(() => victim.HasExited, EngineBench.Patience, "the run has killed its process");
            Assert.Equal(claim, await bench.ScalarAsync<int>("SELECT claims FROM run_queue"));
        }

        await bench.StartAsync(("Engine__MaxClaims", "2"));
        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal("RUN_POISONED", (string)(await client.FindRunAsync(run))["error"]!["code"]!);
        Assert.Equal(0, await bench.CountAsync("workflow_run_steps"));

        Assert.Equal(200, (await client.RetryAsync(run)).StatusCode);
        await Eventually.TrueAsync(async () => await client.StatusAsync(run) == "COMPLETED", EngineBench.Patience, "the retry goes through");
        await RunInvariants.AssertAsync(bench.Database);
    }

    private static async Task FloodAsync(System.Net.HttpListenerContext context, CancellationToken ct)
    {
        context.Response.ContentLength64 = 50 * 1024 * 1024;
        var megabyte = new byte[1024 * 1024];
        for (var sent = 0; sent < 50; sent++)
        {
            await context.Response.OutputStream.WriteAsync(megabyte, ct);
        }
    }
}
