using FsCheck;
using FsCheck.Fluent;

namespace Solya.Workflows.Tests.Expressions;

/// <summary>A logical expression, what it gives (null: the error of the missing name), and the names it must ask for.</summary>
public sealed record Claim(string Text, bool? Holds, int Asked)
{
    public static Gen<Claim> Any { get; } = Gen.Sized(size => Of(Math.Min(size, 40)));

    private static Gen<Claim> Name { get; } = Gen.Elements(
        new Claim("yes", true, 1), new Claim("no", false, 1), new Claim("gone", null, 1), new Claim("true", true, 0));

    private static Gen<Claim> Of(int size) => size == 0
        ? Name
        : Gen.OneOf(
            Of(size / 2).Select(claim => new Claim($"!({claim.Text})", !claim.Holds, claim.Asked)),
            from left in Of(size / 2) from right in Of(size / 2) select Joined("&&", left, right, decides: false),
            from left in Of(size / 2) from right in Of(size / 2) select Joined("||", left, right, decides: true),
            from test in Of(size / 3) from yes in Of(size / 3) from no in Of(size / 3) select Chosen(test, yes, no));

    private static Claim Joined(string symbol, Claim left, Claim right, bool decides)
    {
        var text = $"({left.Text}) {symbol} ({right.Text})";
        return left.Holds is null || left.Holds == decides
            ? new(text, left.Holds, left.Asked)
            : new(text, right.Holds, left.Asked + right.Asked);
    }

    private static Claim Chosen(Claim test, Claim yes, Claim no)
    {
        var text = $"({test.Text}) ? ({yes.Text}) : ({no.Text})";
        return test.Holds is null ? new(text, null, test.Asked)
            : test.Holds.Value ? new(text, yes.Holds, test.Asked + yes.Asked)
            : new(text, no.Holds, test.Asked + no.Asked);
    }
}
