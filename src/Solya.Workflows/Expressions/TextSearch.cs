namespace Solya.Workflows.Expressions;

/// <summary>
/// Finds a string in another in linear time (Knuth, Morris, Pratt): both may be megabytes of somebody's choosing, and a
/// plain search of aaaa…ab in aaaa…a would take minutes.
/// </summary>
internal static class TextSearch
{
    /// <summary>Where <paramref name="sought"/>, which is not empty, stands; finds do not overlap.</summary>
    public static IEnumerable<int> Find(string text, string sought)
    {
        if (sought.Length > text.Length)
        {
            yield break;
        }

        var fallback = Fallback(sought);
        var matched = 0;
        for (var i = 0; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != sought[matched])
            {
                matched = fallback[matched - 1];
            }

            matched += text[i] == sought[matched] ? 1 : 0;
            if (matched == sought.Length)
            {
                yield return i + 1 - matched;
                matched = 0;
            }
        }
    }

    /// <summary>For each beginning of <paramref name="sought"/>, the length of the longest shorter one it ends with.</summary>
    private static int[] Fallback(string sought)
    {
        var lengths = new int[sought.Length];
        var matched = 0;
        for (var i = 1; i < sought.Length; i++)
        {
            while (matched > 0 && sought[i] != sought[matched])
            {
                matched = lengths[matched - 1];
            }

            matched += sought[i] == sought[matched] ? 1 : 0;
            lengths[i] = matched;
        }

        return lengths;
    }
}
