using System.Text;
using Solya.Workflows.Engine.Handlers;

namespace Solya.Workflows.Engine.Tests.Handlers;

/// <summary>What is sent for a config, and what is refused before a server hears of it.</summary>
public sealed class EmailSendTests
{
    [Fact]
    public async Task A_message_reaches_every_recipient()
    {
        await using var server = new LoopbackSmtp();

        var result = await SendAsync(server, """
            { "to": ["ann@example.com", "bob@example.com"], "cc": "cid@example.org", "subject": "Your order", "text": "Hello\n.\n.dots\r\nBye" }
            """);

        var id = result.Output().GetProperty("messageId").GetString();
        Assert.Matches("^<[0-9a-f]{64}@solya.example>$", id);
        Assert.StartsWith("EHLO [127.0.0.1]", server.Commands.First(), StringComparison.Ordinal);
        Assert.Equal(
            ["MAIL FROM:<robot@solya.example>", "RCPT TO:<ann@example.com>", "RCPT TO:<bob@example.com>", "RCPT TO:<cid@example.org>", "DATA"],
            server.Commands.Skip(1).Take(5));
        var message = Assert.Single(server.Messages);
        Assert.Contains("From: robot@solya.example\r\nTo: ann@example.com,\r\n bob@example.com\r\nCc: cid@example.org\r\nSubject: Your order\r\nDate: ", message, StringComparison.Ordinal);
        Assert.Contains($"\r\nMessage-ID: {id}\r\n", message, StringComparison.Ordinal);
        Assert.EndsWith("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\n.\r\n.dots\r\nBye\r\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_id_is_the_same_on_every_attempt_and_differs_between_effects()
    {
        await using var server = new LoopbackSmtp();
        const string config = """{ "to": "ann@example.com", "subject": "s", "text": "t" }""";

        var first = await SendAsync(server, config);
        var second = await SendAsync(server, config);
        var other = await SendAsync(server, config, "run-1.call.1");

        Assert.Equal(first.Output, second.Output);
        Assert.NotEqual(first.Output, other.Output);
    }

    [Fact]
    public async Task Text_that_is_not_plain_ascii_and_html_are_encoded_side_by_side()
    {
        await using var server = new LoopbackSmtp();

        (await SendAsync(server, """{ "to": "ann@example.com", "subject": "s", "text": "Grüße\n😀", "html": "<p>Hello</p>" }""")).Output();

        var message = Assert.Single(server.Messages);
        var boundary = message.Split("boundary=\"")[1].Split('"')[0];
        var parts = message.Split($"--{boundary}");
        Assert.Equal(4, parts.Length);
        Assert.Contains("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", parts[1], StringComparison.Ordinal);
        Assert.Equal("Grüße\r\n😀", Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Split("\r\n\r\n")[1])));
        Assert.EndsWith("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<p>Hello</p>\r\n", parts[2], StringComparison.Ordinal);
        Assert.Equal("--\r\n", parts[3]);
    }

    [Theory]
    [InlineData("Grüße")]
    [InlineData("=?utf-8?B?SGk=?=")]
    [InlineData(" spaces ")]
    [InlineData("€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€ 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    [InlineData("A plain subject that is a good deal longer than one line of a message header should ever get")]
    public async Task A_subject_that_is_not_short_plain_ascii_is_written_in_encoded_words(string subject)
    {
        await using var server = new LoopbackSmtp();

        (await Effects.MailAsync(Options(server), new { to = "ann@example.com", subject, text = "t" })).Output();

        var header = Assert.Single(server.Messages).Split("\r\nSubject: ")[1].Split("\r\nDate:")[0];
        var words = header.Split("\r\n ");
        Assert.All(words, word => Assert.Matches("^=\\?utf-8\\?B\\?[A-Za-z0-9+/=]{1,52}\\?=$", word));
        Assert.Equal(subject, string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2])))));
    }

    [Theory]
    [InlineData("to", """{ "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": [], "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": 5, "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": ["ann@example.com", null], "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example..com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@-example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@[127.0.0.1]", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": ".ann@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com, eve@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com;eve@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com eve@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "Ann <ann@example.com>", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "<ann@example.com>", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "\"a b\"@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com\r\nBcc: eve@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com\n", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@example.com>\r\nRCPT TO:<eve@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@eve.example@example.com", "subject": "s", "text": "t" }""")]
    [InlineData("to", """{ "to": "ann@exämple.com", "subject": "s", "text": "t" }""")]
    [InlineData("cc", """{ "to": "ann@example.com", "cc": "eve", "subject": "s", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": ["s"], "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": "s\r\nBcc: eve@example.com", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": "s\nBcc: eve@example.com", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": "s\u0001", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": "s\u0085x", "text": "t" }""")]
    [InlineData("subject", """{ "to": "ann@example.com", "subject": "s\u2028x", "text": "t" }""")]
    [InlineData("text", """{ "to": "ann@example.com", "subject": "s" }""")]
    [InlineData("html", """{ "to": "ann@example.com", "subject": "s", "html": 5 }""")]
    [InlineData("config", """{ "to": "ann@example.com", "subject": "s", "text": "\u0000" }""")]
    public async Task A_config_that_is_no_message_is_refused_before_a_server_hears_of_it(string field, string config)
    {
        await using var server = new LoopbackSmtp();

        var result = await SendAsync(server, config);

        result.AssertFailed("EMAIL_INVALID_REQUEST", retryable: false);
        Assert.Equal($$"""{"field":"{{field}}"}""", result.Details);
        Assert.Empty(server.Commands);
    }

    [Fact]
    public async Task A_message_has_at_most_a_hundred_recipients()
    {
        await using var server = new LoopbackSmtp();
        string[] Addresses(int count) => [.. Enumerable.Range(1, count).Select(number => $"a{number}@example.com")];

        (await Effects.MailAsync(Options(server), new { to = Addresses(60), cc = Addresses(40), subject = "s", text = "t" })).Output();
        (await Effects.MailAsync(Options(server), new { to = Addresses(60), cc = Addresses(41), subject = "s", text = "t" })).AssertFailed("EMAIL_INVALID_REQUEST", retryable: false);
    }

    private static SmtpOptions Options(LoopbackSmtp server) =>
        new() { Host = "127.0.0.1", Port = server.Port, StartTls = false, From = "robot@solya.example" };

    private static Task<EffectResult> SendAsync(LoopbackSmtp server, string config, string effectId = Effects.EffectId) =>
        Effects.MailAsync(Options(server), config, effectId);
}
