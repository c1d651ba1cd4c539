using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Benchmarks;

/// <summary>What is asked of the service over <c>/workflows</c>.</summary>
internal static class Graphs
{
    // Longer than any benchmark.
    private static readonly string Token = TokenOf($$"""{"org":"{{Workbench.Organization}}","sub":"benchmark","exp":4102444800}""");

    /// <summary>Stores a workflow; its public id.</summary>
    public static async Task<string> StoreAsync(Workbench bench, string json) => (string)(await SendAsync(bench, "/workflows", json))["id"]!;

    public static async Task<JsonNode> SendAsync(Workbench bench, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await bench.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new RequestFailedException($"{path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>By connection: executions of a workflow, each under a key of its own.</summary>
    /// <param name="first">Numbers from here on must not have been sent before.</param>
    public static Func<int, Func<long, ReadOnlyMemory<byte>>> ExecutionsOf(string workflow, long first) => connection =>
    {
        // Each key is a UUID that ends with the number of the call.
        var request = PreparedRequest.WithHeader(
            "POST",
            $"/workflows/{workflow}/execute",
            $"Authorization: Bearer {Token}\r\nIdempotency-Key: 00000000-0000-4000-8{connection:D3}-00{PreparedRequest.Number}",
            """{"context":{"user_id":123,"source":"benchmark"}}""");
        return n => request.With(first + n);
    };

    private static string TokenOf(string claims)
    {
        var unsigned = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{unsigned}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Workbench.JwtKey), Encoding.ASCII.GetBytes(unsigned)))}";
    }
}
