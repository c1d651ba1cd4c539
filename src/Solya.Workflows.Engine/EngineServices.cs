using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Engine.Handlers;
using Solya.Workflows.Engine.Outgoing;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine;

/// <summary>Everything that happens without being asked for.</summary>
public static class EngineServices
{
    public static IServiceCollection AddEngine(
        this IServiceCollection services, EngineOptions options, RetentionOptions retention, OutgoingOptions outgoing, SmtpOptions smtp, FaultPoints faults)
    {
        services.AddSingleton(options);
        services.AddSingleton(retention);
        services.AddSingleton(outgoing);
        services.AddSingleton(smtp);
        services.AddSingleton(faults);
        services.AddSingleton<EngineStart>();
        services.AddSingleton<DatabaseClock>();
        services.AddSingleton<DueBoard>();
        services.AddSingleton<EngineHealth>();
        services.AddSingleton<EffectRunner>();
        services.AddEffectHandlers();
        services.AddHostedService<ForgetExpiredKeys>();
        if (options.Enabled)
        {
            services.AddSingleton<WorkflowEngine>();
            services.AddSingleton<IEngineHints>(provider => provider.GetRequiredService<WorkflowEngine>());
            services.AddHostedService(provider => provider.GetRequiredService<WorkflowEngine>());
            services.AddHostedService<FailLostSteps>();
            services.AddHostedService<CancelAbandonedRuns>();
            services.AddHostedService<StartScheduledRuns>();
            services.AddHostedService<DeliverWebhooks>();
            services.AddHostedService<PurgeEndedRuns>();
            services.AddHostedService<VacuumQueues>();
        }

        return services;
    }
}
