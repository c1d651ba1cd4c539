using Microsoft.Extensions.DependencyInjection;

namespace Solya.Workflows.Engine;

/// <summary>Everything that happens without being asked for.</summary>
public static class EngineServices
{
    public static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.AddHostedService<ForgetExpiredKeys>();
        return services;
    }
}
