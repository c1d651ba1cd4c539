using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

/// <summary>Absent leaves a field, null clears it where the page says so, a value replaces it.</summary>
public class PatchFieldTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly JsonObject Before = new()
    {
        ["output"] = new JsonObject { ["o"] = 1 },
        ["errorCode"] = "E",
        ["errorMessage"] = "m",
        ["errorDetails"] = new JsonObject { ["d"] = 1 },
        ["logs"] = "l",
    };

    [Theory]
    [InlineData("output", """{"p":2}""")]
    [InlineData("output", "{}")]
    [InlineData("output", "null")]
    [InlineData("errorCode", "\"F\"")]
    [InlineData("errorCode", "\"\"")]
    [InlineData("errorCode", "null")]
    [InlineData("errorMessage", "\"n\"")]
    [InlineData("errorMessage", "null")]
    [InlineData("errorDetails", """{"e":2}""")]
    [InlineData("errorDetails", "null")]
    [InlineData("logs", "\"first line\\nsecond line\"")]
    [InlineData("logs", "null")]
    public async Task A_given_field_changes_and_the_others_stay(string field, string value)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();
        Expect.Ok(await executor.PatchAsync(step, Before));

        Expect.Ok(await executor.PatchVerbatimAsync(step, $"\"{field}\": {value}"));

        var after = await executor.StepAsync(step);
        foreach (var (name, old) in Before)
        {
            Expect.Same(name == field ? JsonNode.Parse(value) : old, after[name]);
        }

        Assert.Equal("RUNNING", (string?)after["status"]);
    }

    [Fact]
    public async Task Only_the_organization_given_changes_nothing()
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await executor.PatchAsync(step, Before);
        await executor.PatchAsync(step, new { status = "SUCCEEDED", retryCount = 4 });
        var (stepBefore, runBefore, events) = (await executor.StepAsync(step), await executor.RunAsync(run), await api.Database.EventTypesAsync(run));

        var answer = Expect.Ok(await executor.PatchAsync(step));

        Expect.Keys(["stepId", "status", "retryCount", "completedAt", "durationMs"], answer);
        foreach (var (name, value) in answer)
        {
            Expect.Same(stepBefore[name], value);
        }

        Expect.Same(stepBefore, await executor.StepAsync(step));
        Expect.Same(runBefore, await executor.RunAsync(run));
        Assert.Equal(events, await api.Database.EventTypesAsync(run));
    }

    [Theory]
    [InlineData("\"status\": null", "status")]
    [InlineData("\"completedAt\": null", "completedAt")]
    [InlineData("\"retryCount\": null", "retryCount")]
    [InlineData("\"status\": \"succeeded\"", "status")]
    [InlineData("\"status\": 1", "status")]
    [InlineData("\"completedAt\": \"2026-05-23\"", "completedAt")]
    [InlineData("\"retryCount\": \"1\"", "retryCount")]
    [InlineData("\"retryCount\": -1", "retryCount")]
    [InlineData("\"retryCount\": 1.5", "retryCount")]
    [InlineData("\"retryCount\": 9007199254740992", "retryCount")]
    [InlineData("\"retryCount\": 1e400", "retryCount")]
    [InlineData("\"output\": []", "output")]
    [InlineData("\"output\": \"text\"", "output")]
    [InlineData("\"errorDetails\": 1", "errorDetails")]
    [InlineData("\"errorCode\": 5", "errorCode")]
    [InlineData("\"errorMessage\": {}", "errorMessage")]
    [InlineData("\"logs\": [\"l\"]", "logs")]
    [InlineData("\"logs\": \"a\\u0000b\"", "logs")]
    [InlineData("\"output\": { \"deep\": [ \"\\ud800\" ] }", "output.deep[0]")]
    [InlineData("\"status\": \"X\", \"retryCount\": -1, \"output\": 1, \"logs\": 2", "status", "retryCount", "output", "logs")]
    public async Task A_bad_field_is_named_and_nothing_changes(string fields, params string[] named)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var step = await executor.StartStepAsync(run);
        await executor.PatchAsync(step, Before);
        var before = await executor.RunAsync(run);

        Expect.Invalid(await executor.PatchVerbatimAsync(step, $"\"errorMessage\": \"must not arrive\", {fields}".Replace(
            "\"errorMessage\": \"must not arrive\", \"errorMessage\"", "\"errorMessage\"", StringComparison.Ordinal)), named);

        Expect.Same(before, await executor.RunAsync(run));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("1.0", 1)]
    [InlineData("10e-1", 1)]
    [InlineData("9007199254740991", 9007199254740991)]
    public async Task A_retry_count_is_any_whole_number_up_to_two_to_the_53rd_less_one(string sent, long recorded)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();

        var answer = Expect.Ok(await executor.PatchVerbatimAsync(step, $"\"retryCount\": {sent}"));

        Assert.Equal(recorded, (long)answer["retryCount"]!);
        Assert.Equal(recorded, (long)(await executor.StepAsync(step))["retryCount"]!);
    }

    [Fact]
    public async Task An_error_code_has_at_most_64_utf16_units()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();
        var fits = string.Concat(Enumerable.Repeat("😀", 32));

        Expect.Ok(await executor.PatchAsync(step, new { errorCode = new string('E', 64) }));
        Expect.Invalid(await executor.PatchAsync(step, new { errorCode = new string('E', 65) }), "errorCode");
        Expect.Ok(await executor.PatchAsync(step, new { errorCode = fits }));
        Expect.Invalid(await executor.PatchAsync(step, new { errorCode = fits + "E" }), "errorCode");
        Expect.Invalid(await executor.PatchAsync(step, new { errorCode = fits[2..] + "EE" + "E" }), "errorCode");

        Assert.Equal(fits, (string?)(await executor.StepAsync(step))["errorCode"]);
    }

    [Fact]
    public async Task Concurrent_patches_of_different_fields_all_survive()
    {
        using var executor = new Executor(api);
        for (var round = 0; round < 10; round++)
        {
            var step = await executor.StartStepAsync();

            var answers = await Task.WhenAll(
                executor.PatchAsync(step, new { output = new { round } }),
                executor.PatchAsync(step, new { errorCode = $"E{round}" }),
                executor.PatchAsync(step, new { errorMessage = $"m{round}" }),
                executor.PatchAsync(step, new { errorDetails = new { round } }),
                executor.PatchAsync(step, new { logs = $"l{round}" }),
                executor.PatchAsync(step, new { retryCount = round }),
                executor.PatchAsync(step, new { status = "SUCCEEDED" }));

            Assert.All(answers, answer => Expect.Ok(answer));
            var after = await executor.StepAsync(step);
            Assert.Equal(($"E{round}", $"m{round}", $"l{round}"), ((string?)after["errorCode"], (string?)after["errorMessage"], (string?)after["logs"]));
            Assert.Equal((round, round), ((int)after["output"]!["round"]!, (int)after["errorDetails"]!["round"]!));
            Assert.Equal((round, "SUCCEEDED"), ((int)after["retryCount"]!, (string?)after["status"]));
        }
    }
}
