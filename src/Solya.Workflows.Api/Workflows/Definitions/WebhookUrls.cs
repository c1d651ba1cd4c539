using Solya.Workflows.Definitions;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>The addresses of webhooks, on the host that the request was sent to.</summary>
internal static class WebhookUrls
{
    private const string Mask = "********";

    public static string? Whole(Workflow workflow, HttpRequest request) => workflow.WebhookToken is { } token ? At(token, request) : null;

    /// <summary>For answers that many may see: it tells that there is an address, and not which.</summary>
    public static string? Masked(Workflow workflow, HttpRequest request) => workflow.WebhookToken is null ? null : At(Mask, request);

    private static string At(string token, HttpRequest request) => $"{request.Scheme}://{request.Host}/workflows/webhooks/{token}";
}
