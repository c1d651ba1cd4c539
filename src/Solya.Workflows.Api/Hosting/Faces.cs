using System.Text.Json;
using FluentValidation;
using Solya.Workflows.Api.DataPlatform;
using Solya.Workflows.Api.DataPlatform.ZombieSweep;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Security.Jwt;
using Solya.Workflows.Api.V1;
using Solya.Workflows.Api.V1.Events;
using Solya.Workflows.Api.Workflows;

namespace Solya.Workflows.Api.Hosting;

/// <summary>The faces of the service: what each needs, and where it stands.</summary>
internal static class Faces
{
    public static void AddFaces(this WebApplicationBuilder builder, Secrets secrets)
    {
        // Bad fields are named as the wire names them.
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.CamelCase.ConvertName(member.Name);
        builder.Services.Configure<ZombieSweepOptions>(builder.Configuration.GetSection("ZombieSweep"));
        builder.Services.Configure<EventStreamOptions>(builder.Configuration.GetSection("EventStream"));
        builder.Services.AddDataPlatformValidators();
        builder.Services.AddV1Validators();
        builder.Services.AddWorkflowsFace();
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddJwt(secrets.Jwt);
        builder.Services.AddOpenApi();
    }

    /// <summary>Maps all faces, or none in a process that only runs the engine (<c>Api__Enabled=false</c>).</summary>
    public static void MapFaces(this WebApplication app, Secrets secrets)
    {
        app.MapHealth();
        if (app.Configuration.GetValue("Api:Enabled", true))
        {
            app.MapDataPlatform(secrets);
            app.MapV1(secrets);
            app.MapWorkflowsFace();
        }
    }
}
