using System.Text;

namespace Solya.Workflows.Api.Tests.V1;

/// <summary>Who has no valid credential learns nothing but that, whatever the request is.</summary>
public class CredentialTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    public static TheoryData<string, string> ApiKeyRequests => new()
    {
        { "GET", "/v1/workspaces/current" },
        { "DELETE", "/v1/workspaces/current" },
        { "GET", "/v1/workspaces/current/nothing" },
        { "POST", "/v1/workflow-definitions" },
        { "GET", "/v1/workflow-definitions?page=x" },
        { "PUT", "/v1/workflow-definitions" },
        { "GET", "/v1/no-such-route" },
        { "GET", "/v1" },
        { "GET", "/v1/" },
        { "OPTIONS", "/v1/no-such-route" },
    };

    public static TheoryData<string, string> AdminRequests => new()
    {
        { "POST", "/v1/workspaces" },
        { "GET", "/v1/workspaces" },
        { "PATCH", "/v1/workspaces/x" },
        { "POST", "/v1/workspaces/x/api-keys" },
        { "GET", "/v1/workspaces/x/api-keys?page=x" },
        { "DELETE", "/v1/workspaces/x/api-keys/y" },
        { "GET", "/v1/workspaces/x/y/z" },
    };

    public static TheoryData<string> NoKeys =>
    [
        "stv_",
        "x",
        $"stv_{new string('a', 43)}",
        $"stv_{new string('a', 42)}",
        $"stv_{new string('a', 44)}",
        $"STV_{new string('a', 43)}",
        $"stv_{new string('a', 42)}=",
        new string('a', 5_000),
        WorkflowsApi.Token,
        WorkflowsApi.AdminToken,
    ];

    [Theory]
    [MemberData(nameof(ApiKeyRequests))]
    public async Task Without_an_api_key_every_request_is_refused_alike(string method, string path)
        => await AssertRefusedAsync(method, path, "Missing x-api-key header", ("x-admin-token", WorkflowsApi.AdminToken), ("Authorization", $"Bearer {WorkflowsApi.Token}"));

    [Theory]
    [MemberData(nameof(AdminRequests))]
    public async Task Without_the_admin_token_every_request_for_administrators_is_refused_alike(string method, string path)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        await AssertRefusedAsync(method, path, "Missing x-admin-token header", ("x-api-key", program.Key));
        await AssertRefusedAsync(method, path, "Invalid admin token", ("x-admin-token", "wrong"));
        await AssertRefusedAsync(method, path, "Invalid admin token", ("x-admin-token", program.Key));
        await AssertRefusedAsync(method, path, "Invalid admin token", ("x-admin-token", WorkflowsApi.Token));
    }

    [Theory]
    [MemberData(nameof(NoKeys))]
    public async Task What_is_no_key_of_a_workspace_is_refused(string key)
    {
        await AssertRefusedAsync("GET", "/v1/workspaces/current", "Invalid or revoked API key", ("x-api-key", key));
        await AssertRefusedAsync("POST", "/v1/no-such-route", "Invalid or revoked API key", ("x-api-key", key));
    }

    [Fact]
    public async Task Two_keys_are_no_key_and_an_empty_one_is_missing()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        await AssertRefusedAsync("GET", "/v1/workspaces/current", "Invalid or revoked API key", ("x-api-key", program.Key), ("x-api-key", program.Key));
        await AssertRefusedAsync("GET", "/v1/workspaces/current", "Missing x-api-key header", ("x-api-key", ""));
    }

    [Fact]
    public async Task With_a_credential_unknown_routes_and_methods_are_told()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();

        V1Expect.Error(404, "NOT_FOUND", await program.GetAsync("/v1/no-such-route"));
        V1Expect.Error(404, "NOT_FOUND", await program.GetAsync("/v1/workspaces/current/nothing"));
        var wrong = await program.DeleteAsync("/v1/workspaces/current");
        V1Expect.Error(405, "METHOD_NOT_ALLOWED", wrong);
        Assert.Equal(["GET"], wrong.Message.Content.Headers.Allow);
        V1Expect.Error(405, "METHOD_NOT_ALLOWED", await administrator.SendAsync(HttpMethod.Get, "/v1/workspaces"));
        V1Expect.Error(404, "NOT_FOUND", await administrator.SendAsync(HttpMethod.Get, "/v1/workspaces/x/y/z"));
    }

    private async Task AssertRefusedAsync(string method, string path, string message, params (string Name, string Value)[] headers)
    {
        using var client = api.CreateClient(token: null);
        foreach (var (body, mediaType) in new[] { (null, null), ("{}", "application/json"), ("{ not json", "application/json"), ("<a/>", "application/xml"), ("x", null) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            foreach (var header in headers.GroupBy(header => header.Name))
            {
                request.Headers.TryAddWithoutValidation(header.Key, header.Select(value => value.Value));
            }

            if (body is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                if (mediaType is not null)
                {
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
                }
            }

            using var answer = await client.SendAsync(request);

            Assert.Equal(401, (int)answer.StatusCode);
            Assert.Equal($$$"""{"success":false,"error":{"code":"AUTH_ERROR","message":"{{{message}}}"}}""", await answer.Content.ReadAsStringAsync());
        }
    }
}
