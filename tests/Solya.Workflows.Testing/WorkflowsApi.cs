using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Testing;

/// <summary>
/// The whole service inside the test process, on a real Kestrel and a database of its own. Derive to change settings; start
/// with <see cref="StartAsync"/>.
/// </summary>
public class WorkflowsApi : IAsyncDisposable
{
    public const string Token = "data-platform-token";
    public const string RotatedToken = "data-platform-token-2";
    public const string CronToken = "cron-token";
    public const string AdminToken = "admin-token";
    public const string JwtKey = "0123456789abcdef0123456789abcdef";

    private Host? _host;

    public TestDatabase Database { get; private set; } = null!;

    public TestClock Clock { get; } = new();

    /// <summary>Where the service listens.</summary>
    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _host!.Services;

    /// <summary>Further settings, by configuration key.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public async Task StartAsync()
    {
        Database = await TestDatabase.CreateAsync();
        _host = new Host(this);
        _host.UseKestrel(0);
        _host.StartServer();
        Address = _host.ClientOptions.BaseAddress;

        using var client = CreateClient(token: null);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await client.GetAsync("/health/ready", deadline.Token)).IsSuccessStatusCode)
        {
        }
    }

    /// <summary>A client of the data-platform face; without a token it sends none.</summary>
    public HttpClient CreateClient(string? token = Token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private sealed class Host(WorkflowsApi api) : WebApplicationFactory<Answer>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseContentRoot(AppContext.BaseDirectory);
            builder.UseSetting("ConnectionStrings:Workflows", api.Database.ConnectionString);
            builder.UseSetting("DATA_PLATFORM_TOKEN", $"{Token}, {RotatedToken}");
            builder.UseSetting("CRON_TOKEN", CronToken);
            builder.UseSetting("ADMIN_TOKEN", AdminToken);
            builder.UseSetting("Jwt:SigningKey", JwtKey);
            builder.UseSetting("Serilog:MinimumLevel", "Error");
            foreach (var (key, value) in api.Settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(api.Clock));
        }
    }
}
