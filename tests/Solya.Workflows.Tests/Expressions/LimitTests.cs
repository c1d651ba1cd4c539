using System.Diagnostics;
using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class LimitTests
{
    private const int Megabyte = 1024 * 1024;

    // Far above what the limits allow, far below what a missing one costs.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> DeepTexts => new()
    {
        { "parentheses", Repeat("(", 4_999) + "1" + Repeat(")", 4_999) },
        { "open parentheses", Repeat("(", 10_000) },
        { "nots", Repeat("!", 9_999) + "a" },
        { "minuses", Repeat("-", 9_999) + "1" },
        { "spaced minuses", Repeat("- ", 4_999) + "1" },
        { "lists", Repeat("[", 10_000) },
        { "maps", Repeat("{'a':", 2_000) },
        { "indexes", Repeat("a[", 5_000) },
        { "calls", Repeat("size(", 2_000) },
        { "methods", Repeat("a.join(", 1_400) },
        { "conditions", Repeat("a?", 5_000) },
        { "else branches", Repeat("a?1:", 2_499) + "1" },
    };

    public static TheoryData<string, string> LongTexts => new()
    {
        { "sums", "0" + Repeat("+1", 4_999) },
        { "products", "1" + Repeat("*1", 4_999) },
        { "ors", "false" + Repeat("||true", 1_600) },
        { "comparisons", "true" + Repeat("==true", 1_600) },
        { "elements", "[" + Repeat("1,", 4_900) + "1]" },
        { "methods", "'a'" + Repeat(".trim()", 1_400) },
        { "nesting", Repeat("(", 99) + "1" + Repeat(")", 99) },
    };

    [Theory]
    [MemberData(nameof(DeepTexts))]
    public void Deep_nesting_is_refused_before_the_stack_ends(string what, string text)
        => Assert.True(Assert.Throws<ExpressionException>(() => Expression.Parse(text)).Message.Contains("nested"), what);

    [Theory]
    [MemberData(nameof(LongTexts))]
    public void What_is_only_long_is_evaluated(string what, string text)
    {
        Assert.True(text.Length <= ExpressionLimits.TextLength, what);
        Expression.Parse(text).Evaluate(JsonScope.Empty);
    }

    [Fact]
    public void A_text_has_a_limit()
    {
        Expression.Parse("1".PadLeft(ExpressionLimits.TextLength));

        AssertRefused("longer than 10000 characters", () => Expression.Parse("1".PadLeft(ExpressionLimits.TextLength + 1)));
    }

    [Fact]
    public void A_string_that_is_built_has_a_limit_and_one_passed_on_has_none()
    {
        var scope = Text(Megabyte);

        Assert.Equal(Megabyte, Evaluate("(s + '').size()", scope).AsInt());
        Assert.Equal(Megabyte + 2, Evaluate("s", scope).ToJson().Length);
        Assert.Equal(2 * Megabyte, Evaluate("s", Text(2 * Megabyte)).AsString().Length);
        foreach (var text in new[]
        {
            "s + 'a'", "s.replace('a', 'aa')", "s.replace('a', s)", "[s, s].join()", "[s, s].join(s)", "json(s)", "string([s])",
        })
        {
            AssertRefused("longer than", () => Evaluate(text, scope));
        }

        AssertRefused("longer than", () => Template.ParseText("{{ s }}!").Render(scope));
    }

    [Fact]
    public void A_list_that_is_built_has_a_limit()
    {
        var scope = new JsonScope($$"""{ "s": "{{Repeat(",", 99_999)}}", "l": [{{Repeat("0,", 59_999)}}0] }""");

        Assert.Equal(100_000, Evaluate("s.split(',').size()", scope).AsInt());
        AssertRefused("more than 100000 elements", () => Evaluate("(s + ',').split(',')", scope));
        AssertRefused("more than 100000 elements", () => Evaluate("l + l", scope));
    }

    [Theory]
    [InlineData("sums of strings", "size(s", "+s", ")")]
    [InlineData("comparisons", "[s", ",s", "] == [s]")]
    [InlineData("searches", "[s.contains('b')", ",s.contains('b')", "]")]
    [InlineData("large lists", "[l == l", ",l==l", "]")]
    [InlineData("members", "[1 in l", ",1 in l", "]")]
    [InlineData("digits", "[d < 1", ",d<1", "]")]
    [InlineData("joins", "[l.join()", ",l.join()", "]")]
    [InlineData("sorting", "[max(l)", ",max(l)", "]")]
    public void Much_data_ends_the_evaluation_soon(string what, string first, string more, string last)
    {
        var scope = new JsonScope(
            $$"""{ "s": "{{Repeat("a", 900_000)}}", "l": [{{Repeat("0,", 99_999)}}0], "d": {{Repeat("7", Megabyte)}} }""");
        var text = first + Repeat(more, (9_900 / more.Length) - first.Length - last.Length) + last;
        var clock = Stopwatch.StartNew();

        Assert.Throws<ExpressionException>(() => Evaluate(text, scope));

        Assert.True(clock.Elapsed < Soon, what);
    }

    [Fact]
    public void A_search_is_linear_whatever_is_sought()
    {
        var scope = new JsonScope(
            $$"""{ "s": "{{Repeat("a", Megabyte)}}", "t": "{{Repeat("a", Megabyte / 2)}}b{{Repeat("a", 1000)}}" }""");
        var clock = Stopwatch.StartNew();

        Assert.False(Evaluate("s.contains(t)", scope).AsBool());
        Assert.Equal(1, Evaluate("s.split(t).size()", scope).AsInt());

        Assert.True(clock.Elapsed < Soon);
    }

    [Fact]
    public void One_rendering_has_the_steps_of_one_evaluation()
    {
        var many = Template.Parse(JsonScope.Parsed($"[{Repeat("\"{{ 1 }}\",", 100_000)}1]"));
        var tooMany = Template.Parse(JsonScope.Parsed($"[{Repeat("\"{{ 1 }}\",", 100_001)}1]"));

        many.Render(JsonScope.Empty);
        AssertRefused("too many steps", () => tooMany.Render(JsonScope.Empty));
    }

    [Fact]
    public void A_rendered_document_has_a_size()
    {
        var scope = new JsonScope($$"""{ "m": { "s": "{{Repeat("a", Megabyte)}}" } }""");

        Assert.Equal(15, Evaluate($"[m{Repeat(",m", 14)}]", scope).ToJson().Length / Megabyte);
        AssertRefused("bytes", () => Evaluate($"[m{Repeat(",m", 16)}]", scope).ToJson());
        AssertRefused("bytes", () => Template.Parse(JsonScope.Parsed($"[{Repeat("\"{{ m }}\",", 17)}1]")).Render(scope));
    }

    [Fact]
    public void A_rendered_document_has_a_depth()
    {
        var scope = new JsonScope($$"""{ "m": {{Nested("1", 60)}} }""");

        Assert.Equal(Nested("1", 64), Template.Parse(JsonScope.Parsed(Nested("\"{{ m }}\"", 4))).Render(scope));
        Assert.Equal(Nested("1", 64), Evaluate(Nested("m", 4), scope).ToJson());
        AssertRefused("levels deep", () => Template.Parse(JsonScope.Parsed(Nested("\"{{ m }}\"", 5))).Render(scope));
        AssertRefused("levels deep", () => Evaluate(Nested("m", 5), scope).ToJson());
        AssertRefused("levels deep", () => Evaluate(Nested("1", 65), scope).ToJson());
    }

    private static JsonScope Text(int length) => new($$"""{ "s": "{{Repeat("a", length)}}" }""");

    private static string Nested(string inner, int levels) => Repeat("[", levels) + inner + Repeat("]", levels);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static Value Evaluate(string text, JsonScope scope) => Expression.Parse(text).Evaluate(scope);

    private static void AssertRefused(string said, Func<object> act)
        => Assert.Contains(said, Assert.Throws<ExpressionException>(act).Message, StringComparison.Ordinal);
}
