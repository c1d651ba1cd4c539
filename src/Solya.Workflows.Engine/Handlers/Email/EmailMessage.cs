using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>Writes a message as RFC 5322 and MIME want it: ASCII, CRLF, short lines.</summary>
internal static class EmailMessage
{
    private const int MaxPlainLine = 900;

    public static byte[] Write(EmailDraft draft, EmailAddress from, string messageId, DateTimeOffset date)
    {
        var message = new StringBuilder();
        Header(message, "From", from.Text);
        Header(message, "To", List(draft.To));
        if (draft.Cc.Count > 0)
        {
            Header(message, "Cc", List(draft.Cc));
        }

        Header(message, "Subject", EncodedWords.Of(draft.Subject));
        Header(message, "Date", date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Header(message, "Message-ID", messageId);
        // RFC 3834: no holiday answers to a machine.
        Header(message, "Auto-Submitted", "auto-generated");
        Header(message, "MIME-Version", "1.0");
        Body(message, draft);
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    private static void Body(StringBuilder message, EmailDraft draft)
    {
        if (draft.Text is null || draft.Html is null)
        {
            Part(message, draft.Html is null ? "text/plain" : "text/html", draft.Html ?? draft.Text!);
            return;
        }

        // No text can hold its own digest.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{draft.Text}\n{draft.Html}"));
        var boundary = $"=_{Convert.ToHexStringLower(digest.AsSpan(0, 16))}";
        Header(message, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        Line(message, "");
        Line(message, $"--{boundary}");
        Part(message, "text/plain", draft.Text);
        Line(message, $"--{boundary}");
        Part(message, "text/html", draft.Html);
        Line(message, $"--{boundary}--");
    }

    private static void Part(StringBuilder message, string mediaType, string content)
    {
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        var isPlain = lines.All(line => line.Length <= MaxPlainLine && line.All(c => c is '\t' or (>= ' ' and <= '~')));
        Header(message, "Content-Type", $"{mediaType}; charset=utf-8");
        Header(message, "Content-Transfer-Encoding", isPlain ? "7bit" : "base64");
        Line(message, "");
        if (isPlain)
        {
            foreach (var line in lines)
            {
                Line(message, line);
            }

            return;
        }

        var bytes = Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
        Line(message, Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks));
    }

    // One address a line: no list gets too long for one.
    private static string List(IReadOnlyList<EmailAddress> addresses) => string.Join(",\r\n ", addresses.Select(address => address.Text));

    private static void Header(StringBuilder message, string name, string value) => Line(message, $"{name}: {value}");

    private static void Line(StringBuilder message, string line) => message.Append(line).Append("\r\n");
}
