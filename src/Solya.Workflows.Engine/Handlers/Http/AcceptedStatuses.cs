using System.Globalization;
using System.Text.Json;

namespace Solya.Workflows.Engine.Handlers.Http;

/// <summary>The response statuses that count as success: numbers, ranges (<c>"200-204"</c>) and classes (<c>"2xx"</c>).</summary>
internal sealed class AcceptedStatuses
{
    private const string Field = "acceptStatuses";

    private readonly List<(int First, int Last)> _ranges = [];

    /// <summary>Reads <c>acceptStatuses</c>; 200 to 299 when it is absent or empty.</summary>
    public static AcceptedStatuses Read(EffectConfig config)
    {
        var accepted = new AcceptedStatuses();
        if (config.Value(Field) is { } value)
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                config.Refuse(Field, "must be an array.");
                return accepted;
            }

            foreach (var item in value.EnumerateArray())
            {
                if (Range(EffectConfig.Scalar(item) ?? "") is { } range)
                {
                    accepted._ranges.Add(range);
                }
                else
                {
                    config.Refuse(Field, "may hold statuses from 100 to 599, ranges like \"200-204\" and classes like \"2xx\".");
                }
            }
        }

        if (accepted._ranges.Count == 0)
        {
            accepted._ranges.Add((200, 299));
        }

        return accepted;
    }

    public bool Contains(int status) => _ranges.Exists(range => status >= range.First && status <= range.Last);

    private static (int First, int Last)? Range(string text)
    {
        if (text.Length == 3 && text[0] is >= '1' and <= '5' && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
        {
            var first = (text[0] - '0') * 100;
            return (first, first + 99);
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash < 0
            ? Status(text) is { } one ? (one, one) : null
            : Status(text[..dash]) is { } low && Status(text[(dash + 1)..]) is { } high && low <= high ? (low, high) : null;
    }

    private static int? Status(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599 ? status : null;
}
