namespace Solya.Workflows.Tests;

/// <summary>Looks for a counterexample among random values; a failure names the seed that shows it again.</summary>
public static class Seeded
{
    /// <summary>The seed of this run; <c>SOLYA_TEST_SEED</c> repeats one.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SOLYA_TEST_SEED"), out var given) ? given : Random.Shared.Next();

    public static void ForAll<T>(int times, Func<Random, T> make, Action<T> check)
    {
        var random = new Random(Seed);
        for (var i = 0; i < times; i++)
        {
            var value = make(random);
            try
            {
                check(value);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"SOLYA_TEST_SEED={Seed}, value {i}: {value}", failure);
            }
        }
    }

    public static T Of<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>A random character is exchanged, lost or added, or nothing happens.</summary>
    public static string Damage(this Random random, string text, params ReadOnlySpan<char> others)
    {
        var place = random.Next(text.Length);
        var other = random.Of(others).ToString();
        return random.Next(6) switch
        {
            0 => text.Remove(place, 1).Insert(place, other),
            1 => text.Remove(place, 1),
            2 => text.Insert(place, other),
            _ => text,
        };
    }
}
