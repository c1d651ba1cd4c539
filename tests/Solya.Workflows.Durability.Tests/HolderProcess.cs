using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests;

/// <summary>This assembly run as a process of its own (Program.cs) that holds the private server of a folder: it can be killed.</summary>
internal sealed class HolderProcess : IAsyncDisposable
{
    private readonly Process process;

    private HolderProcess(Process process) => this.process = process;

    /// <summary>Starts it and waits until it has a server.</summary>
    public static async Task<(HolderProcess Holder, string ConnectionString)> StartAsync(string dataFolder)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(HolderProcess).Assembly.Location, dataFolder },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var holder = new HolderProcess(Process.Start(start)!);
        var connectionString = await holder.process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (holder, connectionString ?? throw new InvalidOperationException("The holder ended without a server."));
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Lets it leave the server and end.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        process.Dispose();
    }
}
