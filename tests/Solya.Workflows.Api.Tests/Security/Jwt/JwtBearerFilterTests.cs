using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Security.Jwt;
using static Solya.Workflows.Api.Tests.Security.Jwt.HandMadeTokens;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Who has no valid token gets the face's own 401; who has one is known to the route.</summary>
public class JwtBearerFilterTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Good = """{"org":"acme","sub":"u1","exp":1780315260}""";

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("bearer  ")]
    public async Task A_valid_token_passes_and_its_caller_is_known(string scheme)
    {
        var (answer, caller) = await InvokeAsync(scheme + Hs256(Good));

        Assert.Equal("passed", answer);
        Assert.Equal(new("acme", "u1", null), caller);
    }

    public static TheoryData<string[]> Headers => new(
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        [Hs256(Good)],
        [$"Basic {Hs256(Good)}"],
        [$"Bearer {Hs256(Good)}x"],
        [$"Bearer {Hs256(Good)}, {Hs256(Good)}"],
        [$"Bearer {Hs256(Good)}", $"Bearer {Hs256(Good)}"],
        [$"Bearer {Hs256(Good, secret: Secret + Secret)}"],
    ]);

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Anybody_else_is_refused_in_the_shape_of_the_face(string[] headers)
    {
        var (answer, caller) = await InvokeAsync(headers);

        Assert.Equal(401, Assert.IsType<Answer>(answer).Status);
        Assert.Null(caller);
    }

    private async Task<(object? Answer, Caller? Caller)> InvokeAsync(params string[] headers)
    {
        await using var services = Validators.Provider(new() { SigningKey = Secret });
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = headers;

        // A route of the service lends its face, and so the face's errors.
        http.SetEndpoint(api.Services.GetRequiredService<EndpointDataSource>().Endpoints.First(route => route is RouteEndpoint { RoutePattern.RawText: ['/', 'a', 'p', 'i', ..] }));
        var filter = services.GetRequiredService<JwtBearerFilter>();
        var answer = await filter.InvokeAsync(new DefaultEndpointFilterInvocationContext(http), _ => new("passed"));
        return (answer, http.Features.Get<Caller>());
    }
}
