using System.Globalization;
using Solya.Workflows.Engine;

namespace Solya.Workflows.Api.Hosting;

/// <summary>Reads section <c>Retention</c>. What it says is deleted is gone, so it takes nothing that it only half understands.</summary>
internal static class RetentionSettings
{
    /// <exception cref="SettingsException">An age is no time span, or out of its range.</exception>
    public static RetentionOptions Load(IConfiguration configuration)
        => new(AgeOf(configuration, "Runs"), AgeOf(configuration, "Deliveries") ?? RetentionOptions.Default.Deliveries);

    private static TimeSpan? AgeOf(IConfiguration configuration, string key)
    {
        var text = configuration[$"Retention:{key}"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var age) && age >= RetentionOptions.Shortest && age <= RetentionOptions.Longest
            ? age
            : throw new SettingsException(
                $"Retention__{key}: '{text}' must be a time span from {RetentionOptions.Shortest.TotalDays:0} to {RetentionOptions.Longest.TotalDays:0} days, such as 90.00:00:00.");
    }
}
