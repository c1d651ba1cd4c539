using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform.ZombieSweep;

internal static class Sweeping
{
    public const string Path = "/api/internal/cron/zombie-run-sweep";

    /// <summary>Sweeps the executor's own organization.</summary>
    public static async Task<JsonObject> SweepAsync(this Executor executor, object? fields = null)
        => Expect.Ok(await executor.Client.PostAsync(Path, executor.Body(fields)));

    public static string[] Ids(this JsonObject sweep) => [.. sweep["runs"]!.AsArray().Select(run => (string)run!["id"]!)];

    /// <summary>A RUNNING run that was last heard of so long ago.</summary>
    public static async Task<string> StartSilentRunAsync(this Executor executor, TestDatabase database, TimeSpan silence, object? fields = null, string status = "RUNNING")
    {
        var run = await executor.StartRunAsync(fields);
        if (status != "PENDING")
        {
            Expect.Ok(await executor.PatchRunAsync(run, new { status }));
        }

        await database.AgeAsync(run, silence);
        return run;
    }
}
