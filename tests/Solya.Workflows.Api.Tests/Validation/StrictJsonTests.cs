using System.Text;

namespace Solya.Workflows.Api.Tests.Validation;

/// <summary>The gate that every body of every route passes.</summary>
public class StrictJsonTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_body_that_is_no_json_object_is_400(string name)
    {
        var route = Routes.Named(name);
        foreach (var body in new[]
        {
            "{", "}", "{ not json", "[]", "[{}]", "null", "true", "0", "\"text\"", "{}{}", "{} x", "{},", "{ \"a\": 1, }", "{ 'a': 1 }", "{ a: 1 }",
            "{ \"a\": 01 }", "{ \"a\": +1 }", "{ \"a\": .5 }", "{ \"a\": NaN }", "{ \"a\": 1 /* why */ }", "// why\n{}", "{ \"a\": \"\t\" }", "{ \"a\": \"\\x\" }",
            " ", "\n", "\0", "{}\0", "{\"a\":\"\0\"}", "a=b", "<a/>",
        })
        {
            await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(body));
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task An_empty_body_is_400_except_where_it_may_be_missing(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();

        var answer = await client.SendBytesAsync(route, []);

        Assert.Equal(route == Routes.Sweep ? 200 : 400, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Bytes_that_are_no_utf8_are_400(string name)
    {
        var route = Routes.Named(name);
        var example = Encoding.UTF8.GetBytes(route.Example);
        await AssertInvalidAsync(route, [0xEF, 0xBB, 0xBF, .. example]); // a byte order mark
        await AssertInvalidAsync(route, Encoding.Unicode.GetBytes(route.Example));
        await AssertInvalidAsync(route, Encoding.BigEndianUnicode.GetBytes(route.Example));
        foreach (byte[] wrong in new byte[][] { [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80] })
        {
            await AssertInvalidAsync(route, [.. Encoding.UTF8.GetBytes(route.With("\"x\": \"")[..^2]), .. wrong, (byte)'"', (byte)'}']);
            await AssertInvalidAsync(route, [.. Encoding.UTF8.GetBytes(route.Example[..^1]), (byte)',', (byte)'"', .. wrong, .. "\":1}"u8]);
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_name_that_occurs_twice_is_400_wherever_it_stands(string name)
    {
        var route = Routes.Named(name);
        foreach (var (extra, field) in new[]
        {
            ("\"organizationId\": \"org\"", "organizationId"), // each example has one
            ("\"x\": 1, \"x\": 1", "x"),
            ("\"x\": 1, \"\\u0078\": 1", "x"),
            ("\"\\u0061b\": 1, \"a\\u0062\": 1", "ab"),
            ("\"x\": { \"a\": 1, \"b\": { \"c\": 1, \"c\": null } }", "x.b.c"),
            ("\"x\": [0, [{ \"a\": 1, \"\\u0061\": 2 }]]", "x[1][0].a"),
            ("\"\": 1, \"\": 1", ""),
            ($"\"x\": {{ {string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"n{i}\": 1"))}, \"n3\": 1 }}", "x.n3"),
        })
        {
            var answer = await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(route.With(extra)));
            Assert.Equal([field], answer.Fields);
            Assert.Equal("DUPLICATE", (string?)answer.Body["fieldErrors"]![0]!["code"]);
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Names_that_only_look_alike_are_two(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();

        var answer = await client.SendAsync(route, route.With("\"OrganizationId\": 5, \"x\": { \"a\": 1, \"A\": 2, \"a \": 3, \"\\u00e9\": 4, \"e\\u0301\": 5, \"d\": { \"a\": 1 } }"));

        Assert.NotEqual(400, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Sixty_four_levels_are_allowed_and_one_more_is_not(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        // The body itself is the first level.
        string Nested(int levels, string open, string close) => route.With(
            $"\"x\": {string.Concat(Enumerable.Repeat(open, levels - 1))}1{string.Concat(Enumerable.Repeat(close, levels - 1))}");

        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            Assert.NotEqual(400, (await client.SendAsync(route, Nested(64, open, close))).StatusCode);
            await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(Nested(65, open, close)));
            await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(Nested(100_000, open, close)));
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Text_that_cannot_be_stored_is_400_and_its_place_is_named(string name)
    {
        var route = Routes.Named(name);
        foreach (var text in new[]
        {
            @"\u0000", @"a\u0000b", @"\ud800", @"\udfff", @"\ud83d", @"\ude00\ud83d", @"\uD83D\u0041", @"\ud83dx", @"\ud83d\n", @"\\\u0000", @"\ud83d\ud83d\ude00",
        })
        {
            await AssertUnstorableAsync(route, $"\"x\": \"{text}\"", "x");
            await AssertUnstorableAsync(route, $"\"x\": {{ \"y\": [1, \"{text}\"] }}", "x.y[1]");
            await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(route.With($"\"{text}\": 1")));
            await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(route.With($"\"x\": [{{ \"{text}\": 1 }}]")));
        }

        using var client = api.CreateClient();
        foreach (var text in new[] { @"\ud83d\ude00", @"\\u0000", @"\\ud800", @"\u0001", @"\uffff", @"\u007f", "😀", "\u2028" })
        {
            Assert.NotEqual(400, (await client.SendAsync(route, route.With($"\"x\": {{ \"{text}\": \"{text}\" }}"))).StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Text_that_cannot_be_stored_is_refused_in_every_field(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        foreach (var field in route.Fields.Keys)
        {
            foreach (var value in new[] { @"""a\u0000""", @"""\udead""", @"{ ""a"": ""\u0000"" }", @"[ ""\ud800"" ]", @"[ { ""variantId"": ""\u0000"" } ]" })
            {
                var body = route.ExampleObject();
                body.Remove(field);
                var rest = body.ToJsonString()[1..^1];
                var answer = await client.SendAsync(route, $"{{ {rest}{(rest.Length > 0 ? "," : "")} \"{field}\": {value} }}");

                Assert.Equal(400, answer.StatusCode);
                Assert.StartsWith(field, Assert.Single(answer.Fields), StringComparison.Ordinal);
            }
        }
    }

    private async Task AssertUnstorableAsync(BodyRoute route, string extra, string field)
    {
        var answer = await AssertInvalidAsync(route, Encoding.UTF8.GetBytes(route.With(extra)));
        Assert.Equal([field], answer.Fields);
        Assert.Equal("UNSUPPORTED_TEXT", (string?)answer.Body["fieldErrors"]![0]!["code"]);
    }

    private async Task<ApiAnswer> AssertInvalidAsync(BodyRoute route, byte[] body)
    {
        using var client = api.CreateClient();
        var answer = await client.SendBytesAsync(route, body);
        Assert.True(answer.StatusCode == 400, $"{answer.StatusCode} for {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))}: {answer.Text}");
        Assert.Equal("VALIDATION_ERROR", answer.ErrorCode);
        Assert.False((bool)answer.Body["success"]!);
        Assert.NotEmpty(answer.Body["fieldErrors"]!.AsArray());
        return answer;
    }
}
