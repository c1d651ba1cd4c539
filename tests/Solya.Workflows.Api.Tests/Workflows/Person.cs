using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Solya.Workflows.Api.Tests.Security.Jwt;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Somebody with a token of an organization of their own.</summary>
internal sealed class Person : IDisposable
{
    /// <summary>Entry and one node that computes a value.</summary>
    public const string Graph =
        """
        "nodes": [ { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger" } }, { "id": "greet", "type": "action", "data": { "componentId": "set", "values": { "hello": "{{ context.name }}" } } } ],
        "edges": [ { "id": "e1", "source": "start", "target": "greet" } ]
        """;

    /// <summary>A graph that waits for the signal <c>go</c>.</summary>
    public const string WaitingGraph =
        """
        "nodes": [ { "id": "wait", "type": "action", "data": { "componentId": "external_event", "signalType": "go" } }, { "id": "after", "type": "action", "data": { "componentId": "set", "values": { "a": 1 } } } ],
        "edges": [ { "id": "e1", "source": "wait", "target": "after" } ]
        """;

    public Person(WorkflowsApi api, string name = "person", [CallerMemberName] string test = "")
        : this(api.CreateClient(token: null), $"{test}-{name}")
    {
    }

    private Person(HttpClient client, string organization)
    {
        Client = client;
        Organization = organization;
        client.DefaultRequestHeaders.Authorization = new("Bearer", TokenOf(organization));
    }

    /// <summary>Somebody of an organization that is there already.</summary>
    public static Person Of(WorkflowsApi api, string organization) => new(api.CreateClient(token: null), organization);

    public HttpClient Client { get; }

    public string Organization { get; }

    // Years ahead: tests move the service's clock.
    public static string TokenOf(string organization, string more = "")
        => HandMadeTokens.Hs256($$"""{"org":{{JsonSerializer.Serialize(organization)}},"sub":"user-1","email":"ada@example.com","exp":4102444800{{more}}}""", secret: WorkflowsApi.JwtKey);

    /// <summary>Sends <paramref name="json"/> as it is.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var message = await Client.SendAsync(request);
        return new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, string? json = null, params (string, string)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    public Task<ApiAnswer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Stores a workflow and answers what the service says of it.</summary>
    public async Task<JsonObject> StoreAsync(string graph = Graph, string more = "")
    {
        var answer = await PostAsync("/workflows", $$"""{ "name": "Onboarding", {{graph}}{{more}} }""");
        Assert.True(answer.StatusCode == 201, answer.ToString());
        return answer.Body;
    }

    public async Task<ApiAnswer> ExecuteAsync(string workflowId, string? body = null, string? key = null)
        => await PostAsync($"/workflows/{workflowId}/execute", body, key is null ? [] : [("Idempotency-Key", key)]);

    /// <summary>The run once it satisfies the condition.</summary>
    public async Task<JsonObject> RunWhenAsync(string runId, Func<string, bool> status)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var run = await GetAsync($"/workflows/runs/{runId}");
            Assert.Equal(200, run.StatusCode);
            if (status((string)run.Body["status"]!))
            {
                return run.Body;
            }

            Assert.True(!deadline.IsCancellationRequested, run.Text);
            await poll.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public Task<JsonObject> EndedRunAsync(string runId) => RunWhenAsync(runId, status => status is "completed" or "failed" or "cancelled");

    public void Dispose() => Client.Dispose();
}
