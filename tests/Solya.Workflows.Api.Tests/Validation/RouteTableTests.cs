using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Solya.Workflows.Api.Tests.Validation;

public class RouteTableTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public void The_tests_know_every_route_of_the_service()
    {
        var mapped = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}") ?? []);

        Assert.Equal(
            Routes.WithBody.Select(route => route.ToString()).Concat(Routes.WithQuery.Select(route => $"GET {route.Template}")).Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task The_example_of_every_route_is_valid(string name)
    {
        using var client = api.CreateClient();
        var route = Routes.Named(name);

        var answer = await client.SendAsync(route, route.Example);

        Assert.Contains(answer.StatusCode, new[] { 200, 404 });
    }
}
