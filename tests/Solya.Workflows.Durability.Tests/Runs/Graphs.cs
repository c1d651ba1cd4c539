using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>The calls of <c>/workflows</c> that tests make, each with a token of the organization.</summary>
internal static class Graphs
{
    /// <summary>Stores a workflow.</summary>
    /// <param name="graph"><c>"nodes": [ … ], "edges": [ … ]</c></param>
    public static async Task<string> StoreAsync(this HttpClient client, string organization, string name, string graph)
    {
        var answer = await client.SendAsync(organization, "/workflows", $$"""{ "name": "{{name}}", {{graph}} }""");
        Assert.True(answer.StatusCode == 201, answer.ToString());
        return (string)answer.Body["id"]!;
    }

    public static Task<ApiAnswer> ExecuteAsync(this HttpClient client, string organization, string workflow, Guid? key = null)
        => client.SendAsync(organization, $"/workflows/{workflow}/execute", """{ "context": { "items": ["a", "b", "c"], "size": 7 } }""", key);

    public static Task<ApiAnswer> CancelGraphAsync(this HttpClient client, string organization, string run)
        => client.SendAsync(organization, $"/workflows/runs/{run}/cancel", null);

    public static Task<ApiAnswer> SignalGraphAsync(this HttpClient client, string organization, string run, string type)
        => client.SendAsync(organization, $"/workflows/runs/{run}/signals", $$"""{ "signal_type": "{{type}}", "payload": { "amount": 5 } }""");

    public static Task<ApiAnswer> DecideGraphAsync(this HttpClient client, string organization, string run, string node)
        => client.SendAsync(organization, $"/workflows/runs/{run}/approvals/{node}", """{ "decision": "approved" }""");

    private static async Task<ApiAnswer> SendAsync(this HttpClient client, string organization, string path, string? json, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", TokenOf(organization));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (key is { } given)
        {
            request.Headers.Add("Idempotency-Key", given.ToString());
        }

        var message = await client.SendAsync(request);
        return new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    private static string TokenOf(string organization)
    {
        var claims = Encoding.UTF8.GetBytes($$"""{"org":"{{organization}}","sub":"a test","exp":4102444800}""");
        var unsigned = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        return $"{unsigned}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WorkflowsApi.JwtKey), Encoding.ASCII.GetBytes(unsigned)))}";
    }
}
