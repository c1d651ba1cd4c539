using System.Globalization;

namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>What a config asks to be sent.</summary>
internal sealed record EmailDraft(IReadOnlyList<EmailAddress> To, IReadOnlyList<EmailAddress> Cc, string Subject, string? Text, string? Html)
{
    private const int MaxRecipients = 100;
    private const int MaxSubjectLength = 998;

    /// <summary>Reads and checks every field; null when <see cref="EffectConfig.Fault"/> says what is wrong.</summary>
    public static EmailDraft? Read(EffectConfig config)
    {
        var to = Addresses(config, "to");
        var cc = Addresses(config, "cc");
        if (to.Count == 0)
        {
            config.Refuse("to", "is required.");
        }

        if (to.Count + cc.Count > MaxRecipients)
        {
            config.Refuse("to", string.Create(CultureInfo.InvariantCulture, $"and cc may hold at most {MaxRecipients} addresses."));
        }

        var subject = config.RequiredText("subject");
        if (subject.Length > MaxSubjectLength || subject.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
        {
            config.Refuse("subject", string.Create(CultureInfo.InvariantCulture, $"must be one line of at most {MaxSubjectLength} characters."));
        }

        var text = config.Text("text");
        var html = config.Text("html");
        if (text is null && html is null)
        {
            config.Refuse("text", "or html is required.");
        }

        return config.Fault is null ? new(to, cc, subject, text, html) : null;
    }

    private static List<EmailAddress> Addresses(EffectConfig config, string field)
    {
        var addresses = new List<EmailAddress>();
        foreach (var text in config.Texts(field))
        {
            if (EmailAddress.TryParse(text, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                config.Refuse(field, "must hold plain addresses such as name@example.com, one in each string.");
            }
        }

        return addresses;
    }
}
