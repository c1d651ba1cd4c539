using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Engine.Outgoing;
using Solya.Workflows.Engine.Webhooks;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>The effects outside the database, and the way out that they share.</summary>
public static class HandlerServices
{
    /// <summary>Needs <see cref="OutgoingOptions"/>, <see cref="SmtpOptions"/> and <see cref="TimeProvider"/> as singletons.</summary>
    public static IServiceCollection AddEffectHandlers(this IServiceCollection services)
    {
        services.AddSingleton<AddressGuard>();
        services.AddSingleton<GuardedHttp>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<IEffectHandler, HttpRequestHandler>();
        services.AddSingleton<IEffectHandler, EmailSendHandler>();
        services.AddSingleton<IEffectHandler, NoOperationHandler>();
        return services;
    }
}
