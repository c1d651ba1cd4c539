using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Api.Security.Jwt;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

internal static class Validators
{
    public static JwtValidator Of(JwtOptions options, TimeProvider? clock = null) => Provider(options, clock).GetRequiredService<JwtValidator>();

    public static ServiceProvider Provider(JwtOptions options, TimeProvider? clock = null)
        => new ServiceCollection().AddLogging().AddSingleton(clock ?? new StoppedClock()).AddJwt(options).BuildServiceProvider();

    public static async Task<bool> AcceptsAsync(this JwtValidator validator, string token)
        => (await validator.ValidateAsync(token, CancellationToken.None)).Caller is not null;
}
