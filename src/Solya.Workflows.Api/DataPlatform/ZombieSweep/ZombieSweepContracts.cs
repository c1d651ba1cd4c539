using System.ComponentModel.DataAnnotations;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.DataPlatform.ZombieSweep;

/// <param name="OlderThanSeconds">Replaces the default deadline of RUNNING runs that promised no heartbeats.</param>
/// <param name="Limit">The most runs to sweep at once, 1 to 10,000; 500 when left out.</param>
/// <param name="OrganizationId">Sweeps this organization only.</param>
/// <param name="DryRun">True only shows the runs that would be swept.</param>
public sealed record ZombieSweepRequest([property: Range(0, int.MaxValue)] int? OlderThanSeconds, [property: Range(1, ZombieSweepRequest.MaxLimit)] int? Limit, string? OrganizationId, bool? DryRun) : IBodyRequest<ZombieSweepRequest>
{
    internal const int DefaultLimit = 500;

    internal const int MaxLimit = 10_000;

    static bool IBodyRequest<ZombieSweepRequest>.IsBodyOptional => true;

    static ZombieSweepRequest IBodyRequest<ZombieSweepRequest>.Read(JsonFields body) => new(
        (int?)body.OptionalInteger("olderThanSeconds", 0, int.MaxValue),
        (int?)body.OptionalInteger("limit", 1, MaxLimit),
        body.OptionalText("organizationId"),
        body.OptionalBoolean("dryRun"));

    internal Solya.Workflows.Runs.ZombieSweep ToSweep(ZombieRules rules) => new(
        OlderThanSeconds is { } seconds ? rules with { After = TimeSpan.FromSeconds(seconds) } : rules,
        Limit ?? DefaultLimit,
        OrganizationId,
        DryRun ?? false);
}

/// <param name="Swept">How many runs were declared dead; 0 of a dry run.</param>
/// <param name="Runs">Those runs, or the ones that a dry run would sweep.</param>
public sealed record ZombieSweepResponse(int Swept, IReadOnlyList<ZombieRunResponse> Runs, string SuccessCode);

/// <param name="OpenSteps">How many of its steps were PENDING or RUNNING.</param>
public sealed record ZombieRunResponse(string Id, string OrganizationId, DateTimeOffset LastHeartbeatAt, DateTimeOffset Deadline, int OpenSteps)
{
    internal static ZombieRunResponse Of(ZombieRun run) => new(
        PublicId.Format(PublicId.Run, run.Id), run.OrganizationId, run.LastHeartbeatAt, run.Deadline, run.OpenSteps);
}
