using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class TemplateTests
{
    private const string Scope = """
        {
          "price": 499.00, "id": 12345678901234567890, "name": "Zoë \"Z\"", "code": "{{ price }}", "nothing": null,
          "list": [ 1,  2.50 ], "map": { "b": 1, "a": "\u00e9" }, "flag": true, "zero": "\u0000", "half": "\ud800"
        }
        """;

    [Theory]
    [InlineData("\"{{ price }}\"", "499.00")]
    [InlineData("\" \\n{{ price }}\\t \"", "499.00")]
    [InlineData("\"{{id}}\"", "12345678901234567890")]
    [InlineData("\"{{ list }}\"", "[ 1,  2.50 ]")]
    [InlineData("\"{{ map }}\"", "{ \"b\": 1, \"a\": \"\\u00e9\" }")]
    [InlineData("\"{{ nothing }}\"", "null")]
    [InlineData("\"{{ price == 499 }}\"", "true")]
    [InlineData("{ \"x\" : [\"{{ list[1] }}\", 1.0] }", "{ \"x\" : [2.50, 1.0] }")]
    public void A_string_that_is_one_expression_keeps_the_kind(string template, string json) => AssertRenders(json, template);

    [Theory]
    [InlineData("\"{{ price }} EUR\"", "\"499.00 EUR\"")]
    [InlineData("\"{{ price }}{{ id }}\"", "\"499.0012345678901234567890\"")]
    [InlineData("\"Dear {{ name }}!\"", "\"Dear Zoë \\\"Z\\\"!\"")]
    [InlineData("\"{{ flag }}, {{ nothing }}, {{ list }}, {{ map }}\"", "\"true, null, [ 1,  2.50 ], { \\\"b\\\": 1, \\\"a\\\": \\\"\\\\u00e9\\\" }\"")]
    [InlineData("\"}} {{ 1 }} }}\"", "\"}} 1 }}\"")]
    [InlineData("\"a {{ '}}' + \\\"{{\\\" }} b\"", "\"a }}{{ b\"")]
    [InlineData("\"a {{ {'x': {}} }}\"", "\"a {\\\"x\\\":{}}\"")]
    [InlineData("\"a \\u007b\\u007b 1 + 1 \\u007D}\"", "\"a 2\"")]
    public void Other_text_is_interpolated(string template, string json) => AssertRenders(json, template);

    [Theory]
    [InlineData("\"{{ code }}\"", "\"{{ price }}\"")]
    [InlineData("\"a {{ code }}\"", "\"a {{ price }}\"")]
    [InlineData("[\"{{ '{{ price' }}\", \" }}\"]", "[\"{{ price\", \" }}\"]")]
    public void A_value_that_holds_braces_is_not_expanded_again(string template, string json) => AssertRenders(json, template);

    [Theory]
    [InlineData("{ \"z\":1.00,\"\\u0061\" : \"\\u00E9 \\/ { } {x} }}\",\n\"{{ price }}\": \"{{ flag }}\" ,\"a\":[ 1E2,-0, null ] }", "{ \"z\":1.00,\"\\u0061\" : \"\\u00E9 \\/ { } {x} }}\",\n\"{{ price }}\": true ,\"a\":[ 1E2,-0, null ] }")]
    public void Everything_else_stays_byte_for_byte_and_names_are_not_expanded(string template, string json)
        => AssertRenders(json, template);

    [Fact]
    public void A_template_without_expressions_is_constant()
    {
        Assert.True(Template.Parse(JsonScope.Parsed("""{ "a": "} } { {", "b": [1] }""")).IsConstant);
        Assert.False(Template.Parse(JsonScope.Parsed("""{ "a": "{{ 1 }}" }""")).IsConstant);
        Assert.True(Template.ParseText("plain").IsConstant);
        Assert.False(Template.ParseText("{{ 1 }}").IsConstant);
    }

    [Theory]
    [InlineData("plain \"text\"", "\"plain \\\"text\\\"\"")]
    [InlineData("{{ price }}", "499.00")]
    [InlineData("for {{ price }}", "\"for 499.00\"")]
    public void A_bare_text_is_a_template_too(string text, string json)
    {
        var template = Template.ParseText(text);

        Assert.Equal(json, template.Render(new JsonScope(Scope)));
        Assert.Equal(json, template.RenderValue(new JsonScope(Scope)).ToJson());
    }

    [Theory]
    [InlineData("\"a {{ b\"", 2, "never closed")]
    [InlineData("\"{{ a }} {{ 'b }}\"", 8, "never closed")]
    [InlineData("\"a {{ 1 + }}\"", 9, "found the end")]
    [InlineData("[\"fine {{ 1 }}\", \"{{ }}\"]", 2, "empty")]
    [InlineData("\"{{ a }\"", 0, "never closed")]
    [InlineData("\"\\ud800 {{ 1 }}\"", 0, "half of a character")]
    public void A_template_that_cannot_be_read_is_refused(string template, int position, string said)
        => AssertRefused(position, said, () => Template.Parse(JsonScope.Parsed(template)));

    [Theory]
    [InlineData("\"ab {{ gone.x }}\"", 6, "'gone.x' is missing")]
    [InlineData("{ \"a\": 1, \"b\": \"{{ map.gone }}\" }", 7, "there is no 'gone'")]
    [InlineData("\"x{{ zero }}\"", 4, "U+0000")]
    [InlineData("\"x{{ half }}\"", 4, "half of a character")]
    public void A_failing_expression_is_named_with_its_place_in_the_string(string template, int position, string said)
        => AssertRefused(position, said, () => Template.Parse(JsonScope.Parsed(template)).Render(new JsonScope(Scope)));

    private static void AssertRenders(string json, string template)
    {
        var read = Template.Parse(JsonScope.Parsed(template));

        Assert.Equal(json, read.Render(new JsonScope(Scope)));
        Assert.Equal(json, read.RenderValue(new JsonScope(Scope)).ToJson());
    }

    private static void AssertRefused(int position, string said, Func<object> act)
    {
        var refused = Assert.Throws<ExpressionException>(act);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Equal(position, refused.Position);
    }
}
