using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Solya.Workflows.Api.DataPlatform;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.Hosting;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.V1;
using Solya.Workflows.Api.V1.Events;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres;
using Solya.Workflows.Postgres.Local;

var builder = WebApplication.CreateBuilder(args);
Task<LocalPostgres>? privateServer = null;
try
{
    var dataDirectory = DataDirectory.Of(builder.Configuration);
    var secrets = Secrets.Load(builder.Configuration, builder.Environment, dataDirectory);
    var connectionString = builder.Configuration.GetConnectionString("Workflows");
    if (string.IsNullOrWhiteSpace(connectionString))
    {
        // It starts while the service is put together.
        privateServer = Task.Run(() => LocalPostgres.StartAsync(
            new LocalPostgresOptions { DataDirectory = dataDirectory }, NullLogger.Instance, CancellationToken.None));
    }

    builder.AddSerilog();
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // each route has its own limit
    });
    if (builder.Configuration["urls"] is null)
    {
        builder.WebHost.UseUrls("http://127.0.0.1:5080");
    }

    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton<IdGenerator>();
    builder.Services.AddPostgres(() => privateServer?.Result.ConnectionString ?? connectionString!, builder.Configuration.GetSection("Postgres").Get<PostgresOptions>() ?? new());
    builder.AddEngine();
    builder.Services.AddSingleton<Readiness>();
    builder.Services.AddHostedService<MigrationService>();
    builder.Services.Configure<ZombieSweepOptions>(builder.Configuration.GetSection("ZombieSweep"));
    builder.Services.Configure<EventStreamOptions>(builder.Configuration.GetSection("EventStream"));
    ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.CamelCase.ConvertName(member.Name);
    builder.Services.AddDataPlatformValidators();
    builder.Services.AddV1Validators();
    builder.Services.AddSingleton<ApiKeys>();
    builder.Services.AddOpenApi();

    await using var app = builder.Build();
    app.UseMiddleware<RequestScopeMiddleware>();
    app.UseMiddleware<RequestLogMiddleware>();
    app.UseMiddleware<FailureMiddleware>();
    app.UseRouting();
    app.UseMiddleware<MigrationGate>();
    app.UseOpenApi();
    app.MapHealth();
    if (builder.Configuration.GetValue("Api:Enabled", true))
    {
        app.MapDataPlatform(secrets);
        app.MapV1(secrets);
    }

    if (privateServer is not null)
    {
        await privateServer; // says plainly why it cannot start
    }

    await app.RunAsync();
    return Environment.ExitCode;
}
catch (Exception cannotStart) when (cannotStart is SettingsException or LocalPostgresException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync(cannotStart.Message);
    return 1;
}
finally
{
    if (privateServer is { IsFaulted: false })
    {
        await (await privateServer).DisposeAsync();
    }
}
