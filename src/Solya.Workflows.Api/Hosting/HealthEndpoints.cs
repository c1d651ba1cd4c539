using System.Text.Json.Serialization;
using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Hosting;

/// <summary>What load balancers and orchestrators ask, without a credential.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").ExcludeFromDescription();
        health.MapGet("/live", Live);
        health.MapGet("/ready", ReadyAsync);
    }

    private static Answer Live() => Answer.Of(200, new HealthResponse("live"), HealthJson.Default.HealthResponse);

    private static async Task<Answer> ReadyAsync(Readiness readiness, CancellationToken ct)
        => await readiness.WhatIsMissingAsync(ct) is { } missing
            ? Answer.Of(503, new HealthResponse("unavailable", missing), HealthJson.Default.HealthResponse).With("Retry-After", "1")
            : Answer.Of(200, new HealthResponse("ready"), HealthJson.Default.HealthResponse);
}

/// <param name="Missing">What the service waits for: <c>migrations</c> or <c>database</c>.</param>
internal sealed record HealthResponse(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Missing = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthResponse))]
internal sealed partial class HealthJson : JsonSerializerContext;
