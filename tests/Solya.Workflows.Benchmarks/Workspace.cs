using System.Text;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Benchmarks;

/// <summary>A workspace of the service under test, and what is asked of it over <c>/v1</c>.</summary>
internal sealed class Workspace(Workbench bench, string key)
{
    /// <param name="organization">The organization it is for; the slug is named for it.</param>
    public static async Task<Workspace> CreateAsync(Workbench bench, string organization = "benchmark")
    {
        var slug = organization.Replace('_', '-');
        var answer = await SendAsync(
            bench, "/v1/workspaces", "x-admin-token", Workbench.AdminToken, $$"""{"slug":"{{slug}}","id":"{{organization}}"}""");
        return new(bench, (string)answer["apiKey"]!["key"]!);
    }

    /// <summary>Stores a definition of the steps; its public id.</summary>
    public async Task<string> DefineAsync(string name, string steps)
        => (string)(await SendAsync(bench, "/v1/workflow-definitions", "x-api-key", key, $$"""{"name":"{{name}}","version":"1","steps":{{steps}}}"""))["id"]!;

    /// <summary>Starts one run; its public id.</summary>
    /// <param name="service">The process to ask; by default the bench's first.</param>
    public async Task<string> StartAsync(string definition, ChildProcess? service = null)
        => (string)(await SendAsync(bench, new Uri((service ?? bench.Service).Address, "/v1/workflow-runs").ToString(), "x-api-key", key, Body(definition)))["id"]!;

    /// <summary>A request that starts a run.</summary>
    public PreparedRequest StartOf(string definition) => PreparedRequest.WithHeader("POST", "/v1/workflow-runs", $"x-api-key: {key}", Body(definition));

    public PreparedRequest Get(string path) => PreparedRequest.WithHeader("GET", path, $"x-api-key: {key}");

    public PreparedRequest Post(string path, string json) => PreparedRequest.WithHeader("POST", path, $"x-api-key: {key}", json);

    public Task<JsonNode> PostAsync(string path, string json) => SendAsync(bench, path, "x-api-key", key, json);

    private static string Body(string definition) => $$$"""{"definitionId":"{{{definition}}}","input":{"customer":"c-1","amount":499.00}}""";

    private static async Task<JsonNode> SendAsync(Workbench bench, string path, string header, string value, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add(header, value);
        using var answer = await bench.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!["data"]! : throw new RequestFailedException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
