using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Solya.Workflows.Testing;

/// <summary>The service as its users run it: a process of its own, which can be killed.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private const int LowestPort = 12_000;
    private const int Ports = 20_000;

    // Test runs beside each other begin in different places.
    private static int _ports = Environment.ProcessId * 97;

    private readonly Process _process;
    private readonly Task _output;
    private readonly List<string> _lines = [];

    private ServiceProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        _output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it has written so far, standard output and standard error together.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts the built service; settings are environment variables, and a null value removes one.</summary>
    public static ServiceProcess Start(IReadOnlyDictionary<string, string?> settings, int? port = null)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(Api.Errors.Answer).Assembly.Location },
            WorkingDirectory = Path.GetDirectoryName(typeof(Api.Errors.Answer).Assembly.Location),
        };
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DATA_PLATFORM_TOKEN"] = WorkflowsApi.Token,
            ["CRON_TOKEN"] = WorkflowsApi.CronToken,
            ["ADMIN_TOKEN"] = WorkflowsApi.AdminToken,
            ["Jwt__SigningKey"] = WorkflowsApi.JwtKey,
            ["Serilog__MinimumLevel"] = "Warning",
        };
        foreach (var (name, value) in environment.Concat(settings))
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        return new ServiceProcess(Process.Start(start)!, address);
    }

    /// <summary>Waits until the service is ready, and says how long it took.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time.</exception>
    public async Task<TimeSpan> WaitUntilReadyAsync(TimeSpan? patience = null)
    {
        var began = Stopwatch.StartNew();
        using var client = CreateClient();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (began.Elapsed < (patience ?? TimeSpan.FromSeconds(30)))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The service ended with {_process.ExitCode}: {Output}");
            }

            if (await IsReadyAsync(client))
            {
                return began.Elapsed;
            }

            await poll.WaitForNextTickAsync();
        }

        throw new InvalidOperationException($"The service was not ready in time: {Output}");
    }

    public HttpClient CreateClient(string? token = WorkflowsApi.Token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end; <see cref="Output"/> is then whole. One that has ended is left alone.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(deadline.Token);
        await _output;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    /// <summary>A port that nobody listens on and that no other call has given out. Below those that the system gives to
    /// outgoing connections: one of them could take it before the service does.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = LowestPort + (int)((uint)Interlocked.Increment(ref _ports) % Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // By another test run, or by a program of the machine.
            }
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
