using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>Whoever waits for a run waits 30 seconds at most; a key waits for the run it started.</summary>
public class SynchronousExecutionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Key = "6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11";

    [Fact]
    public async Task A_run_that_waits_longer_than_30_seconds_is_answered_as_it_stands()
    {
        await using var own = new ApiOfItsOwn();
        await own.StartAsync();
        using var person = new Person(own);
        var id = (string)(await person.StoreAsync(Person.WaitingGraph))["id"]!;

        var asked = person.PostAsync($"/workflows/sync/{id}");
        await WaitingRunAsync(person, id);
        Assert.False(asked.IsCompleted);
        own.Clock.Elapse(TimeSpan.FromSeconds(30));
        var answer = await asked.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal((202, "waiting"), (answer.StatusCode, (string)answer.Body["status"]!));
        Assert.Equal(id, (string?)answer.Body["workflow"]!["id"]);
    }

    [Fact]
    public async Task A_repeat_answers_the_run_of_the_first_request_as_it_is_now()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;

        var refused = await SendAsync(person, id, """{ "context": 5 }""");
        var first = await SendAsync(person, id, """{ "context": { "name": "Ada" } }""");
        ApiAnswer[] repeats = [await SendAsync(person, id, """{ "context": { "name": "Eve" } }"""), await SendAsync(person, id, """{ "context": 5 }"""), await SendAsync(person, id, "{")];
        await person.PatchAsync($"/workflows/{id}", """{ "is_active": false }""");
        var paused = await SendAsync(person, id, null);
        var execute = await person.ExecuteAsync(id, null, Key);

        Assert.Equal((422, 200), (refused.StatusCode, first.StatusCode));
        Assert.False(first.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.All(repeats.Append(paused), repeat =>
        {
            Assert.Equal((200, (string)first.Body["id"]!), (repeat.StatusCode, (string)repeat.Body["id"]!));
            Assert.Equal("true", Assert.Single(repeat.Message.Headers.GetValues("Idempotent-Replayed")));
        });
        Assert.All(repeats, repeat => Assert.Equal(first.Text, repeat.Text));
        // Another path, another scope.
        Assert.Equal(409, execute.StatusCode);
    }

    [Fact]
    public async Task A_repeat_while_the_run_goes_on_waits_for_its_end()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(Person.WaitingGraph))["id"]!;

        var first = SendAsync(person, id, null);
        var run = await WaitingRunAsync(person, id);
        var repeat = SendAsync(person, id, """{ "context": { "other": 1 } }""");
        await person.PostAsync($"/workflows/runs/{run}/signals", """{ "signal_type": "go" }""");
        ApiAnswer[] answers = [await first, await repeat];

        Assert.All(answers, answer => Assert.Equal((200, run, "completed"), (answer.StatusCode, (string)answer.Body["id"]!, (string)answer.Body["status"]!)));
        Assert.Equal(1, (int)(await person.GetAsync($"/workflows/{id}/executions")).Body["meta"]!["total"]!);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered_and_a_key_that_is_no_uuid_is_422()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(more: """, "is_active": false"""))["id"]!;

        var inactive = await SendAsync(person, id, null);
        await person.PatchAsync($"/workflows/{id}", """{ "is_active": true }""");
        var accepted = await SendAsync(person, id, null);
        var bad = await person.PostAsync($"/workflows/sync/{id}", null, ("Idempotency-Key", "k"));

        Assert.Equal((409, 200, 422), (inactive.StatusCode, accepted.StatusCode, bad.StatusCode));
        Assert.False(accepted.Message.Headers.Contains("Idempotent-Replayed"));
    }

    private static Task<ApiAnswer> SendAsync(Person person, string id, string? body) => person.PostAsync($"/workflows/sync/{id}", body, ("Idempotency-Key", Key));

    private static async Task<string> WaitingRunAsync(Person person, string workflow)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var page = await person.GetAsync($"/workflows/{workflow}/executions");
            if (page.Body["data"]!.AsArray() is [JsonObject run] && (string?)run["status"] == "waiting")
            {
                return (string)run["id"]!;
            }

            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }
}
