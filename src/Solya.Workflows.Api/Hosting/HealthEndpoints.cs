using System.Text.Json.Serialization;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Engine.Execution;

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

    private static async Task<Answer> ReadyAsync(Readiness readiness, EngineHealth engine, CancellationToken ct)
    {
        var ofEngine = new EngineHealthResponse(engine.IsEnabled, engine.IsAlive, engine.Claimed, (long)engine.Lag.TotalMilliseconds);
        return await readiness.WhatIsMissingAsync(ct) is { } missing
            ? Answer.Of(503, new HealthResponse("unavailable", missing, ofEngine), HealthJson.Default.HealthResponse).With("Retry-After", "1")
            : Answer.Of(200, new HealthResponse("ready", Engine: ofEngine), HealthJson.Default.HealthResponse);
    }
}

/// <param name="Missing">What the service waits for: <c>migrations</c> or <c>database</c>.</param>
internal sealed record HealthResponse(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Missing = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EngineHealthResponse? Engine = null);

/// <param name="Enabled">Whether this process executes runs.</param>
/// <param name="Alive">Whether its engine has done its rounds lately; the API serves without it.</param>
/// <param name="Claimed">Runs it took from the queue since it started.</param>
/// <param name="LagMs">How long the oldest run of the queue has been due.</param>
internal sealed record EngineHealthResponse(bool Enabled, bool Alive, long Claimed, long LagMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthResponse))]
internal sealed partial class HealthJson : JsonSerializerContext;
