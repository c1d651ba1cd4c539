using Solya.Workflows.Api.Hosting;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>What checks the tokens of the <c>/workflows</c> face.</summary>
public static class JwtServices
{
    private const int MostAnswerBytes = 1024 * 1024;

    /// <exception cref="SettingsException">The options name no usable key.</exception>
    public static IServiceCollection AddJwt(this IServiceCollection services, JwtOptions options)
    {
        options.Check();
        services.AddSingleton(provider => new JwtValidator(options, KeysOf(options, provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JwtBearerFilter>();
        return services;
    }

    private static IJwtKeys KeysOf(JwtOptions options, IServiceProvider provider) => options switch
    {
        { SigningKey: { } secret } => new SharedKey(secret),
        { JwksFile: { } path } => new JwksFileKeys(path, provider.GetRequiredService<ILogger<JwksFileKeys>>()),
        _ => new AuthorityKeys(
            options.Authority!,
            // One client for the life of the process, whose connections are renewed so that a moved address is noticed.
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false })
            {
                Timeout = TimeSpan.FromSeconds(5),
                MaxResponseContentBufferSize = MostAnswerBytes,
            },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuthorityKeys>>()),
    };
}
