using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.V1;

/// <summary>A program with a key of a workspace of its own; its requests carry the key.</summary>
internal sealed class ProgramOfWorkspace : IDisposable
{
    private static int _count;

    private ProgramOfWorkspace(HttpClient client, JsonObject workspace, string key, string keyId)
    {
        Client = client;
        WorkspaceId = (string)workspace["id"]!;
        Slug = (string)workspace["slug"]!;
        Key = key;
        KeyId = keyId;
        client.DefaultRequestHeaders.Add("x-api-key", key);
    }

    public HttpClient Client { get; }

    public string WorkspaceId { get; }

    public string Slug { get; }

    public string Key { get; }

    public string KeyId { get; }

    /// <param name="id">Null lets the service make one.</param>
    public static async Task<ProgramOfWorkspace> CreateAsync(WorkflowsApi api, string? id = null, [CallerMemberName] string test = "")
    {
        using var administrator = api.CreateAdministrator();
        var slug = $"{(uint)test.GetHashCode(StringComparison.Ordinal)}-{Interlocked.Increment(ref _count)}";
        var answer = await administrator.PostAsync("/v1/workspaces", id is null ? new { slug } : new { slug, id });
        Assert.True(answer.StatusCode == 201, answer.Text);
        return new(
            api.CreateClient(token: null),
            answer.Data["workspace"]!.AsObject(),
            (string)answer.Data["apiKey"]!["key"]!,
            (string)answer.Data["apiKey"]!["id"]!);
    }

    // An instance method of that name hides the extension.
    public Task<ApiAnswer> GetAsync(string path) => Client.SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, object body, params (string, string)[] headers) => Client.PostAsync(path, body, headers);

    public Task<ApiAnswer> DeleteAsync(string path) => Client.SendAsync(HttpMethod.Delete, path);

    public void Dispose() => Client.Dispose();
}

internal static class Administrators
{
    public static HttpClient CreateAdministrator(this WorkflowsApi api)
    {
        var client = api.CreateClient(token: null);
        client.DefaultRequestHeaders.Add("x-admin-token", WorkflowsApi.AdminToken);
        return client;
    }
}
