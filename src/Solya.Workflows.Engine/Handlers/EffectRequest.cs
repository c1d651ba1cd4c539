using System.Text.Json;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>One attempt at an effect outside the database.</summary>
/// <param name="EffectId">The same on every attempt, so that a receiver can recognize a repeat.</param>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="Config">The step's config, its templates resolved.</param>
/// <param name="Timeout">How long the attempt may take; a config can only shorten it.</param>
public sealed record EffectRequest(string OrganizationId, Guid RunId, string EffectId, int Attempt, JsonElement Config, TimeSpan Timeout);
