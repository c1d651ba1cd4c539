namespace Solya.Workflows.Wire;

public static class WireTextExtensions
{
    /// <summary>The member's text on the wire and in the database.</summary>
    public static string Text<TEnum>(this TEnum value)
        where TEnum : struct, Enum
        => WireText<TEnum>.Of(value);
}
