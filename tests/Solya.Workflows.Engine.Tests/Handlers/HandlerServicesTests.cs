using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Engine.Handlers;
using Solya.Workflows.Engine.Outgoing;
using Solya.Workflows.Engine.Webhooks;

namespace Solya.Workflows.Engine.Tests.Handlers;

public sealed class HandlerServicesTests
{
    [Fact]
    public void Options_and_a_clock_are_all_that_the_handlers_need()
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddSingleton(new OutgoingOptions()).AddSingleton(new SmtpOptions());

        using var provider = services.AddEffectHandlers().BuildServiceProvider();

        Assert.Equal(["effect.noop", "email.send", "http.request"], provider.GetServices<IEffectHandler>().Select(handler => handler.Name).Order());
        Assert.NotNull(provider.GetRequiredService<WebhookSender>());
    }
}
