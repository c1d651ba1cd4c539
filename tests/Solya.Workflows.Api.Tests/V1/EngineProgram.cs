using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.V1;

/// <summary>What a program does to have the engine run something.</summary>
internal static class EngineProgram
{
    private static int _count;

    /// <summary>Generous: the machine may be busy with other tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="steps">A JSON array.</param>
    /// <returns>The definition's id.</returns>
    public static async Task<string> DefineAsync(this ProgramOfWorkspace program, string steps)
    {
        var answer = await program.PostAsync("/v1/workflow-definitions", $$"""{ "name": "flow-{{Interlocked.Increment(ref _count)}}", "version": "1", "steps": {{steps}} }""");
        return (string)V1Expect.Success(201, answer)["id"]!;
    }

    /// <summary>Starts a run of a definition of its own.</summary>
    /// <returns>The run's id.</returns>
    public static async Task<string> StartAsync(this ProgramOfWorkspace program, string steps, object? input = null)
        => await program.StartDefinedAsync(await program.DefineAsync(steps), input);

    public static async Task<string> StartDefinedAsync(this ProgramOfWorkspace program, string definition, object? input = null)
    {
        var answer = await program.PostAsync("/v1/workflow-runs", JsonSerializer.Serialize(new { definitionId = definition, input = input ?? new { } }));
        return (string)V1Expect.Success(201, answer)["id"]!;
    }

    /// <summary>Waits until the run has the status.</summary>
    public static Task<JsonObject> UntilAsync(this ProgramOfWorkspace program, string run, string status)
        => program.UntilAsync($"/v1/workflow-runs/{run}", data => (string?)data["status"] == status);

    /// <summary>Reads until what is read is as wanted.</summary>
    public static async Task<JsonObject> UntilAsync(this ProgramOfWorkspace program, string path, Func<JsonObject, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await program.GetAsync(path);
            var data = V1Expect.Success(200, answer);
            if (isWanted(data))
            {
                return data;
            }

            Assert.False(deadline.IsCancellationRequested, $"It stayed: {answer.Text}");
        }
    }

    /// <summary>Posts until the service takes it: its database may be away for a moment.</summary>
    public static async Task UntilTakenAsync(this ProgramOfWorkspace program, string path, object body)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await program.PostAsync(path, body) is { StatusCode: not 200 } answer)
        {
            Assert.True(answer.StatusCode == 503 && !deadline.IsCancellationRequested, answer.Text);
        }
    }

    /// <summary>Claims one step of a handler, waiting until there is one.</summary>
    public static async Task<JsonObject> ClaimAsync(this ProgramOfWorkspace program, string handler, int leaseMs = 60_000)
    {
        var answer = await program.PostAsync("/v1/worker/claim", new { handlers = new[] { handler }, workerId = "w1", leaseMs, waitMs = 30_000 });
        return Assert.Single(V1Expect.Success(200, answer)["steps"]!.AsArray())!.AsObject();
    }
}
