using System.Globalization;

namespace Solya.Workflows.Benchmarks;

/// <summary>What to measure, and how long.</summary>
/// <param name="Names">The benchmarks to run; all of them when none is named.</param>
/// <param name="Rounds">How often each side of a ratio is measured; the medians count.</param>
/// <param name="Round">How long one side is under load in one round.</param>
/// <param name="History">Finished runs in the long history, each with ten steps.</param>
internal sealed record Options(IReadOnlyList<string> Names, int Rounds, TimeSpan Round, int History)
{
    public const string Usage = "Usage: ./dev bench [name …] [--rounds N] [--seconds S] [--history N]";

    public static TimeSpan WarmUp => TimeSpan.FromSeconds(6);

    /// <returns>Null when the arguments make no sense.</returns>
    public static Options? Parse(string[] args, IEnumerable<string> known)
    {
        var names = new List<string>();
        var rounds = 5;
        var seconds = 5.0;
        var history = 1_000_000;
        for (var i = 0; i < args.Length; i++)
        {
            if (known.Contains(args[i]))
            {
                names.Add(args[i]);
            }
            else if (i + 1 == args.Length
                || !double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number)
                || number <= 0)
            {
                return null;
            }
            else if (args[i] == "--rounds")
            {
                rounds = (int)Math.Ceiling(number);
                i++;
            }
            else if (args[i] == "--seconds")
            {
                seconds = number;
                i++;
            }
            else if (args[i] == "--history")
            {
                history = (int)Math.Ceiling(number);
                i++;
            }
            else
            {
                return null;
            }
        }

        return new(names.Count > 0 ? names : [.. known], rounds, TimeSpan.FromSeconds(seconds), history);
    }
}
