namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>A key starts one run, and its repeats get the first answer, for 24 hours.</summary>
public class ExecuteKeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Key = "6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11";

    [Fact]
    public async Task A_repeat_gets_the_original_answer_byte_for_byte_whatever_its_body()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;

        var first = await person.ExecuteAsync(id, """{ "context": { "name": "Ada" } }""", Key);
        await person.EndedRunAsync((string)first.Body["id"]!);
        var repeat = await person.ExecuteAsync(id, """{ "context": { "name": "Eve" } }""", Key);

        Assert.Equal((202, 202), (first.StatusCode, repeat.StatusCode));
        Assert.Equal(first.Text, repeat.Text);
        Assert.False(first.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(repeat.Message.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(1, await RunsAsync(person));
    }

    [Fact]
    public async Task A_repeat_is_answered_also_when_the_workflow_was_renamed_paused_or_deleted_since()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        var first = await person.ExecuteAsync(id, null, Key);

        await person.PatchAsync($"/workflows/{id}", """{ "name": "Other", "is_active": false }""");
        var paused = await person.ExecuteAsync(id, null, Key);
        var fresh = await person.ExecuteAsync(id, null, "6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a12");
        await person.DeleteAsync($"/workflows/{id}");
        var deleted = await person.ExecuteAsync(id, null, Key);

        Assert.Equal(first.Text, paused.Text);
        Assert.Equal(409, fresh.StatusCode);
        Assert.Equal(first.Text, deleted.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a13")]
    public async Task What_is_executed_is_the_workflow_as_it_is_now_whoever_changed_it(string? key)
    {
        using var person = new Person(api, $"{key}");
        var id = (string)(await person.StoreAsync())["id"]!;
        await person.ExecuteAsync(id, null, Key);

        // Past the process, as another one would.
        Assert.Equal(1, await api.Database.ScalarAsync<long>(
            $"WITH renamed AS (UPDATE workflows SET name = 'Renamed elsewhere' WHERE organization_id = '{person.Organization}' RETURNING 1) SELECT count(*) FROM renamed"));
        var renamed = await person.ExecuteAsync(id, null, key);
        await api.Database.ScalarAsync<long>(
            $"WITH paused AS (UPDATE workflows SET status = 'PAUSED' WHERE organization_id = '{person.Organization}' RETURNING 1) SELECT count(*) FROM paused");
        var paused = await person.ExecuteAsync(id, null, key is null ? null : "6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a14");

        Assert.Equal((202, "Renamed elsewhere"), (renamed.StatusCode, (string?)renamed.Body["workflow"]!["name"]));
        Assert.Equal(409, paused.StatusCode);
        Assert.Equal(2, await RunsAsync(person));
    }

    [Theory]
    [InlineData("6F1ED002-AB5E-4D3C-9D5B-0D3F8E8B1A11")]
    [InlineData("\"6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11\"")]
    public async Task Case_and_quotes_do_not_make_another_key(string spelling)
    {
        using var person = new Person(api, spelling);
        var id = (string)(await person.StoreAsync())["id"]!;

        var first = await person.ExecuteAsync(id, null, Key);
        var repeat = await person.ExecuteAsync(id, null, spelling);

        Assert.Equal(first.Text, repeat.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("my-key")]
    [InlineData("6f1ed002ab5e4d3c9d5b0d3f8e8b1a11")]
    [InlineData("{6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11}")]
    [InlineData("6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a1g")]
    public async Task A_key_that_is_no_uuid_is_422(string key)
    {
        using var person = new Person(api, $"{key.Length}");
        var id = (string)(await person.StoreAsync())["id"]!;

        var answer = await person.ExecuteAsync(id, null, key);

        Assert.Equal(422, answer.StatusCode);
        Assert.NotNull(answer.Body["errors"]!["Idempotency-Key"]);
        Assert.Equal(0, await RunsAsync(person));
    }

    [Fact]
    public async Task Of_twenty_at_once_one_starts_a_run_and_all_get_its_answer()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => person.ExecuteAsync(id, $$"""{ "context": { "i": {{i}} } }""", Key)));

        Assert.All(answers, answer => Assert.Equal(202, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(19, answers.Count(answer => answer.Message.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal(1, await RunsAsync(person));
        await person.EndedRunAsync((string)answers[0].Body["id"]!);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync(more: """, "is_active": false"""))["id"]!;

        var refused = await person.ExecuteAsync(id, null, Key);
        await person.PatchAsync($"/workflows/{id}", """{ "is_active": true }""");
        var accepted = await person.ExecuteAsync(id, null, Key);

        Assert.Equal((409, 202), (refused.StatusCode, accepted.StatusCode));
        Assert.False(accepted.Message.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task The_same_key_means_something_else_for_another_workflow_and_another_organization()
    {
        using var person = new Person(api);
        using var other = new Person(api, "other");
        var (one, two) = ((string)(await person.StoreAsync())["id"]!, (string)(await person.StoreAsync())["id"]!);
        var theirs = (string)(await other.StoreAsync())["id"]!;

        var runs = new[] { await person.ExecuteAsync(one, null, Key), await person.ExecuteAsync(two, null, Key), await other.ExecuteAsync(theirs, null, Key) };
        var stranger = await other.ExecuteAsync(one, null, Key);

        Assert.Equal(3, runs.Select(run => (string)run.Body["id"]!).Distinct().Count());
        Assert.Equal(404, stranger.StatusCode);
    }

    [Fact]
    public async Task After_24_hours_the_key_starts_a_run_again()
    {
        await using var own = new ApiOfItsOwn();
        await own.StartAsync();
        using var person = new Person(own);
        var id = (string)(await person.StoreAsync())["id"]!;
        var first = await person.ExecuteAsync(id, null, Key);

        own.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        var late = await person.ExecuteAsync(id, null, Key);
        own.Clock.Advance(TimeSpan.FromMinutes(2));
        var next = await person.ExecuteAsync(id, null, Key);

        Assert.Equal(first.Text, late.Text);
        Assert.NotEqual((string?)first.Body["id"], (string?)next.Body["id"]);
    }

    [Theory]
    [InlineData("""{ "context": 5 }""", 422)]
    [InlineData("""{ "context": null }""", 422)]
    [InlineData("{ \"context\": ", 400)]
    [InlineData("""{ "a": 1, "a": 2 }""", 400)]
    [InlineData("[]", 400)]
    public async Task A_repeat_gets_the_original_answer_also_when_its_body_is_refused(string body, int refusal)
    {
        using var person = new Person(api, $"{body.Length}");
        var id = (string)(await person.StoreAsync())["id"]!;

        var refused = await person.ExecuteAsync(id, body, Key);
        var first = await person.ExecuteAsync(id, null, Key);
        var repeat = await person.ExecuteAsync(id, body, Key);
        var keyless = await person.ExecuteAsync(id, body);
        var otherKey = await person.ExecuteAsync(id, body, "not-a-uuid");

        Assert.Equal((refusal, 202, 202), (refused.StatusCode, first.StatusCode, repeat.StatusCode));
        Assert.False(first.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(first.Text, repeat.Text);
        Assert.Equal("true", Assert.Single(repeat.Message.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal((refused.Text, refused.Text), (keyless.Text, otherKey.Text));
        Assert.Equal(1, await RunsAsync(person));
    }

    [Fact]
    public async Task A_media_type_a_size_and_a_token_that_are_refused_come_before_the_key()
    {
        using var person = new Person(api);
        var id = (string)(await person.StoreAsync())["id"]!;
        await person.ExecuteAsync(id, null, Key);
        using var stranger = api.CreateClient(token: null);

        Assert.Equal(415, await StatusAsync(person.Client, "{}", "text/plain"));
        Assert.Equal(413, await StatusAsync(person.Client, new string(' ', 4 * 1024 * 1024) + "{}", "application/json"));
        Assert.Equal(401, await StatusAsync(stranger, "{", "application/json"));

        async Task<int> StatusAsync(HttpClient client, string body, string type)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/workflows/{id}/execute") { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
            request.Headers.Add("Idempotency-Key", Key);
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    private async Task<long> RunsAsync(Person person)
        => await api.Database.ScalarAsync<long>($"SELECT count(*) FROM workflow_runs WHERE organization_id = '{person.Organization.Replace("'", "''", StringComparison.Ordinal)}'");
}
