namespace Solya.Workflows.Engine.Webhooks;

/// <summary>What came of one attempt. All text is storable.</summary>
/// <param name="Status">The HTTP status, null when no response came.</param>
/// <param name="Error">Why it does not count as delivered, null when it does.</param>
/// <param name="ResponseExcerpt">The first 2 KiB of the response's body; null when there was none to read.</param>
public sealed record WebhookAttempt(WebhookOutcome Outcome, int? Status, string? Error, string? ResponseExcerpt);
