using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Whoever knows the address starts runs, and learns nothing else.</summary>
public class WebhookTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_request_becomes_the_runs_context()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var path = PathOf(await person.StoreAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}?a=1&b=2&b=3") { Content = new StringContent("""{ "amount": 499.00, "list": [1] }""", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Signature", "s");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret-of-the-sender");

        var answer = await sender.SendAsync(request);
        var started = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var run = await person.EndedRunAsync((string)started["id"]!);

        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Equal(["id", "status"], started.AsObject().Select(property => property.Key));
        var payload = run["trigger_payload"]!;
        Assert.Equal(["headers", "query", "body"], payload.AsObject().Select(property => property.Key));
        Assert.Equal("s", (string?)payload["headers"]!["x-signature"]);
        Assert.Equal("""{"a":"1","b":["2","3"]}""", payload["query"]!.ToJsonString());
        Assert.Equal("499.00", payload["body"]!["amount"]!.ToJsonString());
        Assert.DoesNotContain("secret-of-the-sender", run.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(path, run.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "hello", "\"hello\"")]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=x+y", """{"a":"1","b":"x y"}""")]
    [InlineData("application/json", "[1,2]", "[1,2]")]
    [InlineData("application/json", "", "null")]
    public async Task Any_body_is_taken(string type, string body, string kept)
    {
        using var person = new Person(api, type + body.Length);
        using var sender = api.CreateClient(token: null);
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));

        var answer = await sender.PostAsync(PathOf(await person.StoreAsync()), content);
        var run = await person.EndedRunAsync((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!);

        Assert.Equal(kept, run["trigger_payload"]!["body"]?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "a": 1, "a": 2 }""")]
    [InlineData("""1, "x": 2""")]
    [InlineData("""{ "a": "\u0000" }""")]
    public async Task A_malformed_body_is_400(string body)
    {
        using var person = new Person(api, $"{body.Length}");
        using var sender = api.CreateClient(token: null);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await sender.PostAsync(PathOf(await person.StoreAsync()), content);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_keyed_request_starts_one_run_and_its_repeats_get_the_first_answer()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var workflow = await person.StoreAsync(more: """, "is_active": false""");
        var path = PathOf(workflow);

        var inactive = await KeyedAsync(sender, path, "1");
        await person.PatchAsync($"/workflows/{workflow["id"]}", """{ "is_active": true }""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => KeyedAsync(sender, path, "1")));
        await person.PatchAsync($"/workflows/{workflow["id"]}", """{ "is_active": false }""");
        var paused = await KeyedAsync(sender, path, "1");
        var other = await KeyedAsync(sender, path, "2");
        var tooLong = await KeyedAsync(sender, path, "1", new string('k', 256));

        Assert.Equal((409, 422, 422), (inactive.StatusCode, other.StatusCode, tooLong.StatusCode));
        Assert.All(answers.Append(paused), answer => Assert.Equal((202, answers[0].Text), (answer.StatusCode, answer.Text)));
        Assert.Equal(1, answers.Count(answer => !answer.Message.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal(1, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM workflow_runs WHERE organization_id = '{person.Organization}'"));
    }

    [Fact]
    public async Task The_key_of_a_request_does_not_hold_the_address_it_was_sent_to()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var path = PathOf(await person.StoreAsync());

        await KeyedAsync(sender, path, "1");

        var stored = await api.Database.ScalarAsync<string>(
            $"SELECT string_agg(key::text || convert_from(response_body, 'UTF8'), ' ') FROM idempotency_keys key WHERE organization_id = '{person.Organization}'");
        Assert.NotEmpty(stored);
        Assert.DoesNotContain(path.Split('/')[^1], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_rotation_with_a_key_answers_the_same_address_and_does_not_rotate_again()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var rotate = $"/workflows/{(await person.StoreAsync())["id"]}/webhook/rotate";

        var first = await person.PostAsync(rotate, null, ("Idempotency-Key", "k"));
        var repeat = await person.PostAsync(rotate, null, ("Idempotency-Key", "k"));
        var alive = await sender.PostAsync(PathOf(repeat.Body), null);
        var next = await person.PostAsync(rotate, null, ("Idempotency-Key", "l"));

        Assert.Equal((200, first.Text), (repeat.StatusCode, repeat.Text));
        Assert.Equal("true", Assert.Single(repeat.Message.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(202, (int)alive.StatusCode);
        Assert.NotEqual(first.Text, next.Text);
        Assert.Equal(404, (int)(await sender.PostAsync(PathOf(first.Body), null)).StatusCode);
    }

    [Fact]
    public async Task After_a_rotation_the_old_address_is_dead_and_the_new_one_works()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var workflow = await person.StoreAsync();

        var rotated = await person.PostAsync($"/workflows/{workflow["id"]}/webhook/rotate");
        var old = await sender.PostAsync(PathOf(workflow), null);
        var fresh = await sender.PostAsync(PathOf(rotated.Body), null);

        Assert.Equal(200, rotated.StatusCode);
        Assert.Equal((404, 202), ((int)old.StatusCode, (int)fresh.StatusCode));
        Assert.Equal(await (await sender.PostAsync($"/workflows/webhooks/{new string('x', 43)}", null)).Content.ReadAsStringAsync(), await old.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_inactive_workflow_is_409_and_a_deleted_one_404()
    {
        using var person = new Person(api);
        using var sender = api.CreateClient(token: null);
        var workflow = await person.StoreAsync(more: """, "is_active": false""");

        var inactive = await sender.PostAsync(PathOf(workflow), null);
        await person.DeleteAsync($"/workflows/{workflow["id"]}");
        var deleted = await sender.PostAsync(PathOf(workflow), null);

        Assert.Equal((409, 404), ((int)inactive.StatusCode, (int)deleted.StatusCode));
    }

    private static async Task<ApiAnswer> KeyedAsync(HttpClient sender, string path, string body, string key = "k")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        var answer = await sender.SendAsync(request);
        return new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    private static string PathOf(JsonObject workflow) => new Uri((string)workflow["webhook_url"]!).AbsolutePath;
}
