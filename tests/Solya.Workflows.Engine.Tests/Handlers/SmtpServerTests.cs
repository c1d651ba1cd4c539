using System.Text;
using Solya.Workflows.Engine.Handlers;

namespace Solya.Workflows.Engine.Tests.Handlers;

/// <summary>How the service deals with the mail servers that there are.</summary>
public sealed class SmtpServerTests
{
    private static readonly object Mail = new { to = "ann@example.com", subject = "s", text = "t" };

    [Fact]
    public async Task Without_a_server_or_a_sender_no_mail_succeeds()
    {
        foreach (var options in new SmtpOptions[]
        {
            new() { From = "robot@solya.example" },
            new() { Host = " ", From = "robot@solya.example" },
            new() { Host = "127.0.0.1", Port = 0, From = "robot@solya.example" },
            new() { Host = "127.0.0.1" },
            new() { Host = "127.0.0.1", From = "Robot <robot@solya.example>" },
        })
        {
            (await Effects.MailAsync(options, Mail)).AssertFailed("EMAIL_NOT_CONFIGURED", retryable: false);
        }
    }

    [Fact]
    public async Task Everything_but_the_greeting_is_encrypted()
    {
        await using var server = new LoopbackSmtp { Extensions = ["STARTTLS", "AUTH PLAIN LOGIN"] };

        (await Effects.MailAsync(Options(server, user: "ann"), Mail)).Output();

        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS", "TLS EHLO [127.0.0.1]"], server.Commands.Take(3));
        Assert.All(server.Commands.Skip(2), command => Assert.StartsWith("TLS ", command, StringComparison.Ordinal));
        Assert.Equal($"TLS AUTH PLAIN {Base64("\0ann\0pass wörd")}", server.Commands.ElementAt(3));
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task A_server_that_knows_only_LOGIN_is_logged_in_to_so()
    {
        await using var server = new LoopbackSmtp { Extensions = ["STARTTLS", "AUTH LOGIN"] };

        (await Effects.MailAsync(Options(server, user: "ann"), Mail)).Output();

        Assert.Equal(["TLS AUTH LOGIN", Base64("ann"), Base64("pass wörd")], server.Commands.Skip(3).Take(3));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "454 not now")]
    [InlineData(true, "502 no")]
    public async Task A_server_without_TLS_is_sent_neither_the_password_nor_the_message(bool offered, string? reply)
    {
        await using var server = new LoopbackSmtp { Extensions = offered ? ["STARTTLS", "AUTH PLAIN"] : ["AUTH PLAIN"] };
        if (reply is not null)
        {
            server.Replies["STARTTLS"] = reply;
        }

        var result = await Effects.MailAsync(Options(server, user: "ann"), Mail);

        result.AssertFailed("EMAIL_TLS_REQUIRED", retryable: false);
        Assert.All(server.Commands, command => Assert.True(command.StartsWith("EHLO", StringComparison.Ordinal) || command == "STARTTLS"));
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_trusted_is_sent_nothing()
    {
        await using var server = new LoopbackSmtp { Extensions = ["STARTTLS", "AUTH PLAIN"] };
        var options = new SmtpOptions { Host = "127.0.0.1", Port = server.Port, From = "robot@solya.example", User = "ann", Password = "p" };

        var result = await Effects.MailAsync(options, Mail);

        result.AssertFailed("EMAIL_TEMPORARY", retryable: true);
        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS"], server.Commands);
    }

    [Fact]
    public async Task What_follows_the_answer_to_STARTTLS_in_clear_is_not_believed()
    {
        await using var server = new LoopbackSmtp { Extensions = ["STARTTLS"], Replies = { ["STARTTLS"] = "220 go ahead\r\n250 injected" } };

        (await Effects.MailAsync(Options(server), Mail)).AssertFailed("EMAIL_TEMPORARY", retryable: true);

        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData("", "421 busy", "EMAIL_TEMPORARY")]
    [InlineData("", "554 no", "EMAIL_REJECTED")]
    [InlineData("", "hello", "EMAIL_TEMPORARY")]
    [InlineData("", null, "EMAIL_TEMPORARY")]
    [InlineData("EHLO", "502 what", "EMAIL_REJECTED")]
    [InlineData("MAIL", "451 later", "EMAIL_TEMPORARY")]
    [InlineData("MAIL", "550 no", "EMAIL_REJECTED")]
    [InlineData("RCPT TO:<bob", "450 greylisted", "EMAIL_TEMPORARY")]
    [InlineData("RCPT TO:<bob", "550-no\r\n550 such user", "EMAIL_REJECTED")]
    [InlineData("RCPT TO:<bob", null, "EMAIL_TEMPORARY")]
    [InlineData("DATA", "554 no", "EMAIL_REJECTED")]
    [InlineData("DATA", "250 odd", "EMAIL_TEMPORARY")]
    [InlineData(".", "452 full", "EMAIL_TEMPORARY")]
    [InlineData(".", "554 spam", "EMAIL_REJECTED")]
    [InlineData(".", "354 odd", "EMAIL_TEMPORARY")]
    [InlineData(".", null, "EMAIL_TEMPORARY")]
    public async Task A_refusal_fails_and_only_a_temporary_one_is_worth_repeating(string at, string? reply, string code)
    {
        await using var server = new LoopbackSmtp { Replies = { [at] = reply } };

        var result = await Effects.MailAsync(
            Options(server, startTls: false), new { to = new[] { "ann@example.com", "bob@example.com" }, subject = "s", text = "t" });

        result.AssertFailed(code, retryable: code == "EMAIL_TEMPORARY");
        if (at != ".")
        {
            Assert.Empty(server.Messages);
        }

        if (reply?.StartsWith("550-", StringComparison.Ordinal) == true)
        {
            Assert.Equal("""{"reply":550,"text":"no such user"}""", result.Details);
            Assert.Contains("bob@example.com", result.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AUTH PLAIN", "AUTH PLAIN", "535 wrong", "EMAIL_REJECTED")]
    [InlineData("AUTH PLAIN", "AUTH PLAIN", "454 later", "EMAIL_TEMPORARY")]
    [InlineData("AUTH LOGIN", "password", "535 wrong", "EMAIL_REJECTED")]
    [InlineData("AUTH CRAM-MD5", "", "220 ready", "EMAIL_REJECTED")]
    [InlineData("SIZE 1000", "", "220 ready", "EMAIL_REJECTED")]
    public async Task A_login_that_fails_fails_the_mail_and_its_reply_stays_with_the_operator(string offered, string at, string reply, string code)
    {
        await using var server = new LoopbackSmtp { Extensions = ["STARTTLS", offered], Replies = { [at] = reply } };

        var result = await Effects.MailAsync(Options(server, user: "ann"), Mail);

        result.AssertFailed(code, retryable: code == "EMAIL_TEMPORARY");
        Assert.Null(result.Details);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_server_that_is_away_or_says_nothing_is_worth_another_attempt()
    {
        var away = new LoopbackSmtp();
        await away.DisposeAsync();
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        var muteOptions = new SmtpOptions { Host = "127.0.0.1", Port = ((System.Net.IPEndPoint)mute.LocalEndpoint).Port, From = "robot@solya.example" };
        var nowhere = new SmtpOptions { Host = "mail.invalid", From = "robot@solya.example" };

        (await Effects.MailAsync(Options(away), Mail)).AssertFailed("EMAIL_TEMPORARY", retryable: true);
        (await Effects.MailAsync(muteOptions, Mail, timeout: TimeSpan.FromMilliseconds(100))).AssertFailed("EMAIL_TEMPORARY", retryable: true);
        (await Effects.MailAsync(nowhere, Mail, timeout: TimeSpan.FromSeconds(5))).AssertFailed("EMAIL_TEMPORARY", retryable: true);
    }

    [Fact]
    public async Task An_endless_reply_is_not_read_for_ever()
    {
        await using var server = new LoopbackSmtp { Replies = { [""] = string.Concat(Enumerable.Repeat("220-more\r\n", 10_000)) } };
        await using var longLine = new LoopbackSmtp { Replies = { [""] = "220 " + new string('x', 100_000) } };

        (await Effects.MailAsync(Options(server), Mail)).AssertFailed("EMAIL_TEMPORARY", retryable: true);
        (await Effects.MailAsync(Options(longLine), Mail)).AssertFailed("EMAIL_TEMPORARY", retryable: true);
    }

    [Fact]
    public async Task Cancelling_the_attempt_is_no_result()
    {
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        var options = new SmtpOptions { Host = "127.0.0.1", Port = ((System.Net.IPEndPoint)mute.LocalEndpoint).Port, From = "robot@solya.example" };
        using var cancelled = new CancellationTokenSource();

        var sending = Effects.MailAsync(options, Mail, ct: cancelled.Token);
        using var accepted = await mute.AcceptTcpClientAsync();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static SmtpOptions Options(LoopbackSmtp server, bool startTls = true, string? user = null) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        StartTls = startTls,
        From = "robot@solya.example",
        User = user,
        Password = "pass wörd",
        TrustedRoots = [LoopbackSmtp.Certificate],
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
