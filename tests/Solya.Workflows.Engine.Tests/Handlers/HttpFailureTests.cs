using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Solya.Workflows.Engine.Tests.Handlers;

/// <summary>What a call that did not succeed tells the run, and whether it is worth repeating.</summary>
public sealed class HttpFailureTests
{
    [Theory]
    [InlineData(301, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(425, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(599, true)]
    public async Task A_status_that_is_not_accepted_fails(int status, bool retryable)
    {
        await using var server = LoopbackHttp.Answering(status, "why \"not\"");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        result.AssertFailed("HTTP_STATUS", retryable);
        Assert.Equal($$"""{"status":{{status}},"body":"why \"not\""}""", result.Details);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(404, "[404]", true)]
    [InlineData(404, "[\"404\"]", true)]
    [InlineData(404, "[200, \"4xx\"]", true)]
    [InlineData(404, "[\"400-410\"]", true)]
    [InlineData(302, "[302]", true)]
    [InlineData(500, "[\"4xx\"]", false)]
    [InlineData(200, "[201]", false)]
    [InlineData(204, "[]", true)]
    [InlineData(204, "null", true)]
    public async Task Accepted_statuses_replace_the_usual_ones(int status, string accepted, bool succeeds)
    {
        await using var server = LoopbackHttp.Answering(status);

        var result = await Effects.CallAsync($$"""{ "method": "GET", "url": "{{server.Url}}", "acceptStatuses": {{accepted}} }""");

        Assert.Equal(succeeds, result.IsSuccess);
    }

    [Fact]
    public async Task The_details_hold_the_first_2_KiB_of_the_body_as_storable_text()
    {
        await using var server = LoopbackHttp.Answering(500, [0, 0xFF, .. Encoding.UTF8.GetBytes(new string('€', 5_000))]);

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        var body = JsonDocument.Parse(result.Details!).RootElement.GetProperty("body").GetString();
        Assert.Equal("\uFFFD\uFFFD" + new string('€', 2_046 / 3), body);
    }

    [Theory]
    [InlineData(503, "30", 30)]
    [InlineData(429, "86400", 300)]
    [InlineData(503, "0", null)]
    [InlineData(503, "soon", null)]
    [InlineData(400, "30", null)]
    public async Task Retry_After_is_honoured_up_to_five_minutes(int status, string header, int? seconds)
    {
        await using var server = LoopbackHttp.Answering(status, "", $"Retry-After: {header}\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        Assert.Equal(seconds, result.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        var date = (TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2)).ToString("R", CultureInfo.InvariantCulture);
        await using var server = LoopbackHttp.Answering(503, "", $"Retry-After: {date}\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        Assert.InRange(result.RetryAfter!.Value.TotalSeconds, 60, 120);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_a_timeout_by_the_config_or_the_step()
    {
        await using var server = new LoopbackHttp((_, _, ct) => Task.Delay(Timeout.Infinite, ct));

        var byConfig = await Effects.CallAsync(new { method = "GET", url = server.Url, timeoutMs = 100 });
        var byStep = await Effects.CallAsync(new { method = "GET", url = server.Url, timeoutMs = 60_000 }, timeout: TimeSpan.FromMilliseconds(100));

        byConfig.AssertFailed("HTTP_TIMEOUT", retryable: true);
        byStep.AssertFailed("HTTP_TIMEOUT", retryable: true);
    }

    [Fact]
    public async Task A_body_that_drips_on_beyond_the_timeout_is_a_timeout()
    {
        await using var server = new LoopbackHttp(DripAsync(200));

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url, timeoutMs = 300 });

        result.AssertFailed("HTTP_TIMEOUT", retryable: true);
    }

    [Fact]
    public async Task A_status_that_is_not_accepted_stands_though_its_body_drips_on()
    {
        await using var server = new LoopbackHttp(DripAsync(404));

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url, timeoutMs = 300 });

        result.AssertFailed("HTTP_STATUS", retryable: false);
        Assert.Equal("""{"status":404,"body":null}""", result.Details);
    }

    [Fact]
    public async Task A_server_that_is_away_or_breaks_off_is_worth_another_attempt()
    {
        var away = LoopbackHttp.Answering(200);
        await away.DisposeAsync();
        await using var mute = new LoopbackHttp((_, _, _) => Task.CompletedTask);
        await using var halfway = new LoopbackHttp(async (_, stream, ct) => await stream.WriteAsync(LoopbackHttp.Head(200, "Content-Length: 5\r\n"), ct));
        await using var corrupt = LoopbackHttp.Answering(200, "not gzip", "Content-Encoding: gzip\r\n");
        await using var gibberish = new LoopbackHttp(async (_, stream, ct) => await stream.WriteAsync("hello\r\n\r\n"u8.ToArray(), ct));

        foreach (var url in new[] { away.Url, mute.Url, halfway.Url, corrupt.Url, gibberish.Url, away.Url.Replace("http:", "https:", StringComparison.Ordinal) })
        {
            (await Effects.CallAsync(new { method = "GET", url })).AssertFailed("HTTP_CONNECTION", retryable: true);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_speak_tls_is_a_failed_connection()
    {
        await using var server = LoopbackHttp.Answering(200);

        var result = await Effects.CallAsync(new { method = "GET", url = $"https://127.0.0.1:{server.Port}/", timeoutMs = 5_000 });

        Assert.Contains(result.Code, new[] { "HTTP_CONNECTION", "HTTP_TIMEOUT" });
        Assert.True(result.Retryable);
    }

    [Fact]
    public async Task Cancelling_the_attempt_is_no_result()
    {
        using var cancelled = new CancellationTokenSource();
        await using var server = new LoopbackHttp(async (_, _, ct) =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Effects.CallAsync(new { method = "GET", url = server.Url }, ct: cancelled.Token));
    }

    private static Func<ReceivedRequest, Stream, CancellationToken, Task> DripAsync(int status) => async (_, stream, ct) =>
    {
        await stream.WriteAsync(LoopbackHttp.Head(status, "Content-Length: 1000000\r\n"), ct);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await ticks.WaitForNextTickAsync(ct))
        {
            await stream.WriteAsync("x"u8.ToArray(), ct);
        }
    };
}
