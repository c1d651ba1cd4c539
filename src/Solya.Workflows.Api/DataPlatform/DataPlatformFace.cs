using FluentValidation;
using Microsoft.OpenApi;
using Solya.Workflows.Api.DataPlatform.ActionVectors;
using Solya.Workflows.Api.DataPlatform.Plans;
using Solya.Workflows.Api.DataPlatform.Runs;
using Solya.Workflows.Api.DataPlatform.StepBatches;
using Solya.Workflows.Api.DataPlatform.StepPatches;
using Solya.Workflows.Api.DataPlatform.Steps;
using Solya.Workflows.Api.DataPlatform.TaskCreate;
using Solya.Workflows.Api.DataPlatform.Tasks;
using Solya.Workflows.Api.DataPlatform.Workflows;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.Hosting;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security;

namespace Solya.Workflows.Api.DataPlatform;

/// <summary>What the data platform and its cron jobs talk to.</summary>
internal static class DataPlatformFace
{
    public static readonly FaceDocument Document = new(
        "data-platform",
        "Data platform",
        "An external data platform reports runs and steps, creates tasks and plans; cron sweeps zombie runs.",
        new Dictionary<string, OpenApiSecurityScheme>
        {
            ["bearer"] = new()
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The static token DATA_PLATFORM_TOKEN; the cron route also takes CRON_TOKEN.",
            },
        },
        Examples.Face);

    public static void MapDataPlatform(this IEndpointRouteBuilder app, Secrets secrets)
    {
        var dataPlatformTokens = new StaticTokens(secrets.DataPlatformToken);
        var cronTokens = new StaticTokens(secrets.CronToken);

        var api = app.MapFace("/api/data-platform").AddEndpointFilter(new BearerTokenFilter(dataPlatformTokens));
        api.MapRuns();
        api.MapSteps();
        api.MapStepPatches();
        api.MapStepBatches();
        api.MapTaskCreate();
        api.MapActionVectors();
        api.MapTasks();
        api.MapPlans();
        api.MapWorkflows();
        api.MapUnknownRoutes();

        var cron = app.MapFace("/api/internal/cron").AddEndpointFilter(new BearerTokenFilter(cronTokens, dataPlatformTokens));
        cron.MapZombieSweep();
        cron.MapUnknownRoutes();
    }

    public static void AddDataPlatformValidators(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<CreateRunRequest>, CreateRunValidator>();
        services.AddSingleton<IValidator<PatchRunRequest>, PatchRunValidator>();
        services.AddSingleton<IValidator<HeartbeatRequest>, HeartbeatValidator>();
        services.AddSingleton<IValidator<GetRunQuery>, GetRunQueryValidator>();
        services.AddSingleton<IValidator<ListRunsQuery>, ListRunsQueryValidator>();
        services.AddSingleton<IValidator<CreateStepRequest>, CreateStepValidator>();
        services.AddSingleton<IValidator<GetStepQuery>, GetStepQueryValidator>();
        services.AddSingleton<IValidator<PatchStepRequest>, PatchStepValidator>();
        services.AddSingleton<IValidator<StepBatchRequest>, StepBatchValidator>();
        services.AddSingleton<IValidator<TaskCreateRequest>, TaskCreateValidator>();
        services.AddSingleton<IValidator<PutActionVectorsRequest>, PutActionVectorsValidator>();
        services.AddSingleton<IValidator<ListTasksQuery>, ListTasksQueryValidator>();
        services.AddSingleton<IValidator<PatchTaskRequest>, PatchTaskValidator>();
        services.AddSingleton<IValidator<CreateOrGetPlanRequest>, CreateOrGetPlanValidator>();
        services.AddSingleton<IValidator<AddItemsToPlanRequest>, AddItemsToPlanValidator>();
        services.AddSingleton<IValidator<ListPlansQuery>, ListPlansQueryValidator>();
        services.AddSingleton<IValidator<GetPlanQuery>, GetPlanQueryValidator>();
        services.AddSingleton<IValidator<PatchPlanRequest>, PatchPlanValidator>();
        services.AddSingleton<IValidator<CreateWorkflowRequest>, CreateWorkflowValidator>();
        services.AddSingleton<IValidator<PatchWorkflowRequest>, PatchWorkflowValidator>();
        services.AddSingleton<IValidator<ListActiveWorkflowsQuery>, ListActiveWorkflowsQueryValidator>();
        services.AddSingleton<IValidator<GetWorkflowQuery>, GetWorkflowQueryValidator>();
        services.AddSingleton<IValidator<ZombieSweepRequest>, ZombieSweepValidator>();
    }

    private static RouteGroupBuilder MapFace(this IEndpointRouteBuilder app, string prefix)
        => app.MapGroup(prefix).WithMetadata(DataPlatformErrors.Instance).WithGroupName(Document.Name);

    /// <summary>Declares what the route answers: its success, and the failures that go with these statuses.</summary>
    internal static RouteHandlerBuilder Answers<TData>(this RouteHandlerBuilder route, params int[] failures)
    {
        route.Produces<SuccessResponse<TData>>(200, "application/json");
        foreach (var status in failures.Concat([401, 503, 500]).Order())
        {
            route.Produces<ErrorResponse>(status, "application/json");
        }

        return route;
    }
}
