using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

public class ExpressionProperties
{
    private static readonly Gen<string> Fragment = Gen.Elements(
        "a", "list", "map.b", ".", "[", "]", "(", ")", "{", "}", "{{", "}}", ",", ":", "?", "!", "-", "+", "*", "/", "%", "==",
        "<", "<=", "&&", "||", "in", " ", "'", "\"", "\\", "\\u", "'x'", "'é😀'", "0", "1", "2.5", "1e9", "0x", "true",
        "false", "null", "size(", "has(", "coalesce(", ".trim()", ".split(", ".join(", ".substring(", ".replace(", "min(",
        "int(", "string(", "json(", "\0", "\ud800", "€");

    private static readonly Gen<string> Soup = Fragment.ListOf().Select(string.Concat);

    [Property(MaxTest = 2_000)]
    public Property Whole_numbers_are_computed_exactly_or_not_at_all()
        => Prop.ForAll(Formula.Any.ToArbitrary(), formula =>
        {
            Assert.Equal(
                formula.Whole,
                Outcome(formula.Text, JsonScope.Empty) is { } result ? result.AsInt() : (System.Numerics.BigInteger?)null);
        });

    [Property(MaxTest = 2_000)]
    public Property Doubles_are_computed_like_anywhere_else()
    {
        var number = ArbMap.Default.GeneratorFor<NormalFloat>().Select(value => Math.Abs(value.Get));
        var cases = from a in number from b in number from c in number select (a, b, c);
        return Prop.ForAll(cases.ToArbitrary(), numbers =>
        {
            var (a, b, c) = numbers;
            var text = FormattableString.Invariant($"-{a:E17} * {b:E17} + {c:E17} - {a:E17}");
            var expected = (-a * b) + c - a;
            Assert.Equal(
                double.IsFinite(-a * b) && double.IsFinite((-a * b) + c) && double.IsFinite(expected) ? expected : null,
                Outcome(text, JsonScope.Empty)?.AsDouble());
        });
    }

    [Property(MaxTest = 2_000)]
    public Property A_double_is_written_so_that_it_reads_back()
        => Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>(), value =>
            JsonDocument.Parse(Value.Of(value.Get).ToJson()).RootElement.GetDouble().Equals(value.Get));

    [Property(MaxTest = 2_000)]
    public Property Logic_stops_at_what_decides()
        => Prop.ForAll(Claim.Any.ToArbitrary(), claim =>
        {
            var scope = new JsonScope("""{ "yes": true, "no": false }""");
            Assert.Equal(claim.Holds, Outcome(claim.Text, scope)?.AsBool());
            Assert.Equal(claim.Asked, scope.Asked);
        });

    [Property(MaxTest = 2_000)]
    public Property Numbers_have_one_order_whatever_their_kind()
    {
        var close = from near in Gen.Elements(0L, 1L << 53, -(1L << 53), long.MaxValue - 4_096, long.MinValue + 4_096)
                    from distance in Gen.Choose(-4_096, 4_096)
                    select near + distance;
        var cases = from whole in close from other in close select (whole, real: (double)other);
        return Prop.ForAll(cases.ToArbitrary(), numbers =>
        {
            var (whole, real) = numbers;
            var scope = new JsonScope(FormattableString.Invariant($$"""{ "w": {{whole}}, "r": {{real:E17}} }"""));
            var order = new System.Numerics.BigInteger(whole).CompareTo(new System.Numerics.BigInteger(real));
            Assert.Equal(order < 0, Outcome("w < r", scope)!.Value.AsBool());
            Assert.Equal(order == 0, Outcome("w == r", scope)!.Value.AsBool());
            Assert.Equal(order <= 0, Outcome("r >= w", scope)!.Value.AsBool());
        });
    }

    [Property(MaxTest = 2_000)]
    public Property A_string_literal_gives_back_any_text()
        => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var literal = $"'{text.Get.Replace("\\", "\\\\").Replace("'", "\\'")}'";
            var isStorable = !text.Get.Contains('\0') && text.Get.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar);
            Assert.True(!isStorable || Outcome(literal, JsonScope.Empty)!.Value.AsString() == text.Get);
        });

    [Property(MaxTest = 2_000)]
    public Property Methods_of_strings_do_what_those_of_dotnet_do()
    {
        var text = Gen.Elements("a", "b", "aa").ListOf().Resize(8).Select(string.Concat);
        // Beginnings of what is sought before it and behind it are what a search can stumble over.
        var cases = from sought in text
                    from before in Gen.Choose(0, sought.Length)
                    from between in Gen.Choose(0, sought.Length)
                    from other in text
                    select (sought[..before] + sought[..between] + sought + other + sought[..before], sought, other);
        return Prop.ForAll(cases.ToArbitrary(), strings =>
        {
            var (s, t, u) = strings;
            var scope = new JsonScope($$"""{ "s": "{{s}}", "t": "{{t}}", "u": "{{u}}" }""");
            Assert.Equal(s.Contains(t, StringComparison.Ordinal), Outcome("s.contains(t)", scope)!.Value.AsBool());
            Assert.Equal(t == "" ? null : s.Replace(t, u, StringComparison.Ordinal), Outcome("s.replace(t, u)", scope)?.AsString());
            Assert.Equal(t == "" ? null : s.Split(t), Outcome("s.split(t)", scope)?.Items().Select(item => item.AsString()));
            Assert.Equal(t == "" ? null : s, Outcome("s.split(t).join(t)", scope)?.AsString());
        });
    }

    [Property(MaxTest = 5_000)]
    public Property Nothing_but_an_expression_exception_comes_of_any_text()
        => Prop.ForAll(
            Gen.OneOf(Soup, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get)).ToArbitrary(),
            text =>
            {
                var scope = new JsonScope("""{ "a": "x", "list": [1, [2], "b"], "map": { "b": {} } }""");
                AllowRefusal(() => Expression.Parse(text).Evaluate(scope).ToJson());
                AllowRefusal(() => Expression.ParseCondition(text).Test(scope));
                AllowRefusal(() => Template.ParseText(text).RenderValue(scope).ToText());
            });

    [Property(MaxTest = 2_000)]
    public Property A_document_without_expressions_is_rendered_byte_for_byte()
        => Prop.ForAll(Documents.Any.ToArbitrary(), json =>
        {
            var template = Template.Parse(JsonScope.Parsed(json));
            Assert.True(template.IsConstant);
            Assert.Equal(json.Trim(), template.Render(JsonScope.Empty));
            Assert.Equal(json.Trim(), template.RenderValue(JsonScope.Empty).ToJson());
        });

    [Property(MaxTest = 2_000)]
    public Property A_document_is_put_into_another_byte_for_byte()
    {
        var cases = from outer in Documents.Any from inner in Documents.Any select (outer, inner);
        return Prop.ForAll(cases.ToArbitrary(), documents =>
        {
            var (outer, inner) = (documents.outer.Trim(), documents.inner.Trim());
            var template = Template.Parse(JsonScope.Parsed($$$"""[{{{outer}}}, "{{ x }}",{{{outer}}} ]"""));
            Assert.Equal($"[{outer}, {inner},{outer} ]", template.Render(new JsonScope($$"""{"x":{{inner}}}""")));
        });
    }

    private static void AllowRefusal(Action act) => Assert.True(Record.Exception(act) is null or ExpressionException);

    private static Value? Outcome(string text, JsonScope scope)
    {
        try
        {
            return Expression.Parse(text).Evaluate(scope);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }
}
