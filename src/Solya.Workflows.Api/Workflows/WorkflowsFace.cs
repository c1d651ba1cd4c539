using FluentValidation;
using Microsoft.OpenApi;
using Solya.Workflows.Api.Hosting;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security.Jwt;
using Solya.Workflows.Api.Workflows.Definitions;
using Solya.Workflows.Api.Workflows.Runs;
using Solya.Workflows.Api.Workflows.Webhooks;

namespace Solya.Workflows.Api.Workflows;

/// <summary>What people talk to, through a program that draws workflows: graphs, schedules, webhooks, executions.</summary>
internal static class WorkflowsFace
{
    public const string SecurityScheme = "jwt";

    public static readonly FaceDocument Document = new(
        "workflows",
        "Workflow executions",
        "People draw workflows as graphs and have the engine run them: on demand, by schedule, by webhook.",
        new Dictionary<string, OpenApiSecurityScheme>
        {
            [SecurityScheme] = new()
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "A JWT whose claim names the organization.",
            },
        },
        WorkflowsExamples.Face);

    public static void MapWorkflowsFace(this IEndpointRouteBuilder app)
    {
        var api = app.MapFace("/workflows").AddEndpointFilter<JwtBearerFilter>();
        api.MapWorkflows();
        api.MapTools();
        api.MapExecutions();
        api.MapRuns();
        api.MapUnknownRoutes();

        // The token in the address is the credential.
        app.MapFace("/workflows/webhooks").MapWebhooks();
    }

    public static void AddWorkflowsFace(this IServiceCollection services)
    {
        services.AddScoped<Executions>();
        services.AddScoped<ExecutionKeys>();
        services.AddScoped<SynchronousRuns>();
        services.AddSingleton<NodeTester>();
        services.AddSingleton<IValidator<CreateWorkflowRequest>, CreateWorkflowValidator>();
        services.AddSingleton<IValidator<PatchWorkflowRequest>, PatchWorkflowValidator>();
        services.AddSingleton<IValidator<ValidateGraphRequest>, ShapeValidator<ValidateGraphRequest>>();
        services.AddSingleton<IValidator<TestNodeRequest>, TestNodeValidator>();
        services.AddSingleton<IValidator<PreviewScheduleQuery>, ShapeValidator<PreviewScheduleQuery>>();
        services.AddSingleton<IValidator<ListWorkflowsQuery>, ShapeValidator<ListWorkflowsQuery>>();
        services.AddSingleton<IValidator<ListExecutionsQuery>, ShapeValidator<ListExecutionsQuery>>();
        services.AddSingleton<IValidator<ExecuteRequest>, ExecuteValidator>();
        services.AddSingleton<IValidator<CommandRequest>, ShapeValidator<CommandRequest>>();
        services.AddSingleton<IValidator<SignalRequest>, SignalValidator>();
        services.AddSingleton<IValidator<DecisionRequest>, ShapeValidator<DecisionRequest>>();
    }

    /// <summary>Declares what the route answers: its success, and the failures that go with these statuses.</summary>
    internal static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int success, params int[] failures)
    {
        route.Produces<T>(success, "application/json");
        foreach (var status in failures.Concat([500]).Order())
        {
            if (status == 422)
            {
                route.Produces<InvalidResponse>(status, "application/json");
            }
            else
            {
                route.Produces<ErrorResponse>(status, "application/json");
            }
        }

        return route.Produces<UnavailableResponse>(503, "application/json");
    }

    private static RouteGroupBuilder MapFace(this IEndpointRouteBuilder app, string prefix)
        => app.MapGroup(prefix).WithMetadata(WorkflowsErrors.Instance).WithGroupName(Document.Name);

    /// <summary>For requests whose every rule is a matter of reading them.</summary>
    private sealed class ShapeValidator<T> : AbstractValidator<T>;
}
