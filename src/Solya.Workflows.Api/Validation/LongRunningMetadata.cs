namespace Solya.Workflows.Api.Validation;

/// <summary>Marks a route that may rightly take long: its writes watch by themselves that the server still answers.</summary>
internal sealed record LongRunningMetadata;
