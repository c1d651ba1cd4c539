using FluentValidation;
using Microsoft.OpenApi;
using Solya.Workflows.Api.Hosting;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.V1.Approvals;
using Solya.Workflows.Api.V1.BulkRuns;
using Solya.Workflows.Api.V1.Definitions;
using Solya.Workflows.Api.V1.Events;
using Solya.Workflows.Api.V1.Explanations;
using Solya.Workflows.Api.V1.Runs;
using Solya.Workflows.Api.V1.Steps;
using Solya.Workflows.Api.V1.Webhooks;
using Solya.Workflows.Api.V1.Workers;
using Solya.Workflows.Api.V1.Workspaces;

namespace Solya.Workflows.Api.V1;

/// <summary>What programs of a workspace talk to, and what administrators make workspaces with.</summary>
internal static class V1Face
{
    public static readonly FaceDocument Document = new(
        "v1",
        "Workflows",
        "Programs of a workspace define workflows and have the engine run them; administrators make workspaces and keys.",
        new Dictionary<string, OpenApiSecurityScheme>
        {
            [ApiKeyFilter.Header] = new()
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyFilter.Header,
                Description = "A key of the workspace, stv_ and 43 characters.",
            },
            [AdminTokenFilter.Header] = new()
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = AdminTokenFilter.Header,
                Description = "The static token ADMIN_TOKEN, for workspaces and their keys.",
            },
        },
        V1Examples.Face);

    public static void MapV1(this IEndpointRouteBuilder app, Secrets secrets)
    {
        var adminTokens = new StaticTokens(secrets.AdminToken);

        var api = app.MapFace("/v1", ApiKeyFilter.Header).AddEndpointFilter<ApiKeyFilter>();
        api.MapDefinitions();
        api.MapRuns();
        api.MapBulkRuns();
        api.MapSteps();
        api.MapEvents();
        api.MapExplanations();
        api.MapApprovals();
        api.MapWorkers();
        api.MapWebhooks();
        api.MapUnknownRoutes();

        var administration = app.MapFace("/v1/workspaces", AdminTokenFilter.Header).AddEndpointFilter(new AdminTokenFilter(adminTokens));
        administration.MapWorkspaces();
        administration.MapApiKeys();
        administration.MapUnknownRoutes();

        // In front of the administrators' ids: whoever has a key may ask whose it is.
        var current = app.MapFace("/v1/workspaces/current", ApiKeyFilter.Header).AddEndpointFilter<ApiKeyFilter>();
        current.MapCurrentWorkspace();
        current.MapUnknownRoutes();
    }

    public static void AddV1Validators(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<CreateDefinitionRequest>, CreateDefinitionValidator>();
        services.AddSingleton<IValidator<ListDefinitionsQuery>, ListDefinitionsQueryValidator>();
        services.AddSingleton<IValidator<CreateWorkspaceRequest>, CreateWorkspaceValidator>();
        services.AddSingleton<IValidator<CreateApiKeyRequest>, CreateApiKeyValidator>();
        services.AddSingleton<IValidator<ListApiKeysQuery>, ListApiKeysQueryValidator>();
        services.AddSingleton<IValidator<CreateRunRequest>, CreateRunValidator>();
        services.AddSingleton<IValidator<ListRunsQuery>, ListRunsQueryValidator>();
        services.AddSingleton<IValidator<RunCommandRequest>, RunCommandValidator>();
        services.AddSingleton<IValidator<ResumeRunRequest>, ResumeRunValidator>();
        services.AddSingleton<IValidator<SendSignalRequest>, SendSignalValidator>();
        services.AddSingleton<IValidator<BulkRunRequest>, BulkRunValidator>();
        services.AddSingleton<IValidator<ListStepsQuery>, ListStepsQueryValidator>();
        services.AddSingleton<IValidator<ListEventsQuery>, ListEventsQueryValidator>();
        services.AddSingleton<IValidator<ListApprovalsQuery>, ListApprovalsQueryValidator>();
        services.AddSingleton<IValidator<DecideApprovalRequest>, DecideApprovalValidator>();
        services.AddSingleton<IValidator<ClaimStepsRequest>, ClaimStepsValidator>();
        services.AddSingleton<IValidator<WorkerHeartbeatRequest>, WorkerHeartbeatValidator>();
        services.AddSingleton<IValidator<CompleteStepRequest>, CompleteStepValidator>();
        services.AddSingleton<IValidator<FailStepRequest>, FailStepValidator>();
        services.AddSingleton<IValidator<CreateWebhookRequest>, CreateWebhookValidator>();
        services.AddSingleton<IValidator<ListWebhooksQuery>, ListWebhooksQueryValidator>();
        services.AddSingleton<IValidator<ListDeliveriesQuery>, ListDeliveriesQueryValidator>();
        services.AddSingleton<IValidator<RedeliverRequest>, RedeliverValidator>();
    }

    private static RouteGroupBuilder MapFace(this IEndpointRouteBuilder app, string prefix, string securityScheme)
        => app.MapGroup(prefix).WithMetadata(V1Errors.Instance, new SecuritySchemeMetadata(securityScheme)).WithGroupName(Document.Name);

    /// <summary>Declares what the route answers: its success, and the failures that go with these statuses.</summary>
    internal static RouteHandlerBuilder Answers<TData>(this RouteHandlerBuilder route, int success, params int[] failures)
        => route.Produces<SuccessResponse<TData>>(success, "application/json").Fails(failures);

    /// <summary>Declares that the route answers a list, and the failures that go with these statuses.</summary>
    internal static RouteHandlerBuilder AnswersList<TEntry>(this RouteHandlerBuilder route, params int[] failures)
        => route.Produces<ListResponse<TEntry>>(200, "application/json").Fails(failures);

    /// <summary>Declares that the route answers a stream of events, or nothing when there will be none, and the failures.</summary>
    internal static RouteHandlerBuilder AnswersStream(this RouteHandlerBuilder route, params int[] failures)
        => route.Produces<string>(200, "text/event-stream").Produces(204).Fails(failures);

    private static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, int[] failures)
    {
        foreach (var status in failures.Concat([401, 503, 500]).Order())
        {
            route.Produces<ErrorResponse>(status, "application/json");
        }

        return route;
    }
}
