using System.Text;

namespace Solya.Workflows.Api.Tests.Security;

/// <summary>Who has no valid token learns nothing but that, whatever the request is.</summary>
public class BearerTokenTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Refusal = """{"success":false,"error":"A valid bearer token is required.","errorCode":"UNAUTHORIZED"}""";

    public static TheoryData<string> Headers =>
    [
        "Bearer wrong",
        "Bearer",
        "Bearer ",
        "",
        WorkflowsApi.Token,
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{WorkflowsApi.Token}"))}",
        $"Bearer {WorkflowsApi.Token}x",
        $"Bearer {WorkflowsApi.Token[..^1]}",
        $"Bearer {WorkflowsApi.Token.ToUpperInvariant()}",
        $"Bearer {WorkflowsApi.Token},{WorkflowsApi.RotatedToken}",
        $"Bearer {WorkflowsApi.Token}, {WorkflowsApi.RotatedToken}",
        $"Bearer\t{WorkflowsApi.Token}",
        $"Bearer{WorkflowsApi.Token}",
        $"Token {WorkflowsApi.Token}",
        $"Bearer Bearer {WorkflowsApi.Token}",
    ];

    // Method and path of what must not be told apart without a token.
    public static TheoryData<string, string> Requests => new()
    {
        { "POST", "/api/data-platform/workflow-runs" },
        { "PUT", "/api/data-platform/action-vectors" },
        { "PATCH", "/api/data-platform/tasks/x" },
        { "GET", "/api/data-platform/workflow-runs" },
        { "GET", "/api/data-platform/no-such-route" },
        { "DELETE", "/api/data-platform/workflow-runs" },
        { "OPTIONS", "/api/data-platform/workflow-runs" },
        { "GET", "/api/data-platform" },
        { "GET", "/api/data-platform/" },
        { "POST", "/api/internal/cron/zombie-run-sweep" },
        { "GET", "/api/internal/cron/zombie-run-sweep" },
        { "POST", "/api/internal/cron/no-such-route" },
        { "GET", "/api/internal/cron" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Without_a_token_every_request_is_refused_alike(string method, string path)
    {
        using var client = api.CreateClient(token: null);
        foreach (var (body, mediaType) in new[] { (null, null), ("{}", "application/json"), ("{ not json", "application/json"), ("<a/>", "application/xml"), ("x", null) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (body is not null)
            {
                request.Content = new StringContent(body);
                request.Content.Headers.Remove("Content-Type");
                if (mediaType is not null)
                {
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
                }
            }

            using var answer = await client.SendAsync(request);
            await AssertRefusedAsync(answer);
        }
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_header_that_holds_no_valid_token_is_refused_on_both_prefixes(string header)
    {
        using var client = api.CreateClient(token: null);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/data-platform/tasks?organizationId=o"), (HttpMethod.Post, "/api/data-platform/workflow-runs"),
            (HttpMethod.Post, "/api/internal/cron/zombie-run-sweep"), (HttpMethod.Get, "/api/internal/cron/nothing"),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await client.SendAsync(request);
            await AssertRefusedAsync(answer);
        }
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused_although_one_is_right()
    {
        foreach (var path in new[] { "/api/data-platform/tasks?organizationId=o", "/api/internal/cron/zombie-run-sweep" })
        {
            var answer = await RawHttp.SendAsync(
                api.Address, $"GET {path} HTTP/1.1", $"Authorization: Bearer {WorkflowsApi.Token}", "Authorization: Bearer wrong");

            Assert.Equal(401, answer.StatusCode);
            Assert.Contains("WWW-Authenticate: Bearer", answer.Head, StringComparison.Ordinal);
            Assert.Equal(Refusal, answer.Body);
        }
    }

    [Theory]
    [InlineData("/api/data-platform/workflow-runs")]
    [InlineData("/api/internal/cron/zombie-run-sweep")]
    public async Task A_body_over_the_limit_is_refused_before_it_is_measured(string path)
    {
        var answer = await RawHttp.SendAsync(
            api.Address, $"POST {path} HTTP/1.1", "Content-Type: application/json", "Content-Length: 99999999", "Expect: 100-continue");

        Assert.Equal(401, answer.StatusCode);
        Assert.Equal(Refusal, answer.Body);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task Both_rotated_tokens_are_accepted_and_the_scheme_in_any_case(string scheme)
    {
        using var client = api.CreateClient(token: null);
        foreach (var token in new[] { WorkflowsApi.Token, WorkflowsApi.RotatedToken })
        {
            var listed = await client.SendAsync(HttpMethod.Get, "/tasks?organizationId=o", null, ("Authorization", $"{scheme} {token}"));
            var swept = await client.SendAsync(
                HttpMethod.Post, "/api/internal/cron/zombie-run-sweep", """{ "dryRun": true }""", ("Authorization", $"{scheme} {token}"));

            Assert.Equal(200, listed.StatusCode);
            Assert.Equal(200, swept.StatusCode);
        }
    }

    [Fact]
    public async Task The_cron_token_opens_cron_and_nothing_else()
    {
        using var client = api.CreateClient(WorkflowsApi.CronToken);

        var swept = await client.SendAsync(HttpMethod.Post, "/api/internal/cron/zombie-run-sweep", """{ "dryRun": true }""");
        using var listed = await client.GetAsync(new Uri("/api/data-platform/tasks?organizationId=o", UriKind.Relative));

        Assert.Equal(200, swept.StatusCode);
        await AssertRefusedAsync(listed);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).ToString());
        Assert.False(answer.Content.Headers.Contains("Allow"));
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(Refusal, await answer.Content.ReadAsStringAsync());
    }
}
