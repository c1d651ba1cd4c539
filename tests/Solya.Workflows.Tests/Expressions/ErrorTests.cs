using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class ErrorTests
{
    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("  ", 0, "empty")]
    [InlineData("1 +", 3, "Expected a value, found the end")]
    [InlineData("1 2", 2, "found '2'")]
    [InlineData("a b", 2, "found 'b'")]
    [InlineData("(1", 2, "Expected ')'")]
    [InlineData("[1, ]", 4, "Expected a value, found ']'")]
    [InlineData("{'a' 1}", 5, "Expected ':'")]
    [InlineData("a ? 1", 5, "Expected ':'")]
    [InlineData("a.", 2, "a name after '.'")]
    [InlineData("a.'b'", 2, "found a string")]
    [InlineData("a = 1", 2, "'='")]
    [InlineData("a & b", 2, "'&'")]
    [InlineData("a @ b", 2, "'@'")]
    [InlineData("x + 'abc", 4, "never closed")]
    [InlineData("'a\\", 2, @"\n")]
    [InlineData("'a\\q'", 2, @"\n")]
    [InlineData("'\\u12G4'", 1, @"\u")]
    [InlineData("'\\u0000'", 0, "U+0000")]
    [InlineData("'\\ud800'", 0, "half of a character")]
    [InlineData("'\\ude00\\ud83d'", 0, "half of a character")]
    [InlineData("9223372036854775808", 0, "64 bits")]
    [InlineData("1 + 99999999999999999999", 4, "64 bits")]
    [InlineData("0x", 0, "64 bits")]
    [InlineData("1e999", 0, "1e999")]
    [InlineData("1e", 0, "1e")]
    [InlineData("1u", 1, "'u'")]
    [InlineData("12abc", 2, "'a'")]
    [InlineData("1 + foo(2)", 4, "no function 'foo'")]
    [InlineData("a.matches('x')", 2, "no method 'matches'")]
    [InlineData("a.has(b)", 2, "no method 'has'")]
    [InlineData("size()", 0, "'size' takes 1 argument, not 0")]
    [InlineData("a.substring()", 2, "'substring' takes 1 to 2 arguments, not 0")]
    [InlineData("'a'.trim(1)", 4, "'trim' takes 0 arguments, not 1")]
    [InlineData("min()", 0, "'min' takes at least 1 argument, not 0")]
    [InlineData("has(1)", 0, "has(a.b.c)")]
    [InlineData("has(a, b)", 0, "has(a.b.c)")]
    [InlineData("has(a.trim())", 0, "has(a.b.c)")]
    [InlineData("coalesce()", 0, "'coalesce'")]
    public void What_cannot_be_read_is_refused_where_it_stands(string text, int position, string said)
        => AssertRefused(position, said, () => Expression.Parse(text));

    [Theory]
    [InlineData("gone", 0, "'gone' is missing: there is no 'gone'")]
    [InlineData("1 + gone", 4, "'gone' is missing")]
    [InlineData("map.foo.output", 4, "'map.foo.output' is missing: there is no 'foo'")]
    [InlineData("map['foo']", 3, "there is no 'foo'")]
    [InlineData("map.a.b", 6, "'b' is asked of a number")]
    [InlineData("list[2]", 4, "there is no element 2 in a list of 2")]
    [InlineData("list[-1]", 4, "no element -1")]
    [InlineData("map[0]", 3, "element 0 is asked of a map")]
    [InlineData("list['a']", 4, "'a' is asked of a list")]
    [InlineData("list[true]", 5, "not true or false")]
    [InlineData("list[0.5]", 5, "not a number")]
    [InlineData("map.some-name", 4, "there is no 'some'; a name with '-' is written [\"…\"]")]
    [InlineData("gone.x && true", 0, "'gone.x' is missing")]
    [InlineData("!gone", 1, "'gone' is missing")]
    public void What_is_missing_is_named(string text, int position, string said) => AssertFails(position, said, text);

    [Theory]
    [InlineData("1 + 'a'", 2, "'+' cannot join a number and a string")]
    [InlineData("[1] + 1", 4, "'+' cannot join a list and a number")]
    [InlineData("true * 2", 5, "'*' cannot join true or false and a number")]
    [InlineData("-'a'", 0, "'-' needs a number, not a string")]
    [InlineData("1 && true", 0, "'&&' needs true or false, not a number")]
    [InlineData("false || ''", 9, "'||' needs true or false, not a string")]
    [InlineData("!null", 1, "'!' needs true or false, not null")]
    [InlineData("1 ? 2 : 3", 0, "'?' needs true or false")]
    [InlineData("1 < 'a'", 2, "'<' cannot order a number and a string")]
    [InlineData("null >= 1", 5, "'>='")]
    [InlineData("[1] < [2]", 4, "cannot order a list and a list")]
    [InlineData("1 in 'a'", 2, "'in' needs a list or a map")]
    [InlineData("1 / 0", 2, "divided by zero")]
    [InlineData("1 % 0", 2, "divided by zero")]
    [InlineData("1.0 / 0", 4, "divided by zero")]
    [InlineData("1.0 % 0.0", 4, "divided by zero")]
    [InlineData("9223372036854775807 + 1", 20, "64 bits")]
    [InlineData("-9223372036854775808 - 1", 21, "64 bits")]
    [InlineData("-9223372036854775808 / -1", 21, "64 bits")]
    [InlineData("--9223372036854775808", 0, "64 bits")]
    [InlineData("abs(-9223372036854775808)", 0, "64 bits")]
    [InlineData("1e308 * 10", 6, "too large")]
    [InlineData("huge + 1", 5, "too large")]
    [InlineData("huge - huge", 5, "too large")]
    [InlineData("int(huge)", 0, "'int'")]
    [InlineData("int('1.5')", 0, "'int'")]
    [InlineData("int(' 1')", 0, "'int'")]
    [InlineData("int(null)", 0, "'int' needs a number or a string, not null")]
    [InlineData("double('NaN')", 0, "'double'")]
    [InlineData("double('1e999')", 0, "'double'")]
    [InlineData("bool('yes')", 0, "'bool'")]
    [InlineData("size(1)", 0, "'size' needs a string, a list or a map, not a number")]
    [InlineData("min([])", 0, "'min'")]
    [InlineData("min([null])", 0, "'min'")]
    [InlineData("max(1, 'a')", 0, "'max'")]
    [InlineData("list.trim()", 5, "'trim' needs a string, not a list")]
    [InlineData("'a'.contains(1)", 4, "'contains' needs a string, not a number")]
    [InlineData("'a'.join(',')", 4, "'join' needs a list")]
    [InlineData("'a'.split('')", 4, "'split'")]
    [InlineData("'a'.replace('', 'b')", 4, "'replace'")]
    [InlineData("'abc'.substring(2, 1)", 6, "'substring' cannot cut a string of 3 characters from 2 to 1")]
    [InlineData("'abc'.substring(4)", 6, "'substring'")]
    [InlineData("'abc'.substring(-1)", 6, "'substring'")]
    [InlineData("'abc'.substring(0.5)", 6, "'substring' needs a whole number")]
    [InlineData("{1: 2}", 1, "names of a map are strings")]
    [InlineData("{'a': 1, 'a': 2}", 9, "same name twice")]
    [InlineData("zero.trim()", 5, "U+0000")]
    [InlineData("half + ''", 5, "half of a character")]
    public void What_cannot_be_computed_says_why(string text, int position, string said) => AssertFails(position, said, text);

    [Fact]
    public void A_message_ends_with_the_position()
        => Assert.Equal(
            "'map.foo' is missing: there is no 'foo' (position 4).",
            Assert.Throws<ExpressionException>(() => Expression.Parse("map.foo").Evaluate(new JsonScope("""{"map":{}}"""))).Message);

    private static void AssertFails(int position, string said, string text)
    {
        var scope = new JsonScope("""
            { "map": { "a": 1 }, "list": [1, 2], "huge": 1e999, "zero": "\u0000x", "half": "\ud800" }
            """);
        var expression = Expression.Parse(text);
        AssertRefused(position, said, () => expression.Evaluate(scope));
    }

    private static void AssertRefused(int position, string said, Func<object> act)
    {
        var refused = Assert.Throws<ExpressionException>(act);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Equal(position, refused.Position);
    }
}
