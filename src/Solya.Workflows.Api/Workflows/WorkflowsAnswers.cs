using System.Text.Json.Serialization;

namespace Solya.Workflows.Api.Workflows;

/// <summary>What every failure of this face looks like.</summary>
/// <param name="Message">For people.</param>
public sealed record ErrorResponse(string Message);

/// <param name="Errors">What is wrong with each field, by its path.</param>
public sealed record InvalidResponse(string Message, IReadOnlyDictionary<string, string[]> Errors);

/// <param name="Outcome"><c>unknown</c> when a write was sent and its answer was lost.</param>
public sealed record UnavailableResponse(string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Outcome);

/// <summary>A part of a list, newest first.</summary>
public sealed record PageResponse<T>(IReadOnlyList<T> Data, PageLinks Links, PageMeta Meta);

/// <summary>Addresses of pages; null where there is none.</summary>
public sealed record PageLinks(string First, string Last, string? Prev, string? Next);

/// <param name="From">The place of the page's first entry in the whole list, from 1; null on an empty page.</param>
/// <param name="TotalIsCapped">True when there are more than 10,000 entries: total then is 10,000, and last_page counts no more; left out otherwise.</param>
public sealed record PageMeta(
    int CurrentPage,
    long? From,
    long LastPage,
    string Path,
    int PerPage,
    long? To,
    long Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool TotalIsCapped = false);

internal static class Pages
{
    public const int Size = 20;

    public static PageResponse<T> Of<T>(IReadOnlyList<T> entries, int page, long total, bool isCapped, bool hasMore, string path)
    {
        var last = Math.Max(1, (total + Size - 1) / Size);
        var before = (page - 1L) * Size;
        string At(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}?page={number}");
        return new(
            entries,
            new(At(1), At(last), page > 1 ? At(page - 1L) : null, hasMore ? At(page + 1L) : null),
            new(page, entries.Count > 0 ? before + 1 : null, last, path, Size, entries.Count > 0 ? before + entries.Count : null, total, isCapped));
    }
}
