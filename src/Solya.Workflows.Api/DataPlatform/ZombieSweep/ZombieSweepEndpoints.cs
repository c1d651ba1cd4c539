using Microsoft.Extensions.Options;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.DataPlatform.ZombieSweep;

internal static class ZombieSweepEndpoints
{
    public static void MapZombieSweep(this IEndpointRouteBuilder cron)
        => cron.MapPost("/zombie-run-sweep", SweepAsync)
            .WithTags("Cron")
            .Validate<ZombieSweepRequest>()
            .MayTakeLong()
            .Answers<ZombieSweepResponse>(400, 413, 415)
            .WithName("SweepZombieRuns")
            .WithSummary("Fail the runs of which nothing was heard in time");

    private static async Task<Answer> SweepAsync(
        Input<ZombieSweepRequest> input, ZombieRepository zombies, IOptions<ZombieSweepOptions> options, CancellationToken ct)
    {
        var sweep = input.Value.ToSweep(options.Value.Rules());
        var found = await zombies.SweepZombiesAsync(sweep, ct);
        return DataPlatformAnswers.Success(
            new ZombieSweepResponse(sweep.DryRun ? 0 : found.Count, [.. found.Select(ZombieRunResponse.Of)], "ZOMBIE_RUNS_SWEPT"),
            DataPlatformJson.Face.SuccessResponseZombieSweepResponse);
    }
}
