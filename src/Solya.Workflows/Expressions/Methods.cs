using System.Collections.Frozen;
using System.Text;

namespace Solya.Workflows.Expressions;

/// <summary>What is called on a value, <c>x.trim()</c>. Positions count characters; a pair of surrogates is one.</summary>
internal static class Methods
{
    // Looking for something in a text takes that many times as long as copying it.
    private const int SearchCost = 8;

    public static FrozenDictionary<string, Function> All { get; } = new Function[]
    {
        new("size", 1, 1, Functions.Size),
        new("contains", 2, 2, Contains),
        new("startsWith", 2, 2, call => Value.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal))),
        new("endsWith", 2, 2, call => Value.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal))),
        new("lowerAscii", 1, 1, call => Map(call, c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c)),
        new("upperAscii", 1, 1, call => Map(call, c => char.IsAsciiLetterLower(c) ? (char)(c & ~0x20) : c)),
        new("trim", 1, 1, call => call.Made(call.Text(0).Trim())),
        new("replace", 3, 3, Replace),
        new("split", 2, 2, Split),
        new("join", 1, 2, Join),
        new("substring", 2, 3, Substring),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private static Value Contains(Call call)
    {
        var (text, sought) = (call.Text(0), call.Text(1));
        return Value.Of(sought.Length == 0 || Find(call, text, sought).Any());
    }

    private static Value Map(Call call, Func<char, char> change)
    {
        var text = call.Text(0);
        BuiltText.CheckLength(text.Length, call.Position);
        return call.Made(string.Create(text.Length, (text, change), static (made, from) =>
        {
            for (var i = 0; i < made.Length; i++)
            {
                made[i] = from.change(from.text[i]);
            }
        }));
    }

    private static Value Replace(Call call)
    {
        var (text, sought, replacement) = (call.Text(0), call.Text(1), call.Text(2));
        if (sought.Length == 0)
        {
            throw call.Refuse("needs something to look for");
        }

        var found = Find(call, text, sought).ToList();
        BuiltText.CheckLength(text.Length + ((long)found.Count * (replacement.Length - sought.Length)), call.Position);
        var made = new StringBuilder();
        var from = 0;
        foreach (var at in found)
        {
            made.Append(text, from, at - from).Append(replacement);
            from = at + sought.Length;
        }

        return call.Made(made.Append(text, from, text.Length - from).ToString());
    }

    private static Value Split(Call call)
    {
        var (text, separator) = (call.Text(0), call.Text(1));
        if (separator.Length == 0)
        {
            throw call.Refuse("needs a separator");
        }

        BuiltText.CheckLength(text.Length, call.Position);
        var pieces = new List<Value>();
        var from = 0;
        foreach (var at in Find(call, text, separator))
        {
            Add(at);
            from = at + separator.Length;
        }

        Add(text.Length);
        return Value.Of(pieces);

        void Add(int end)
        {
            call.Evaluation.SpendElements(1, call.Position);
            BuiltText.CheckCount(pieces.Count + 1, call.Position);
            pieces.Add(call.Made(text[from..end]));
        }
    }

    private static Value Join(Call call)
    {
        if (call[0].Kind != ValueKind.List)
        {
            throw call.RefuseKind("a list", call[0]);
        }

        var separator = call.Count == 2 ? call.Text(1) : "";
        var made = new StringBuilder();
        foreach (var (index, item) in call[0].Items().Index())
        {
            call.Evaluation.SpendElements(1, call.Position);
            made.Append(index == 0 ? "" : separator).Append(Functions.TextOf(call.Evaluation, call.Position, item));
            BuiltText.CheckLength(made.Length, call.Position);
        }

        return call.Made(made.ToString());
    }

    private static Value Substring(Call call)
    {
        var text = call.Text(0);
        var length = Functions.Size(call).AsInt();
        var from = call.Whole(1);
        var to = call.Count == 3 ? call.Whole(2) : length;
        if (from < 0 || to < from || to > length)
        {
            throw call.Refuse($"cannot cut a string of {length} characters from {from} to {to}");
        }

        var start = UnitAt(text, 0, from);
        return call.Made(text[start..UnitAt(text, start, to - from)]);
    }

    private static IEnumerable<int> Find(Call call, string text, string sought)
    {
        call.Evaluation.SpendCharacters(SearchCost * (long)text.Length, call.Position);
        return TextSearch.Find(text, sought);
    }

    /// <summary>Where the text is after that many characters from <paramref name="unit"/>.</summary>
    private static int UnitAt(string text, int unit, long characters)
    {
        for (; characters > 0; characters--)
        {
            unit += unit + 1 < text.Length && char.IsSurrogatePair(text[unit], text[unit + 1]) ? 2 : 1;
        }

        return unit;
    }
}
