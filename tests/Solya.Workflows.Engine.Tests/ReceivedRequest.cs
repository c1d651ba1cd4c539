namespace Solya.Workflows.Engine.Tests;

/// <summary>A request as a <see cref="LoopbackHttp"/> got it.</summary>
internal sealed record ReceivedRequest(string Line, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    /// <summary>The one header of that name; null when there is none.</summary>
    public string? Header(string name) =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault();
}
