namespace Solya.Workflows.Api.Tests.DataPlatform;

public class ActionVectorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _organization = NewOrganization.Id();

    [Fact]
    public async Task A_vector_is_made_once_and_replaced_afterwards()
    {
        using var client = api.CreateClient();

        Assert.Equal("""{"success":true,"data":{"created":2,"updated":0}}""", (await PutAsync(client, Vector("v1", "0.5"), Vector("v2", "0.5"))).Text);
        Assert.Equal("""{"success":true,"data":{"created":1,"updated":2}}""", (await PutAsync(client, Vector("v1", "0.6"), Vector("v2", "null"), Vector("v3", "0"))).Text);
        Assert.Equal("""{"success":true,"data":{"created":0,"updated":0}}""", (await PutAsync(client)).Text);
        Assert.Equal(0.6, await api.Database.ScalarAsync<double>($"SELECT sum(confidence) FROM action_vectors WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task Of_several_words_on_one_candidate_the_last_counts()
    {
        using var client = api.CreateClient();

        var answer = await PutAsync(client, Vector("v", "0.1"), Vector("v", "0.2"), Vector("v", "0.3"));

        Assert.Equal((1, 0), ((int)answer.Data["created"]!, (int)answer.Data["updated"]!));
        Assert.Equal(0.3, await api.Database.ScalarAsync<double>($"SELECT confidence FROM action_vectors WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task A_payload_is_kept_letter_by_letter_and_given_to_the_task()
    {
        const string Payload = """{ "z": 499.00, "a": 1e400, "n": -0, "big": 12345678901234567890.10, "é": "\u00e9\/", "nested": [ { } , [ ] ] }""";
        using var client = api.CreateClient();
        await PutAsync(client, $$"""{ "domain": "markdown", "variantId": "v", "shopId": "s", "payload": {{Payload}} }""");
        await client.PostAsync("/workflow-actions/task-create", new
        {
            organizationId = _organization,
            domains = new[] { "markdown" },
            minConfidence = 1,
            perimeter = new[] { new { variantId = "v", shopId = "s" } },
            workflowRunId = "r",
        });

        var tasks = await client.SendAsync(HttpMethod.Get, $"/tasks?organizationId={_organization}");

        Assert.Contains($"\"payload\":{Payload},", tasks.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_vector_spoils_the_whole_call()
    {
        using var client = api.CreateClient();

        var answer = await PutAsync(client, Vector("v1", "0.5"), Vector("v2", "1.5"));

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(["vectors[1].confidence"], answer.Fields);
        Assert.Equal(0L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM action_vectors WHERE organization_id = '{_organization}'"));
    }

    [Fact]
    public async Task A_hundred_thousand_fit_into_one_call_and_one_more_does_not()
    {
        using var client = api.CreateClient();
        var vectors = Enumerable.Range(0, 100_000).Select(index => Vector($"v{index}", "0.5")).ToArray();

        var made = await PutAsync(client, vectors);
        var refused = await PutAsync(client, [.. vectors, Vector("one-more", "0.5")]);

        Assert.Equal((100_000, 0), ((int)made.Data["created"]!, (int)made.Data["updated"]!));
        Assert.Equal(400, refused.StatusCode);
        Assert.Equal(["vectors"], refused.Fields);
    }

    [Fact]
    public async Task Equal_calls_at_once_in_opposite_order_make_each_vector_once()
    {
        using var client = api.CreateClient();
        var vectors = Enumerable.Range(0, 500).Select(index => Vector($"v{index}", "0.5")).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => PutAsync(client, index % 2 == 0 ? vectors : [.. vectors.Reverse()])));

        Assert.All(answers, answer => Assert.Equal(200, answer.StatusCode));
        Assert.Equal(500, answers.Sum(answer => (int)answer.Data["created"]!));
        Assert.Equal(11 * 500, answers.Sum(answer => (int)answer.Data["updated"]!));
    }

    private static string Vector(string variant, string confidence)
        => $$"""{ "domain": "restock", "variantId": "{{variant}}", "shopId": "s", "confidence": {{confidence}} }""";

    private Task<ApiAnswer> PutAsync(HttpClient client, params string[] vectors)
        => client.PutAsync("/action-vectors", $$"""{ "organizationId": "{{_organization}}", "vectors": [{{string.Join(',', vectors)}}] }""");
}
