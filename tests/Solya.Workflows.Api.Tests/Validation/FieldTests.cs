using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.Validation;

/// <summary>Every field of every body: what it refuses, and that a 400 names all that is wrong.</summary>
public class FieldTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_field_refuses_what_it_cannot_be_and_is_named(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        foreach (var (field, kind) in route.Fields)
        {
            foreach (var wrong in WrongFor(kind))
            {
                var answer = await client.SendAsync(route, WithField(route, field, wrong));

                Assert.True(answer.StatusCode == 400, $"{answer.StatusCode} for {field} = {wrong[..Math.Min(wrong.Length, 50)]}: {answer.Text}");
                Assert.Equal("VALIDATION_ERROR", answer.ErrorCode);
                Assert.Equal([field], answer.Fields);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_field_takes_what_it_can_be(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        foreach (var (field, kind) in route.Fields)
        {
            foreach (var right in RightFor(kind))
            {
                var answer = await client.SendAsync(route, WithField(route, field, right));

                Assert.True(answer.StatusCode is 200 or 404 or 409, $"{answer.StatusCode} for {field} = {right[..Math.Min(right.Length, 50)]}: {answer.Text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_required_field_that_is_missing_is_named_and_the_others_may_be_left_out(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();

        var nothing = await client.SendAsync(route, "{}");
        Assert.Equal(route.Required.Length > 0 ? 400 : route == Routes.Sweep ? 200 : 404, nothing.StatusCode);
        if (route.Required.Length > 0)
        {
            Assert.Equal(route.Required.Order(), nothing.Fields.Order());
            Assert.All(nothing.Body["fieldErrors"]!.AsArray(), error => Assert.Equal("REQUIRED", (string?)error!["code"]));
        }

        var least = route.ExampleObject();
        foreach (var optional in route.Fields.Keys.Except(route.Required))
        {
            least.Remove(optional);
        }

        Assert.NotEqual(400, (await client.SendAsync(route, least.ToJsonString())).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task All_bad_fields_are_named_at_once(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        // A boolean's wrong value is a text, everybody else's is true.
        var body = new JsonObject(route.Fields.Select(field => KeyValuePair.Create(field.Key, field.Value == Kind.Boolean ? (JsonNode?)"true" : true)));

        var answer = await client.SendAsync(route, body.ToJsonString());

        Assert.Equal(400, answer.StatusCode);
        Assert.Equal(route.Fields.Keys.Order(), answer.Fields.Order());
        Assert.All(answer.Body["fieldErrors"]!.AsArray(), error =>
        {
            Assert.Equal(["code", "field", "message"], error!.AsObject().Select(part => part.Key).Order());
            Assert.NotEmpty((string)error["message"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Unknown_properties_are_ignored(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();

        var answer = await client.SendAsync(route, route.With("\"unknown\": { \"a\": [1e400, -0, 12345678901234567890123] }, \"nodeid\": 5, \"STATUS\": null, \"\": 1"));

        Assert.NotEqual(400, answer.StatusCode);
    }

    [Fact]
    public async Task Entries_of_lists_are_named_by_their_place()
    {
        using var client = api.CreateClient();

        var perimeter = await client.SendAsync(Routes.TaskCreate, """
            { "organizationId": "o", "domains": ["restock", "Restock", 5, null], "minConfidence": 0, "workflowRunId": "r",
              "perimeter": [ { "variantId": "v", "shopId": "s" }, { "variantId": "", "shopId": "s" }, { "variantId": "v" }, { "variantId": 5, "shopId": "" }, 7, null ] }
            """);
        var vectors = await client.SendAsync(Routes.PutActionVectors, """
            { "organizationId": "o", "vectors": [ { "domain": "restock", "variantId": "v", "shopId": "s", "confidence": null },
              { "domain": "x", "variantId": "", "confidence": 1.5, "payload": [] }, "x", { "domain": "restock", "variantId": "v", "shopId": "s", "confidence": "0.5", "payload": null } ] }
            """);
        var items = await client.SendAsync(Routes.AddItemsToPlan, """
            { "organizationId": "o", "planId": "p", "items": [ { "variantId": "v" }, {}, { "variantId": "v", "shopId": "", "quantity": "4" }, [], { "variantId": "v", "shopId": null } ] }
            """);

        Assert.Equal(
            ["domains[1]", "domains[2]", "domains[3]", "perimeter[1].variantId", "perimeter[2].shopId", "perimeter[3].shopId", "perimeter[3].variantId", "perimeter[4]", "perimeter[5]"],
            perimeter.Fields.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["vectors[1].confidence", "vectors[1].domain", "vectors[1].payload", "vectors[1].shopId", "vectors[1].variantId", "vectors[2]", "vectors[3].confidence", "vectors[3].payload"],
            vectors.Fields.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["items[1].variantId", "items[2].quantity", "items[2].shopId", "items[3]", "items[4].shopId"],
            items.Fields.Order(StringComparer.Ordinal));
    }

    private static string WithField(BodyRoute route, string field, string value)
    {
        var body = route.ExampleObject();
        body.Remove(field);
        var rest = body.ToJsonString()[1..^1];
        return $"{{ {rest}{(rest.Length > 0 ? ", " : "")}\"{field}\": {value} }}";
    }

    private static string[] WrongFor(Kind kind) => kind switch
    {
        Kind.Name => ["5", "true", "null", "{}", "[]", "[\"a\"]", "\"\"", $"\"{new string('a', 256)}\"", $"\"{string.Concat(Enumerable.Repeat("😀", 128))}\""],
        Kind.Text => ["5", "true", "null", "{}", "[]", "\"\""],
        Kind.Id => ["5", "true", "null", "{}", "[]"],
        Kind.NullableText => ["5", "true", "{}", "[]"],
        Kind.NullableCode => ["5", "true", "{}", "[]", $"\"{new string('a', 65)}\"", $"\"{string.Concat(Enumerable.Repeat("😀", 32))}a\""],
        Kind.Enum => ["5", "0", "true", "null", "{}", "[]", "\"\"", "\"nope\"", "\"running\"", "\"RUNNING \"", "\"Restock\""],
        Kind.NullableEnum => ["5", "true", "{}", "[]", "\"\"", "\"send_email\"", "\"SEND_EMAIL,CALL_WEBHOOK\""],
        Kind.Document => ["5", "\"{}\"", "true", "null", "[]", "[{}]"],
        Kind.NullableDocument => ["5", "\"{}\"", "true", "[]", "[{}]"],
        Kind.Instant =>
        [
            "5", "true", "null", "{}", "\"\"", "\"today\"", "\"2026-05-23\"", "\"2026-05-23T06:00:05.000+00:00\"", "\"2026-05-23t06:00:05Z\"", "\"2026-05-23T06:00:05z\"",
            "\"2026-05-23T06:00:05Z\\n\"", "\"2026-02-29T00:00:00Z\"", "\"0000-01-01T00:00:00Z\"", "\"\\u0662026-05-23T06:00:05Z\"", "1779516005000",
        ],
        Kind.Count => ["\"5\"", "1.5", "true", "null", "{}", "[]", "-1", "1e400", "-1e400", "9007199254740992", "99999999999999999999999999999999", "1e-1", "0.99999999999999999999999999999999"],
        Kind.Fraction => ["\"0.6\"", "true", "null", "{}", "[]", "-0.1", "1.1", "1.0000001", "-1e-300", "1e400", "-1e400", "2"],
        Kind.Boolean => ["\"true\"", "1", "0", "null", "{}", "[]"],
        Kind.List => ["5", "\"[]\"", "true", "null", "{}"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string[] RightFor(Kind kind) => kind switch
    {
        Kind.Name => ["\"a\"", "\" \"", "\"O'Neil; DROP TABLE tasks--\"", "\"%_\\\\\"", $"\"{string.Concat(Enumerable.Repeat("😀", 100))}\"", "\"\\u0001\\uffff\""],
        Kind.Text => ["\"a\"", "\" \"", $"\"{new string('a', 100_000)}\"", "\"😀\""],
        Kind.Id => ["\"\"", "\"x\"", $"\"{new string('a', 100_000)}\"", "\"😀\""],
        Kind.NullableText => ["null", "\"\"", "\"a\"", $"\"{new string('a', 100_000)}\""],
        Kind.NullableCode => ["null", "\"\"", $"\"{new string('a', 64)}\"", $"\"{string.Concat(Enumerable.Repeat("😀", 32))}\""],
        Kind.NullableEnum => ["null", "\"CREATE_OR_GET_PLAN\"", "\"\\u0053END_EMAIL\""],
        Kind.NullableDocument => ["null", "{}", """{ "n": [499.00, 1e400, -0, 123456789012345678901234567890], "": null }"""],
        Kind.Instant => ["\"2026-05-23T06:00Z\"", "\"2026-05-23T06:00:05.123456789Z\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999Z\""],
        Kind.Count => ["1", "1.0", "10e-1", "1E0", "1.000000000000000000000000000000000000000", "10000"],
        Kind.Fraction => ["0", "-0", "-0.0", "1", "1.0", "0.6", "1e-400", "5e-1", "0.1000000000000000055511151231257827021181583404541015625"],
        Kind.Boolean => ["true"],
        Kind.Enum or Kind.Document or Kind.List => [], // they differ from route to route
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
