using System.Collections.Frozen;
using System.Reflection;

namespace Solya.Workflows.Wire;

/// <summary>Translates an enum to and from the text its members carry in <see cref="WireAttribute"/>; case-sensitive.</summary>
public static class WireText<TEnum>
    where TEnum : struct, Enum
{
    private static readonly FrozenDictionary<TEnum, string> Texts = typeof(TEnum)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToFrozenDictionary(
            field => (TEnum)field.GetValue(null)!,
            field => field.GetCustomAttribute<WireAttribute>()?.Text
                ?? throw new InvalidOperationException($"{typeof(TEnum).Name}.{field.Name} has no [Wire] text."));

    private static readonly FrozenDictionary<string, TEnum> Values =
        Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Every text, in the order the members are declared.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<TEnum>().Select(Of)];

    public static string Of(TEnum value) => Texts[value];

    public static bool TryParse(string text, out TEnum value) => Values.TryGetValue(text, out value);

    /// <summary>Reads a text that the database's own CHECK constraints vouch for.</summary>
    /// <exception cref="KeyNotFoundException">The text belongs to no member.</exception>
    public static TEnum Parse(string text) => Values[text];
}
