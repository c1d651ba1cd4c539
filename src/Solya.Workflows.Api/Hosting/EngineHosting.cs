using Solya.Workflows.Engine;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Engine.Handlers;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Api.Hosting;

internal static class EngineHosting
{
    private const double LongestRunSeconds = 100 * 365.25 * 86_400;

    // Longer than effects may go on at shutdown, shorter than the half minute that orchestrators wait.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(28);

    /// <summary>Adds the engine with its settings: sections <c>Engine</c>, <c>Retention</c>, <c>Webhooks</c>, <c>Smtp</c>.</summary>
    /// <exception cref="SettingsException">A setting is out of its range.</exception>
    public static void AddEngine(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var options = configuration.GetSection("Engine").Get<EngineOptions>() ?? new();
        if (options.LeaseSeconds < 1 || options.MaxRuns < 1 || options.MaxEffects < 1 || options.EffectTimeoutSeconds <= 0 || options.MaxClaims < 1 || options.RunTimeoutSeconds is not (null or (> 0 and <= LongestRunSeconds)))
        {
            throw new SettingsException("Engine: LeaseSeconds, MaxRuns, MaxEffects and MaxClaims must be at least 1, EffectTimeoutSeconds above 0, RunTimeoutSeconds above 0 and at most a hundred years.");
        }

        var faults = configuration["Engine:KillAt"] is { Length: > 0 } point
            ? new FaultPoints(
                Enum.TryParse<FaultPoint>(point, out var known) ? known : throw new SettingsException($"Engine:KillAt: there is no fault point '{point}'."),
                configuration.GetValue("Engine:KillAtPass", 0))
            : FaultPoints.None;
        builder.Services.AddEngine(
            options,
            RetentionSettings.Load(configuration),
            configuration.GetSection("Webhooks").Get<OutgoingOptions>() ?? new(),
            configuration.GetSection("Smtp").Get<SmtpOptions>() ?? new(),
            faults);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
    }
}
