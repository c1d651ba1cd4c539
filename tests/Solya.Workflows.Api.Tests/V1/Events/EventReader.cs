using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.V1.Events;

/// <summary>A client of a stream of events.</summary>
internal sealed class EventReader(HttpResponseMessage answer) : IDisposable
{
    private readonly IAsyncEnumerator<SseItem<string>> _items =
        SseParser.Create(answer.Content.ReadAsStream()).EnumerateAsync().GetAsyncEnumerator();

    public HttpResponseMessage Answer { get; } = answer;

    /// <param name="lastEventId">Null sends no such header.</param>
    public static async Task<EventReader> OpenAsync(ProgramOfWorkspace program, string run, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/workflow-runs/{run}/events/stream");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        return new(await program.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<(string Id, string Type, JsonObject Data)?> NextAsync()
    {
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            return null;
        }

        var item = _items.Current;
        return (item.EventId!, item.EventType, JsonNode.Parse(item.Data)!.AsObject());
    }

    public async Task<List<(string Id, string Type, JsonObject Data)>> RestAsync()
    {
        var all = new List<(string Id, string Type, JsonObject Data)>();
        while (await NextAsync() is { } next)
        {
            all.Add(next);
        }

        return all;
    }

    public void Dispose() => Answer.Dispose();
}
