using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class ConditionTests
{
    private const string Scope = """
        {
          "yes": true, "no": false, "zero": 0, "zeros": -0.0, "one": 0.1, "blank": "", "word": "false", "nothing": null,
          "none": [], "some": [0], "bare": {}, "full": { "a-b": { "c": 1 } }, "escaped": "\u0061"
        }
        """;

    [Theory]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    [InlineData("zero", false)]
    [InlineData("zeros", false)]
    [InlineData("one", true)]
    [InlineData("blank", false)]
    [InlineData("word", true)]
    [InlineData("escaped", true)]
    [InlineData("nothing", false)]
    [InlineData("none", false)]
    [InlineData("some", true)]
    [InlineData("bare", false)]
    [InlineData("full", true)]
    [InlineData("some[0]", false)]
    [InlineData("full[\"a-b\"].c", true)]
    [InlineData("(yes)", true)]
    public void A_plain_path_is_tested_for_truthiness(string text, bool holds) => AssertHolds(holds, text);

    [Theory]
    [InlineData("gone")]
    [InlineData("gone.further.still")]
    [InlineData("full.gone")]
    [InlineData("nothing.further")]
    [InlineData("word.further")]
    [InlineData("some[1]")]
    [InlineData("some['a']")]
    [InlineData("full[0]")]
    public void A_plain_path_that_leads_nowhere_is_false(string text) => AssertHolds(false, text);

    [Theory]
    [InlineData("!gone")]
    [InlineData("gone == 1")]
    [InlineData("gone || yes")]
    [InlineData("some[zero + 1]")]
    [InlineData("gone.trim()")]
    [InlineData("size(gone)")]
    public void Anywhere_else_the_missing_is_an_error(string text)
        => Assert.Throws<ExpressionException>(() => Expression.ParseCondition(text).Test(new JsonScope(Scope)));

    [Theory]
    [InlineData("1 + 1", true)]
    [InlineData("zero * 2", false)]
    [InlineData("'' + ''", false)]
    [InlineData("[]", false)]
    [InlineData("one > 0 && !no", true)]
    public void Any_other_value_is_tested_for_truthiness_too(string text, bool holds) => AssertHolds(holds, text);

    [Theory]
    [InlineData("{{yes}}", "yes")]
    [InlineData("  {{ yes }}\n", "yes")]
    [InlineData("{{ '}}' == '}}' }}", "'}}' == '}}'")]
    [InlineData("{{ {'a': {'b': yes}}.a.b }}", "{'a': {'b': yes}}.a.b")]
    [InlineData("{{{'a': {'b': {}}}}}", "{'a': {'b': {}}}")]
    [InlineData(" yes ", "yes")]
    public void It_may_stand_in_one_pair_of_braces(string text, string inner)
    {
        Assert.Equal(inner, Expression.ParseCondition(text).Text);
        AssertHolds(true, text);
    }

    [Theory]
    [InlineData("{{ yes }} && {{ no }}", 7)]
    [InlineData("{{ yes", 0)]
    [InlineData(" {{ yes }", 1)]
    [InlineData("{{ }}", 2)]
    [InlineData("", 0)]
    [InlineData(" ", 0)]
    [InlineData("{{ yes + }}", 9)]
    public void Anything_else_in_braces_is_refused(string text, int position)
        => Assert.Equal(position, Assert.Throws<ExpressionException>(() => Expression.ParseCondition(text)).Position);

    private static void AssertHolds(bool holds, string text)
        => Assert.Equal(holds, Expression.ParseCondition(text).Test(new JsonScope(Scope)));
}
