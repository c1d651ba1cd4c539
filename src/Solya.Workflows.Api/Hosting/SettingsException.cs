namespace Solya.Workflows.Api.Hosting;

/// <summary>The service cannot start as it is configured; the message says what to change.</summary>
internal sealed class SettingsException(string message) : Exception(message);
