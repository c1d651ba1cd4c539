using System.Diagnostics;

namespace Solya.Workflows.Engine.Tests.Handlers;

/// <summary>What a config makes the service send, and what it refuses to.</summary>
public sealed class HttpRequestTests
{
    [Fact]
    public async Task Method_query_headers_and_a_json_body_are_sent_as_configured_and_no_trace_of_ours()
    {
        using var activity = new Activity("engine").Start();
        var request = await SentAsync("""
            { "method": "post", "url": "BASE/a/b?x=1#end", "query": { "q": "a b&c", "n": 5, "list": ["1", 2], "none": null },
              "headers": { "Authorization": "Bearer t", "X-Count": 3, "x-none": null }, "body": { "price": 499.00, "name": "Zoë" } }
            """);

        Assert.Equal("POST /a/b?x=1&q=a%20b%26c&n=5&list=1&list=2 HTTP/1.1", request.Line);
        Assert.Equal("Bearer t", request.Header("Authorization"));
        Assert.Equal("3", request.Header("X-Count"));
        Assert.Null(request.Header("x-none"));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("""{ "price": 499.00, "name": "Zoë" }""", request.Body);
        Assert.Equal("Solya-Workflows/1", request.Header("User-Agent"));
        Assert.Null(request.Header("traceparent"));
    }

    [Theory]
    [InlineData("""{ "method": "POST", "url": "BASE", "bodyType": "form", "body": { "a b": "ü&=", "n": 1.50, "l": [true, "x"] } }""", "a+b=%C3%BC%26%3D&n=1.50&l=true&l=x", "application/x-www-form-urlencoded")]
    [InlineData("""{ "method": "POST", "url": "BASE", "bodyType": "raw", "body": "<a/>" }""", "<a/>", "text/plain; charset=utf-8")]
    [InlineData("""{ "method": "POST", "url": "BASE", "bodyType": "raw", "body": "<a/>", "headers": { "content-type": "application/xml" } }""", "<a/>", "application/xml")]
    [InlineData("""{ "method": "POST", "url": "BASE", "bodyType": "none", "body": { "a": 1 } }""", "", null)]
    [InlineData("""{ "method": "POST", "url": "BASE" }""", "", null)]
    [InlineData("""{ "method": "POST", "url": "BASE", "body": null }""", "", null)]
    [InlineData("""{ "method": "POST", "url": "BASE", "bodyType": "json", "body": null }""", "null", "application/json")]
    [InlineData("""{ "method": "POST", "url": "BASE", "body": "text" }""", "\"text\"", "application/json")]
    [InlineData("""{ "method": "POST", "url": "BASE", "body": [1], "headers": { "Content-Type": "application/vnd.api+json" } }""", "[1]", "application/vnd.api+json")]
    public async Task The_body_is_written_as_its_type_says(string config, string body, string? contentType)
    {
        var request = await SentAsync(config);

        Assert.Equal((body, contentType), (request.Body, request.Header("Content-Type")));
    }

    [Fact]
    public async Task The_idempotency_key_is_the_effects_id_on_every_attempt_and_no_config_overrides_it()
    {
        var config = """{ "method": "POST", "url": "BASE", "headers": { "idempotency-key": "mine" } }""";

        var first = await SentAsync(config);
        var second = await SentAsync(config);

        Assert.Equal(Effects.EffectId, first.Header("Idempotency-Key"));
        Assert.Equal(Effects.EffectId, second.Header("Idempotency-Key"));
    }

    [Fact]
    public async Task An_effects_id_that_no_header_can_hold_becomes_its_digest()
    {
        var config = """{ "method": "POST", "url": "BASE" }""";

        var request = await SentAsync(config, "run-1.schöner schritt\r\nx: y.0");
        var another = await SentAsync(config, "run-1.schöner schritt\r\nx: y.1");

        Assert.Matches("^[0-9a-f]{64}$", request.Header("Idempotency-Key"));
        Assert.NotEqual(request.Header("Idempotency-Key"), another.Header("Idempotency-Key"));
        Assert.Null(request.Header("x"));
    }

    [Theory]
    [InlineData("url", """{ "method": "GET" }""")]
    [InlineData("url", """{ "method": "GET", "url": 5 }""")]
    [InlineData("url", """{ "method": "GET", "url": "" }""")]
    [InlineData("url", """{ "method": "GET", "url": "/relative" }""")]
    [InlineData("url", """{ "method": "GET", "url": "ftp://example.com/" }""")]
    [InlineData("url", """{ "method": "GET", "url": "file:///etc/passwd" }""")]
    [InlineData("url", """{ "method": "GET", "url": "gopher://example.com/" }""")]
    [InlineData("url", """{ "method": "GET", "url": "http://user:secret@example.com/" }""")]
    [InlineData("url", """{ "method": "GET", "url": "http://secret@example.com/" }""")]
    [InlineData("url", """{ "method": "GET", "url": "http://example.com/\r\nX: y" }""")]
    [InlineData("url", """{ "method": "GET", "url": "http://example.com:99999/" }""")]
    [InlineData("url", """{ "method": "GET", "url": "http://" }""")]
    [InlineData("query", """{ "method": "GET", "url": "http://example.com/", "query": "a=b" }""")]
    [InlineData("query.a", """{ "method": "GET", "url": "http://example.com/", "query": { "a": {} } }""")]
    [InlineData("method", """{ "url": "http://example.com/" }""")]
    [InlineData("method", """{ "method": "CONNECT", "url": "http://example.com/" }""")]
    [InlineData("method", """{ "method": "TRACE", "url": "http://example.com/" }""")]
    [InlineData("method", """{ "method": "GET / HTTP/1.1\r\nX: y", "url": "http://example.com/" }""")]
    [InlineData("headers", """{ "method": "GET", "url": "http://example.com/", "headers": ["a"] }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": ["b"] } }""")]
    [InlineData("headers.a b", """{ "method": "GET", "url": "http://example.com/", "headers": { "a b": "c" } }""")]
    [InlineData("headers.", """{ "method": "GET", "url": "http://example.com/", "headers": { "": "c" } }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "b\r\nX: y" } }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "b\nX: y" } }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "\u0001" } }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "ü" } }""")]
    [InlineData("headers.a", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "\u560a" } }""")]
    [InlineData("headers.Host", """{ "method": "GET", "url": "http://example.com/", "headers": { "Host": "inside" } }""")]
    [InlineData("headers.content-length", """{ "method": "GET", "url": "http://example.com/", "headers": { "content-length": "5" } }""")]
    [InlineData("headers.Transfer-Encoding", """{ "method": "GET", "url": "http://example.com/", "headers": { "Transfer-Encoding": "chunked" } }""")]
    [InlineData("headers.Connection", """{ "method": "GET", "url": "http://example.com/", "headers": { "Connection": "keep-alive" } }""")]
    [InlineData("headers.Proxy-Authorization", """{ "method": "GET", "url": "http://example.com/", "headers": { "Proxy-Authorization": "x" } }""")]
    [InlineData("bodyType", """{ "method": "GET", "url": "http://example.com/", "bodyType": "xml", "body": "x" }""")]
    [InlineData("body", """{ "method": "GET", "url": "http://example.com/", "bodyType": "form", "body": "x" }""")]
    [InlineData("body.a", """{ "method": "GET", "url": "http://example.com/", "bodyType": "form", "body": { "a": {} } }""")]
    [InlineData("body", """{ "method": "GET", "url": "http://example.com/", "bodyType": "raw", "body": {} }""")]
    [InlineData("acceptStatuses", """{ "method": "GET", "url": "http://example.com/", "acceptStatuses": 200 }""")]
    [InlineData("acceptStatuses", """{ "method": "GET", "url": "http://example.com/", "acceptStatuses": [99] }""")]
    [InlineData("acceptStatuses", """{ "method": "GET", "url": "http://example.com/", "acceptStatuses": ["6xx"] }""")]
    [InlineData("acceptStatuses", """{ "method": "GET", "url": "http://example.com/", "acceptStatuses": ["300-200"] }""")]
    [InlineData("timeoutMs", """{ "method": "GET", "url": "http://example.com/", "timeoutMs": 0 }""")]
    [InlineData("timeoutMs", """{ "method": "GET", "url": "http://example.com/", "timeoutMs": 1.5 }""")]
    [InlineData("timeoutMs", """{ "method": "GET", "url": "http://example.com/", "timeoutMs": "5" }""")]
    [InlineData("config", "[]")]
    [InlineData("config", "null")]
    [InlineData("config", """{ "method": "GET", "url": "http://example.com/", "headers": { "a": "\u0000" } }""")]
    [InlineData("config", """{ "method": "GET", "url": "http://example.com/\ud800" }""")]
    [InlineData("config", """{ "method": "GET", "url": "http://example.com/", "\udc00": 1 }""")]
    public async Task A_config_that_is_no_request_is_refused_and_the_field_named(string field, string config)
    {
        var result = await Effects.CallAsync(config);

        result.AssertFailed("HTTP_INVALID_REQUEST", retryable: false);
        Assert.StartsWith($"'{field}' ", result.Message, StringComparison.Ordinal);
        Assert.Equal($$"""{"field":"{{field}}"}""", result.Details);
        Assert.DoesNotContain("secret", result.Message, StringComparison.Ordinal);
    }

    private static async Task<ReceivedRequest> SentAsync(string config, string effectId = Effects.EffectId)
    {
        await using var server = LoopbackHttp.Answering(200);
        var result = await Effects.CallAsync(config.Replace("BASE", server.Url, StringComparison.Ordinal), effectId);
        result.Output();
        return Assert.Single(server.Requests);
    }
}
