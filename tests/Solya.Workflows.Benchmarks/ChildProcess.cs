using System.Diagnostics;
using System.Globalization;
using Solya.Workflows.Testing;

namespace Solya.Workflows.Benchmarks;

/// <summary>A server under measurement, as a process of its own whose standard output nobody reads.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _errors;

    private ChildProcess(Process process, Uri address, string errors)
    {
        _process = process;
        Address = address;
        _errors = errors;
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>The service as it ships and `./dev run` starts it, but in Production; its request log is on.</summary>
    public static ChildProcess StartService(string scratch, IReadOnlyDictionary<string, string> settings)
    {
        var folder = Repository.PathOf("artifacts", "service");
        return Start(Path.Combine(folder, "Solya.Workflows.Api"), "", folder, scratch, new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DATA_PLATFORM_TOKEN"] = Workbench.Token,
            ["CRON_TOKEN"] = Workbench.CronToken,
            ["ADMIN_TOKEN"] = Workbench.AdminToken,
            ["Jwt__SigningKey"] = Workbench.JwtKey,
            ["Webhooks__AllowPrivateNetworks"] = "true", // the receiver of effects is the floor
        });
    }

    /// <summary>The floor: this program again, under the garbage collector that programs on ASP.NET Core have unless they ask for another.</summary>
    public static ChildProcess StartFloor(string scratch, string connectionString)
        => Start(Environment.ProcessPath!, FloorServer.Argument, AppContext.BaseDirectory, scratch, new Dictionary<string, string>
        {
            ["DOTNET_gcServer"] = "1",
            [FloorServer.ConnectionVariable] = connectionString,
        });

    /// <summary>Waits for a 200 from <paramref name="path"/>, and says how long after the call it came.</summary>
    public async Task<TimeSpan> WaitUntilReadyAsync(string path)
    {
        var began = Stopwatch.GetTimestamp();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Stopwatch.GetElapsedTime(began) < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(path);
                if (answer.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(began);
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await poll.WaitForNextTickAsync();
        }

        throw new InvalidOperationException($"{_process.StartInfo.ArgumentList[2]} did not get ready: {await File.ReadAllTextAsync(_errors)}");
    }

    /// <summary>Of <c>/proc/…/status</c>, in MiB: <c>VmRSS</c> is what it holds now, <c>VmHWM</c> the most since <see cref="ForgetPeakMemory"/>.</summary>
    public double MemoryOf(string field)
        => double.Parse(
            File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024;

    public void ForgetPeakMemory() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <summary>Halts it until the answer is disposed: it keeps its connections and does nothing. Not for longer than some seconds.</summary>
    public async Task<IAsyncDisposable> HaltAsync()
    {
        await SignalAsync("-STOP");
        return new Halt(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("-TERM");
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static ChildProcess Start(
        string program, string argument, string folder, string scratch, IReadOnlyDictionary<string, string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{ServiceProcess.FreePort()}");
        var errors = Path.Combine(scratch, $"{Path.GetFileName(program)}.{address.Port}.log");
        // The shell becomes the program, so the process is the server's own.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec \"$0\" $1 >/dev/null 2>\"$2\"", program, argument, errors },
            WorkingDirectory = folder,
        };
        start.Environment.Remove(Workbench.InlineSockets);
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, address, errors);
    }

    private sealed class Halt(ChildProcess process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await process.SignalAsync("-CONT");
    }
}
