using System.Security.Cryptography;
using System.Text;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Workspaces;

public class ApiKeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_workspace_has_any_number_of_keys_and_lists_them_without_showing_them()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();

        var made = V1Expect.Success(201, await administrator.PostAsync($"/v1/workspaces/{program.WorkspaceId}/api-keys", "{}"));
        var list = await administrator.SendAsync(HttpMethod.Get, $"/v1/workspaces/{program.WorkspaceId}/api-keys");

        Expect.Keys(["id", "key", "createdAt"], made);
        var key = (string)made["key"]!;
        Assert.Equal(program.Slug, (string?)V1Expect.Success(200, await CurrentAsync(key))["slug"]);
        var keys = V1Expect.List(list, 1, 20, 2, 1);
        Assert.Equal([(string?)made["id"], program.KeyId], keys.Select(entry => (string?)entry!["id"]));
        Expect.Keys(["id", "hint", "createdAt", "revokedAt"], keys[0]!.AsObject());
        Assert.StartsWith((string)keys[0]!["hint"]!, key, StringComparison.Ordinal);
        Assert.DoesNotContain(key[..20], list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_needs_no_body()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();

        V1Expect.Success(201, await administrator.SendAsync(HttpMethod.Post, $"/v1/workspaces/{program.WorkspaceId}/api-keys"));
    }

    [Fact]
    public async Task Only_the_hash_of_a_key_is_stored()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);

        var stored = await api.Database.ScalarAsync<byte[]>($"SELECT key_hash FROM api_keys WHERE organization_id = '{program.WorkspaceId}'");

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(program.Key)), stored);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_the_others_stay_good()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();
        var keys = $"/v1/workspaces/{program.WorkspaceId}/api-keys";
        var other = (string)V1Expect.Success(201, await administrator.PostAsync(keys, "{}"))["key"]!;

        for (var round = 0; round < 20; round++)
        {
            var made = V1Expect.Success(201, await administrator.PostAsync(keys, "{}"));
            V1Expect.Success(200, await CurrentAsync((string)made["key"]!));

            var revoked = V1Expect.Success(200, await administrator.SendAsync(HttpMethod.Delete, $"{keys}/{made["id"]}"));
            V1Expect.Error(401, "AUTH_ERROR", await CurrentAsync((string)made["key"]!));

            Expect.Keys(["id", "revokedAt"], revoked);
            Expect.Same(revoked, V1Expect.Success(200, await administrator.SendAsync(HttpMethod.Delete, $"{keys}/{made["id"]}")));
            V1Expect.Success(200, await CurrentAsync(other));
        }
    }

    [Fact]
    public async Task A_key_that_another_process_revoked_is_refused_after_a_second_at_most()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        V1Expect.Success(200, await CurrentAsync(program.Key));

        await api.Database.ExecuteAsync($"UPDATE api_keys SET revoked_at = clock_timestamp() WHERE organization_id = '{program.WorkspaceId}'");

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        while ((await CurrentAsync(program.Key)).StatusCode != 401)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Keys_of_another_workspace_are_not_there()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var other = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();

        var foreign = await administrator.SendAsync(HttpMethod.Delete, $"/v1/workspaces/{other.WorkspaceId}/api-keys/{program.KeyId}");
        var unknown = await administrator.SendAsync(HttpMethod.Delete, $"/v1/workspaces/{other.WorkspaceId}/api-keys/key_00000000000000000000000000");
        var nonsense = await administrator.SendAsync(HttpMethod.Delete, $"/v1/workspaces/{other.WorkspaceId}/api-keys/%F0%9F%98%80");

        V1Expect.Error(404, "NOT_FOUND", foreign);
        Assert.Equal(foreign.Text, unknown.Text);
        Assert.Equal(foreign.Text, nonsense.Text);
        V1Expect.Success(200, await CurrentAsync(program.Key));
    }

    [Fact]
    public async Task Keys_of_an_unknown_workspace_are_not_there()
    {
        using var administrator = api.CreateAdministrator();

        V1Expect.Error(404, "NOT_FOUND", await administrator.PostAsync("/v1/workspaces/ws_unknown/api-keys", "{}"));
        V1Expect.Error(404, "NOT_FOUND", await administrator.SendAsync(HttpMethod.Get, "/v1/workspaces/ws_unknown/api-keys"));
    }

    [Fact]
    public async Task A_list_is_paged_by_number_or_by_the_last_id()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var administrator = api.CreateAdministrator();
        var keys = $"/v1/workspaces/{program.WorkspaceId}/api-keys";
        for (var i = 0; i < 4; i++)
        {
            V1Expect.Success(201, await administrator.PostAsync(keys, "{}"));
        }

        var all = Ids(V1Expect.List(await GetAsync(""), 1, 20, 5, 1));
        var second = Ids(V1Expect.List(await GetAsync("?page=2&pageSize=2"), 2, 2, 5, 3));
        var after = Ids(V1Expect.List(await GetAsync($"?cursor={all[1]}&pageSize=2"), null, 2, 5, 3));

        Assert.Equal(all[2..4], second);
        Assert.Equal(second, after);
        Assert.Empty(V1Expect.List(await GetAsync("?page=2147483647&pageSize=100"), 2147483647, 100, 5, 1));
        V1Expect.Invalid(await GetAsync("?page=0"), "page");
        V1Expect.Invalid(await GetAsync("?page=1.5&pageSize=101"), "page", "pageSize");
        V1Expect.Invalid(await GetAsync("?page=-1&pageSize=0"), "page", "pageSize");
        V1Expect.Invalid(await GetAsync($"?cursor={all[1]}&page=1"), "cursor");
        V1Expect.Invalid(await GetAsync("?cursor=key_x"), "cursor");

        Task<ApiAnswer> GetAsync(string query) => administrator.SendAsync(HttpMethod.Get, keys + query);
    }

    private static string[] Ids(System.Text.Json.Nodes.JsonArray entries) => [.. entries.Select(entry => (string)entry!["id"]!)];

    private async Task<ApiAnswer> CurrentAsync(string key)
    {
        using var client = api.CreateClient(token: null);
        return await client.SendAsync(HttpMethod.Get, "/v1/workspaces/current", null, ("x-api-key", key));
    }
}
