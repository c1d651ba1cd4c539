using System.Text;

namespace Solya.Workflows.Api.Tests.Validation;

public class MediaTypeAndSizeTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task What_is_not_json_in_utf8_is_415_whatever_stands_in_it(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        foreach (var mediaType in new[]
        {
            "text/plain", "text/json", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "application/jsonx", "application/x-json",
            "application/json; charset=bogus", "application/json; charset=utf-16", "application/json;charset=iso-8859-1", "json", "application", "", "*/*",
        })
        {
            foreach (var body in new[] { route.Example, "{ not json" })
            {
                var answer = await client.SendBytesAsync(route, Encoding.UTF8.GetBytes(body), mediaType);

                Assert.True(answer.StatusCode == 415, $"{answer.StatusCode} for '{mediaType}'.");
                Assert.Equal("UNSUPPORTED_MEDIA_TYPE", answer.ErrorCode);
                Assert.False(answer.Body.ContainsKey("fieldErrors"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_body_without_a_media_type_is_415(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();

        Assert.Equal(415, (await client.SendBytesAsync(route, Encoding.UTF8.GetBytes(route.Example), mediaType: null)).StatusCode);
        Assert.Equal(route == Routes.Sweep ? 200 : 415, (await client.SendBytesAsync(route, [], mediaType: null)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task Json_by_any_of_its_names_is_read(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        foreach (var mediaType in new[]
        {
            "application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "application/problem+json",
            "application/json; odata=verbose", "application/vnd.solya+json; charset=utf-8",
        })
        {
            var answer = await client.SendBytesAsync(route, Encoding.UTF8.GetBytes(route.Example), mediaType);

            Assert.True(answer.StatusCode is 200 or 404 or 409, $"{answer.StatusCode} for '{mediaType}': {answer.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task A_body_of_the_limit_is_read_and_one_byte_more_is_413(string name)
    {
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        var largest = Padded(route, route.MaxBytes);

        foreach (var chunked in new[] { false, true })
        {
            var read = await client.SendBytesAsync(route, largest, chunked: chunked);
            var refused = await client.SendBytesAsync(route, [.. largest, (byte)' '], chunked: chunked);

            Assert.True(read.StatusCode is 200 or 404 or 409, read.Text);
            Assert.Equal(413, refused.StatusCode);
            Assert.Equal("PAYLOAD_TOO_LARGE", refused.ErrorCode);
        }
    }

    private static byte[] Padded(BodyRoute route, int size)
    {
        var (head, tail) = (Encoding.UTF8.GetBytes(route.Example.TrimEnd()[..^1] + ", \"padding\": \""), "\" }"u8.ToArray());
        var body = new byte[size];
        body.AsSpan().Fill((byte)'a');
        head.CopyTo(body, 0);
        tail.CopyTo(body, size - tail.Length);
        return body;
    }
}
