using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Testing;

/// <summary>What the service said.</summary>
/// <param name="Text">The body, byte for byte.</param>
public sealed record ApiAnswer(HttpStatusCode Status, string Text, HttpResponseMessage Message)
{
    public int StatusCode => (int)Status;

    public JsonObject Body => JsonNode.Parse(Text)!.AsObject();

    /// <summary><c>data</c> of a success.</summary>
    public JsonObject Data => Body["data"]?.AsObject() ?? throw new InvalidOperationException($"{StatusCode}: {Text}");

    // The computed properties throw where an answer has no such part; a failed assertion shows this instead.
    public override string ToString() => $"{StatusCode}: {Text}";

    public string? ErrorCode => (string?)Body["errorCode"];

    /// <summary>The fields that a 400 names, in its order.</summary>
    public string[] Fields => [.. Body["fieldErrors"]!.AsArray().Select(error => (string)error!["field"]!)];
}

/// <summary>Sends JSON to a face.</summary>
public static class ApiClient
{
    public const string Prefix = "/api/data-platform";

    private static readonly string[] Faces = ["/api/", "/v1/"];

    /// <summary>Sends <paramref name="json"/> as it is; paths of no other face are below <see cref="Prefix"/>.</summary>
    public static async Task<ApiAnswer> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Faces.Any(face => path.StartsWith(face, StringComparison.Ordinal)) ? path : Prefix + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var message = await client.SendAsync(request);
        return new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    public static Task<ApiAnswer> PostAsync(this HttpClient client, string path, object body, params (string, string)[] headers)
        => client.SendAsync(HttpMethod.Post, path, Json(body), headers);

    public static Task<ApiAnswer> PatchAsync(this HttpClient client, string path, object body, params (string, string)[] headers)
        => client.SendAsync(HttpMethod.Patch, path, Json(body), headers);

    public static Task<ApiAnswer> PutAsync(this HttpClient client, string path, object body, params (string, string)[] headers)
        => client.SendAsync(HttpMethod.Put, path, Json(body), headers);

    private static string Json(object body) => body as string ?? JsonSerializer.Serialize(body);
}
