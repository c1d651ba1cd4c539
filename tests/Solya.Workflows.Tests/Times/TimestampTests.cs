using System.Text.RegularExpressions;
using Solya.Workflows.Times;

namespace Solya.Workflows.Tests.Times;

public partial class TimestampTests
{
    // The pattern of the data platform's pages "create step" and "patch step", copied once more, with an end that no final
    // newline slips past.
    private const string PagePattern =
        @"^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z))\z";

    [Theory]
    [InlineData("2026-05-23T06:00:05.000Z", "2026-05-23T06:00:05.000Z")]
    [InlineData("2026-05-23T06:00Z", "2026-05-23T06:00:00.000Z")]
    [InlineData("2026-05-23T06:00:05Z", "2026-05-23T06:00:05.000Z")]
    [InlineData("2026-05-23T06:00:05.1Z", "2026-05-23T06:00:05.100Z")]
    [InlineData("2026-05-23T06:00:05.12Z", "2026-05-23T06:00:05.120Z")]
    [InlineData("2026-05-23T06:00:05.9999Z", "2026-05-23T06:00:05.999Z")]
    [InlineData("2026-05-23T06:00:05.123456789012345678901234567890Z", "2026-05-23T06:00:05.123Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z")]
    [InlineData("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z")]
    public void A_time_of_the_pattern_is_read_and_cut_to_the_millisecond(string text, string shown)
    {
        Assert.True(Timestamp.TryParse(text, out var instant));
        Assert.Equal(shown, Timestamp.Format(instant));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0000-02-29T00:00:00Z")]
    [InlineData("2026-05-23T06:00:05.000Z\n")]
    [InlineData("\n2026-05-23T06:00:05.000Z")]
    [InlineData(" 2026-05-23T06:00:05.000Z")]
    [InlineData("2026-05-23T06:00:05.000Z ")]
    [InlineData("2026-05-23t06:00:05.000Z")]
    [InlineData("2026-05-23T06:00:05.000z")]
    [InlineData("2026-05-23T06:00:05.000+00:00")]
    [InlineData("2026-05-23T06:00:05.000")]
    [InlineData("2026-05-23T06:00:05.Z")]
    [InlineData("2026-05-23T06:00:05,5Z")]
    [InlineData("2026-05-23 06:00:05Z")]
    [InlineData("2026-05-23")]
    [InlineData("2026-05-23T06Z")]
    [InlineData("2026-05-23T24:00:00Z")]
    [InlineData("2026-05-23T06:60:00Z")]
    [InlineData("2026-05-23T06:00:60Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2100-02-29T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-04-31T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-01-00T00:00:00Z")]
    [InlineData("12026-01-01T00:00:00Z")]
    [InlineData("٢٠٢٦-05-23T06:00:05.000Z")]
    [InlineData("2026-05-23T06:00:05.٠٠٠Z")]
    [InlineData("２０２６-05-23T06:00:05Z")]
    public void Anything_else_is_no_time(string text) => Assert.False(Timestamp.TryParse(text, out _));

    [Fact]
    public void The_pattern_is_the_pages_own() => Assert.Equal(PagePattern, Timestamp.Pattern[..^1] + @"\z");

    [Fact]
    public void A_text_is_a_time_exactly_when_the_pages_pattern_matches_and_the_year_exists()
    {
        var accepted = 0;
        Seeded.ForAll(20_000, NearlyTime, text =>
        {
            var isTime = Timestamp.TryParse(text, out _);
            accepted += isTime ? 1 : 0;
            Assert.Equal(Page().IsMatch(text) && !text.StartsWith("0000", StringComparison.Ordinal), isTime);
        });
        Assert.InRange(accepted, 2_000, 18_000); // both answers were asked for
    }

    [Fact]
    public void What_was_read_is_shown_as_something_that_reads_back_the_same()
        => Seeded.ForAll(10_000, NearlyTime, text =>
        {
            if (Timestamp.TryParse(text, out var instant))
            {
                Assert.Equal(instant.ToMilliseconds(), instant);
                Assert.True(Timestamp.TryParse(Timestamp.Format(instant), out var again));
                Assert.Equal(instant, again);
            }
        });

    // Real and impossible dates, whole or with one character exchanged, lost or added.
    private static string NearlyTime(Random random)
    {
        var second = $"{random.Next(61):00}";
        var rest = random.Of("", $":{second}", $":{second}.5", $":{second}.123456789", $":{second}.");
        var year = random.Of($"{random.Next(10_000):0000}", "2024", "2000", "1900", "0000");
        var whole = $"{year}-{random.Next(14):00}-{random.Next(33):00}T{random.Next(25):00}:{random.Next(61):00}{rest}"
            + random.Of("Z", "Z", "Z", "Z", "z", "", "+00:00", "Z\n");
        return random.Damage(whole, '0', '9', '٣', '-', ':', 'T', 't', 'Z', '.', ' ', '\n', '+');
    }

    [GeneratedRegex(PagePattern, RegexOptions.ECMAScript)]
    private static partial Regex Page();
}
