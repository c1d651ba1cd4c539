using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Solya.Workflows.Idempotency;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Postgres.Migrations;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Retention;
using Solya.Workflows.Schedules;
using Solya.Workflows.Webhooks;
using Solya.Workflows.Workers;

namespace Solya.Workflows.Postgres;

/// <summary>Everything that remembers.</summary>
public static class PostgresServices
{
    // Such a plan is right for any group, and making one takes longer than running it: it is made once per connection.
    private const string ByKeyOnly = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    /// <param name="connectionString">Asked when the first connection is wanted: the server may still be starting when the
    /// services are registered.</param>
    public static IServiceCollection AddPostgres(this IServiceCollection services, Func<string> connectionString, PostgresOptions options)
    {
        // When the server freezes, Npgsql blocks a thread for every connection while it asks for a cancellation. Those threads
        // must not be the ones that answer the other requests.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, options.MaxConnections + Environment.ProcessorCount), completions);

        services.AddSingleton(options);
        services.AddSingleton(_ => SourceOf(connectionString(), options));
        services.AddSingleton(provider => new Database(
            provider.GetRequiredService<NpgsqlDataSource>(),
            SourceOf(connectionString(), options, ByKeyOnly),
            SourceOf(new NpgsqlConnectionStringBuilder(connectionString()) { Pooling = false }.ConnectionString, options),
            options));
        services.AddSingleton<StepGroups>();
        services.AddSingleton<RunReads>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<IExpiringKeys, ExpiringKeys>();
        services.AddPooledDbContextFactory<WorkflowsContext>((provider, builder) => builder
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            // Migrations are written by hand, without the snapshot that EF would compare the model with; a test compares
            // the model with the migrated database instead.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<WorkflowsContext>>().CreateDbContext());
        services.AddScoped(provider => new Lazy<WorkflowsContext>(provider.GetRequiredService<WorkflowsContext>));
        services.AddScoped<AmbientTransaction>();
        services.AddScoped<IdempotencyRepository>();
        services.AddScoped<RunRepository>();
        services.AddSingleton<LongLists>();
        services.AddScoped<StepRepository>();
        services.AddSingleton<GraphStore>();
        services.AddSingleton<EngineStore>();
        services.AddSingleton<IEngineStore>(provider => provider.GetRequiredService<EngineStore>());
        services.AddSingleton<EventRepository>();
        services.AddSingleton<RunStandingRepository>();
        services.AddSingleton<RunStepRepository>();
        services.AddSingleton<RunCreationRepository>();
        services.AddSingleton<ExecutableWorkflows>();
        services.AddSingleton<RunControlRepository>();
        services.AddSingleton<IAbandonedRuns>(provider => provider.GetRequiredService<RunControlRepository>());
        services.AddSingleton<IScheduledRuns, ScheduleRepository>();
        services.AddSingleton<WorkerRepository>();
        services.AddSingleton<IWorkerLeases>(provider => provider.GetRequiredService<WorkerRepository>());
        services.AddSingleton<IWebhookDeliveries, DeliveryRepository>();
        services.AddSingleton<IRetention, RetentionRepository>();
        services.AddScoped<WebhookRepository>();
        services.AddScoped<ApprovalRepository>();
        services.AddScoped<ZombieRepository>();
        services.AddScoped<TaskRepository>();
        services.AddScoped<ActionVectorRepository>();
        services.AddScoped<PlanRepository>();
        services.AddScoped<WorkflowRepository>();
        services.AddScoped<DefinitionRepository>();
        services.AddScoped<GraphWorkflowRepository>();
        services.AddScoped<RunRepetitionRepository>();
        services.AddSingleton<NodeTrials>();
        services.AddScoped<WorkspaceRepository>();
        return services;
    }

    /// <summary>The process's connection pool; what the connection string says itself wins over the options.</summary>
    public static NpgsqlDataSource SourceOf(string connectionString, PostgresOptions options, string plannerOptions = "")
    {
        // The plain builder knows only what was written; Npgsql's own also answers for what was not.
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>()
            .Select(keyword => keyword.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        void Default(string keyword, object value)
        {
            if (!given.Contains(keyword.Replace(" ", "", StringComparison.Ordinal)))
            {
                settings[keyword] = value;
            }
        }

        Default("Maximum Pool Size", options.MaxConnections);
        Default("Timeout", options.ConnectTimeoutSeconds);
        Default("Command Timeout", options.StatementTimeoutSeconds);
        Default("Cancellation Timeout", -1); // a server that does not answer does not answer a cancellation either
        Default("Max Auto Prepare", 64);
        Default("Auto Prepare Min Usages", 2);
        // Nothing here changes a session: settings are made for one transaction, locks taken for one. Cleaning up after
        // every loan would be seven statements more than the one that was wanted.
        Default("No Reset On Close", true);
        Default("Include Error Detail", false);
        Default("Application Name", "solya-workflows");
        // The server gives up before the client does: its refusal says that nothing has happened, the client's own does not.
        Default("Options", $"-c statement_timeout={options.StatementTimeoutSeconds * 900} -c lock_timeout={options.StatementTimeoutSeconds * 750} -c idle_in_transaction_session_timeout=10000 {plannerOptions}");
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
