using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Workspaces;

public class WorkspaceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_workspace_comes_with_a_key_that_speaks_for_it()
    {
        using var administrator = api.CreateAdministrator();

        var made = V1Expect.Success(201, await administrator.PostAsync("/v1/workspaces", new { slug = "acme" }));

        Expect.Keys(["workspace", "apiKey"], made);
        var workspace = made["workspace"]!.AsObject();
        Expect.Keys(["id", "slug", "createdAt"], workspace);
        Expect.Keys(["id", "key", "createdAt"], made["apiKey"]!.AsObject());
        Assert.Matches("^ws_[0-9a-z]{26}$", (string?)workspace["id"]);
        Assert.Matches("^key_[0-9a-z]{26}$", (string?)made["apiKey"]!["id"]);
        Assert.Matches("^stv_[A-Za-z0-9_-]{43}$", (string?)made["apiKey"]!["key"]);
        Expect.Instant(workspace["createdAt"]);
        using var program = api.CreateClient(token: null);
        Expect.Same(workspace, V1Expect.Success(200, await program.SendAsync(HttpMethod.Get, "/v1/workspaces/current", null, ("x-api-key", (string)made["apiKey"]!["key"]!))));
    }

    [Fact]
    public async Task A_workspace_may_be_any_organization_that_has_none()
    {
        var organization = $"Ørsted & søn / {new string('x', 200)}";
        using var program = await ProgramOfWorkspace.CreateAsync(api, organization);
        using var administrator = api.CreateAdministrator();

        Assert.Equal(organization, program.WorkspaceId);
        V1Expect.Error(409, "CONFLICT", await administrator.PostAsync("/v1/workspaces", new { slug = "another", id = organization }));
        V1Expect.Success(201, await administrator.PostAsync("/v1/workspaces", new { slug = "another" }));
    }

    [Fact]
    public async Task Of_twenty_workspaces_of_one_slug_at_once_one_is_made()
    {
        using var administrator = api.CreateAdministrator();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => administrator.PostAsync("/v1/workspaces", new { slug = "raced" })));

        Assert.Single(answers, answer => answer.StatusCode == 201);
        Assert.All(answers.Where(answer => answer.StatusCode != 201), answer => V1Expect.Error(409, "CONFLICT", answer));
    }

    [Theory]
    [InlineData("""{ }""", "slug")]
    [InlineData("""{ "slug": null }""", "slug")]
    [InlineData("""{ "slug": 5 }""", "slug")]
    [InlineData("""{ "slug": "" }""", "slug")]
    [InlineData("""{ "slug": "Acme" }""", "slug")]
    [InlineData("""{ "slug": "a_b" }""", "slug")]
    [InlineData("""{ "slug": "é" }""", "slug")]
    [InlineData("""{ "slug": "acme\n" }""", "slug")]
    [InlineData("""{ "slug": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }""", "slug")]
    [InlineData("""{ "slug": "ok", "id": "" }""", "id")]
    [InlineData("""{ "slug": "ok", "id": null }""", "id")]
    [InlineData("""{ "slug": "ok", "id": "current" }""", "id")]
    [InlineData("""{ "slug": "Not ok", "id": 7 }""", "slug", "id")]
    [InlineData("""{ "slug": "a", "slug": "b" }""", "slug")]
    [InlineData("""[]""", "body")]
    public async Task A_bad_field_is_named(string body, params string[] paths)
    {
        using var administrator = api.CreateAdministrator();

        V1Expect.Invalid(await administrator.PostAsync("/v1/workspaces", body), paths);
    }

    [Fact]
    public async Task A_repeat_under_a_key_makes_nothing_and_does_not_show_the_api_key_again()
    {
        using var administrator = api.CreateAdministrator();

        var first = await administrator.PostAsync("/v1/workspaces", new { slug = "repeated" }, ("Idempotency-Key", "once"));
        var second = await administrator.PostAsync("/v1/workspaces", new { slug = "repeated" }, ("Idempotency-Key", "once"));

        var expected = V1Expect.Success(201, first);
        var key = (string)expected["apiKey"]!["key"]!;
        expected["apiKey"]!["key"] = null;
        Expect.Same(expected, V1Expect.Success(201, second));
        Assert.Equal(["true"], second.Message.Headers.GetValues("Idempotent-Replayed"));
        V1Expect.Error(422, "IDEMPOTENCY_KEY_REUSED", await administrator.PostAsync("/v1/workspaces", new { slug = "other" }, ("Idempotency-Key", "once")));
        Assert.Equal(0L, await api.Database.ScalarAsync<long>($"SELECT count(*) FROM idempotency_keys WHERE position(convert_to('{key}', 'UTF8') IN response_body) > 0"));
    }
}
