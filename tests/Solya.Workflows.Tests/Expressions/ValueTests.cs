using System.Buffers;
using System.Text;
using System.Text.Json;
using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class ValueTests
{
    [Theory]
    [InlineData("null", ValueKind.Null)]
    [InlineData("true", ValueKind.Bool)]
    [InlineData("-9223372036854775808", ValueKind.Int)]
    [InlineData("9223372036854775808", ValueKind.Double)]
    [InlineData("1.0", ValueKind.Double)]
    [InlineData("1e2", ValueKind.Double)]
    [InlineData("\"\"", ValueKind.String)]
    [InlineData("[]", ValueKind.List)]
    [InlineData("{}", ValueKind.Map)]
    public void A_json_value_has_a_kind(string json, ValueKind kind) => Assert.Equal(kind, OfJson(json).Kind);

    [Theory]
    [InlineData("\"a\\u00e9\\/\"", "aé/")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", "null")]
    [InlineData("false", "false")]
    [InlineData("[ 1 ]", "[ 1 ]")]
    public void In_a_text_only_a_string_loses_its_json(string json, string text) => Assert.Equal(text, OfJson(json).ToText());

    [Fact]
    public void Json_is_written_as_it_came_also_inside_other_values()
    {
        var json = OfJson("{ \"a\" : 1.00, \"b\":\"\\u00e9\" }");
        var map = Value.Of(new Dictionary<string, Value> { ["x"] = Value.Of([json, Value.Of("é'"), Value.Of(2.0), Value.Null]) });

        Assert.Equal("{\"x\":[{ \"a\" : 1.00, \"b\":\"\\u00e9\" },\"é'\",2,null]}", map.ToJson());
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            json.WriteTo(writer);
            Value.Of(true).WriteTo(writer);
            writer.WriteEndArray();
        }

        Assert.Equal("[{ \"a\" : 1.00, \"b\":\"\\u00e9\" },true]", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Fact]
    public void Members_and_elements_are_found_in_json_and_in_other_values()
    {
        foreach (var map in new[] { OfJson("""{"a":[5,6]}"""), Expression.Parse("{'a': [5, 6]}").Evaluate(JsonScope.Empty) })
        {
            Assert.True(map.TryMember("a", out var list));
            Assert.True(list.TryItem(1, out var item));
            Assert.Equal(6, item.AsInt());
            Assert.Equal(2, list.Count);
            Assert.Equal(["a"], map.Entries().Select(entry => entry.Key));
            Assert.Equal([5L, 6L], list.Items().Select(element => element.AsInt()));
            Assert.False(map.TryMember("b", out _));
            Assert.False(map.TryItem(0, out _));
            Assert.False(list.TryMember("a", out _));
            Assert.False(list.TryItem(2, out _));
            Assert.False(list.TryItem(-1, out _));
            Assert.False(list.TryItem(long.MaxValue, out _));
        }
    }

    [Fact]
    public void The_later_of_two_names_counts_as_it_does_for_json()
        => Assert.True(Expression.Parse("m.a == 2").Test(new JsonScope("""{"m":{"a":1,"a":2}}""")));

    [Fact]
    public void A_value_is_asked_only_for_what_it_is()
    {
        Assert.Throws<InvalidOperationException>(() => Value.Null.AsString());
        Assert.Throws<InvalidOperationException>(() => Value.Of("1").AsInt());
        Assert.Throws<InvalidOperationException>(() => Value.Of(1).AsBool());
        Assert.Throws<InvalidOperationException>(() => Value.Of(true).AsDouble());
        Assert.Throws<InvalidOperationException>(() => Value.Of(1).Count);
        Assert.Throws<InvalidOperationException>(() => Value.Of(1).Items());
        Assert.Throws<InvalidOperationException>(() => Value.Of(1).Entries());
    }

    [Fact]
    public void What_json_cannot_hold_is_no_value()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Value.Of(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Value.Of(double.NegativeInfinity));
        Assert.Throws<ArgumentException>(() => Value.OfJson(default));
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""", "m.a == 'x'")]
    [InlineData("""{"\ud800":1}""", "m.a == 1")]
    [InlineData("""{"\ud800":1}""", "m == {'a': 1}")]
    [InlineData("""{"\ud800":1}""", "'a' in m")]
    public void Half_of_a_character_is_an_error_of_the_expression(string json, string text)
        => Assert.Throws<ExpressionException>(() => Expression.Parse(text).Evaluate(new JsonScope($$"""{"m":{{json}}}""")));

    private static Value OfJson(string json) => Value.OfJson(JsonScope.Parsed(json));
}
