using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Solya.Workflows.Engine.Tests.Handlers;

/// <summary>What the run gets of a response that was accepted.</summary>
public sealed class HttpResponseTests
{
    [Fact]
    public async Task Status_headers_and_a_json_body_are_the_output()
    {
        await using var server = LoopbackHttp.Answering(
            201, """{ "id": 9007199254740993, "price": 499.00 }""", "Content-Type: application/json; charset=utf-8\r\nX-Tag: a\r\nx-tag: b\r\nSet-Cookie: s=1\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        var output = result.Output();
        Assert.Equal(201, output.GetProperty("status").GetInt32());
        Assert.Equal("a, b", output.GetProperty("headers").GetProperty("x-tag").GetString());
        Assert.Equal("application/json; charset=utf-8", output.GetProperty("headers").GetProperty("content-type").GetString());
        Assert.Equal("""{ "id": 9007199254740993, "price": 499.00 }""", output.GetProperty("body").GetRawText());
    }

    [Theory]
    [InlineData("application/problem+json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/json", "\uFEFF[1]", "[1]")]
    [InlineData("application/json", "5", "5")]
    [InlineData("application/json", "null", "null")]
    [InlineData("application/json", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}")]
    [InlineData("application/json", "[1e200000]", "[1e200000]")]
    [InlineData("application/json", "[\"\\ud83d\\ude00 \\\\ud800\"]", "[\"\\ud83d\\ude00 \\\\ud800\"]")]
    public async Task Json_that_can_be_stored_stays_as_it_was_written(string contentType, string sent, string kept)
    {
        Assert.Equal(kept, (await BodyAsync(sent, contentType)).GetRawText());
    }

    [Theory]
    [InlineData("text/plain", "{\"a\":1}")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{\"a\":1")]
    [InlineData("application/json", "{\"a\":1} x")]
    [InlineData("application/json", "{'a':1}")]
    [InlineData("application/json", "[1,]")]
    [InlineData("application/json", "[NaN]")]
    [InlineData("application/json", "[\"\\u0000\"]")]
    [InlineData("application/json", "{\"\\u0000\":1}")]
    [InlineData("application/json", "[\"\\ud800\"]")]
    [InlineData("application/json", "[\"\\ud800x\"]")]
    [InlineData("application/json", "[\"\\ud800\\n\"]")]
    [InlineData("application/json", "[\"\\ud800\\ud800\"]")]
    [InlineData("application/json", "[\"\\udc00\"]")]
    public async Task What_is_not_json_or_cannot_be_stored_as_json_is_a_string(string contentType, string sent)
    {
        Assert.Equal(sent, (await BodyAsync(sent, contentType)).GetString());
    }

    [Fact]
    public async Task Json_nested_deeper_than_an_output_may_be_is_a_string()
    {
        var deepest = new string('[', 63) + new string(']', 63);

        Assert.Equal(JsonValueKind.Array, (await BodyAsync(deepest, "application/json")).ValueKind);
        Assert.Equal(JsonValueKind.String, (await BodyAsync($"[{deepest}]", "application/json")).ValueKind);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_become_text_that_can_be_stored()
    {
        byte[] sent = [(byte)'"', (byte)'a', 0xFF, 0, 0xED, 0xA0, 0x80, (byte)'"'];

        var body = (await BodyAsync(sent, "application/json")).GetString()!;

        Assert.StartsWith("\"a\uFFFD\uFFFD", body, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', body);
    }

    [Fact]
    public async Task A_charset_is_respected()
    {
        Assert.Equal("[\"é\"]", (await BodyAsync(Encoding.Latin1.GetBytes("[\"é\"]"), "application/json; charset=iso-8859-1")).GetRawText());
        Assert.Equal("é", (await BodyAsync(Encoding.Unicode.GetBytes("é"), "text/plain; charset=\"utf-16\"")).GetString());
        Assert.Equal("é", (await BodyAsync(Encoding.UTF8.GetBytes("é"), "text/plain; charset=bogus")).GetString());
    }

    [Fact]
    public async Task A_compressed_body_is_read()
    {
        await using var server = LoopbackHttp.Answering(200, Gzip(Encoding.UTF8.GetBytes("{\"a\":1}")), "Content-Encoding: gzip\r\nContent-Type: application/json\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        Assert.Equal("{\"a\":1}", result.Output().GetProperty("body").GetRawText());
    }

    [Theory]
    [InlineData(1_048_576, true)]
    [InlineData(1_048_577, false)]
    public async Task A_body_may_have_a_mebibyte(int bytes, bool accepted)
    {
        await using var server = LoopbackHttp.Answering(200, Encoding.ASCII.GetBytes(new string('a', bytes)));

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        Assert.Equal(accepted, result.IsSuccess);
    }

    [Fact]
    public async Task A_body_of_50_megabytes_is_a_final_failure_and_is_not_read_to_its_end()
    {
        const int chunk = 64 * 1024;
        const int chunks = 800;
        var sent = 0;
        await using var server = new LoopbackHttp(async (_, stream, ct) =>
        {
            await stream.WriteAsync(LoopbackHttp.Head(200, $"Content-Length: {chunk * chunks}\r\n"), ct);
            for (; sent < chunks; sent++)
            {
                await stream.WriteAsync(new byte[chunk], ct);
            }
        });

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        result.AssertFailed("HTTP_RESPONSE_TOO_LARGE", retryable: false);
        await server.DisposeAsync();
        Assert.True(sent < chunks);
    }

    [Fact]
    public async Task A_bomb_of_compressed_zeros_is_a_final_failure()
    {
        await using var server = LoopbackHttp.Answering(200, Gzip(new byte[50 * 1024 * 1024]), "Content-Encoding: gzip\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        result.AssertFailed("HTTP_RESPONSE_TOO_LARGE", retryable: false);
    }

    [Fact]
    public async Task Headers_without_end_are_a_final_failure()
    {
        await using var server = new LoopbackHttp(async (_, stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), ct);
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"X-More: {new string('a', 1_000)}\r\n"), ct);
            }
        });

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        result.AssertFailed("HTTP_RESPONSE_TOO_LARGE", retryable: false);
    }

    private static Task<JsonElement> BodyAsync(string body, string contentType) => BodyAsync(Encoding.UTF8.GetBytes(body), contentType);

    private static async Task<JsonElement> BodyAsync(byte[] body, string contentType)
    {
        await using var server = LoopbackHttp.Answering(200, body, $"Content-Type: {contentType}\r\n");
        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });
        return result.Output().GetProperty("body");
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
