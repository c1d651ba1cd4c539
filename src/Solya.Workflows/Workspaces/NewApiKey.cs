namespace Solya.Workflows.Workspaces;

/// <summary>A key that was just made.</summary>
/// <param name="Text">The key itself: to be shown now, and never again.</param>
public sealed record NewApiKey(ApiKey Key, string Text);
