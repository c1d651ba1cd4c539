namespace Solya.Workflows.Api.Tests.DataPlatform.StepPatches;

/// <summary>Documents come back letter by letter, from the step and from its run.</summary>
public class KeptDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("""{"z":1,"a":2,"m":{"y":1,"b":2}}""")]
    [InlineData("""{"price":499.00,"zero":-0.0,"exp":1E+2,"tiny":1e-400}""")]
    [InlineData("""{"id":9007199254740993,"huge":123456789012345678901234567890}""")]
    [InlineData("""{"name":"Größe ✓ 😀 漢字","\u00e9":"\ud83d\ude00 \/ \" \\ \n \u001f"}""")]
    [InlineData("""{ "spaces" : [ 1 , 2 ] ,  "empty" : { } , "list":[ ] }""")]
    [InlineData("""{"<script>&'":"<b>&amp;+</b>","null":null,"t":true}""")]
    [InlineData("{}")]
    public async Task Every_kept_document_comes_back_as_sent(string document)
    {
        using var executor = new Executor(api);
        var run = await executor.StartRunAsync();
        var reported = await executor.Client.PostAsync(
            $"/workflow-runs/{run}/steps",
            $$"""{ "organizationId": "{{executor.Organization}}", "nodeId": "n", "nodeType": "ACTION", "resolvedInput": {{document}} }""");
        var step = (string)Expect.Ok(reported)["stepId"]!;
        Expect.Ok(await executor.PatchVerbatimAsync(step, $"\"output\": {document}, \"errorDetails\": {document}"));

        foreach (var path in new[] { $"/workflow-run-steps/{step}", $"/workflow-runs/{run}" })
        {
            var text = (await executor.GetAsync($"{path}?organizationId={executor.Organization}")).Text;
            Assert.Contains($"\"resolvedInput\":{document},", text, StringComparison.Ordinal);
            Assert.Contains($"\"output\":{document},", text, StringComparison.Ordinal);
            Assert.Contains($"\"errorDetails\":{document},", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"deep":[{"a":1,"\u0061":2}]}""")]
    public async Task A_name_that_stands_twice_in_a_document_is_refused(string document)
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();

        Expect.Error(400, "VALIDATION_ERROR", await executor.PatchVerbatimAsync(step, $"\"output\": {document}"));

        Assert.Null((await executor.StepAsync(step))["output"]);
    }

    [Fact]
    public async Task A_document_may_be_nested_64_levels_with_its_request_and_no_deeper()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();
        static string Nested(int arrays) => $"{{\"a\":{new string('[', arrays)}{new string(']', arrays)}}}";

        Expect.Ok(await executor.PatchVerbatimAsync(step, $"\"output\": {Nested(62)}"));
        Expect.Error(400, "VALIDATION_ERROR", await executor.PatchVerbatimAsync(step, $"\"output\": {Nested(63)}"));
    }

    [Fact]
    public async Task Long_logs_come_back_whole()
    {
        using var executor = new Executor(api);
        var step = await executor.StartStepAsync();
        var logs = string.Concat(Enumerable.Repeat("line ✓ 😀\n", 100_000));

        Expect.Ok(await executor.PatchAsync(step, new { logs }));

        Assert.Equal(logs, (string?)(await executor.StepAsync(step))["logs"]);
    }
}
