using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Solya.Workflows.Events;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1.Events;

/// <summary>
/// A run's history as server-sent events (WHATWG HTML, section 9.2): each event once and in order, until the run has ended
/// or the client or the service goes. While the database is away the connection stays, and goes on when it is back.
/// </summary>
/// <param name="after">The sequence that the client has already.</param>
/// <param name="first">What follows it.</param>
internal sealed class EventStream(
    EventRepository events, RunKey run, long after, HistoryPart first, TimeSpan heartbeat, TimeProvider clock, CancellationToken stopping) : IResult, IStatusCodeHttpResult
{
    /// <summary>Events that are read at once.</summary>
    public const int PartSize = 100;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private long _last = after;
    private long _wroteAt;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep the events back
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await response.StartAsync(end.Token);
            await WriteAsync(response.BodyWriter, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has gone, or goes to another process: it knows the last event that reached it.
        }
    }

    private async Task WriteAsync(PipeWriter writer, CancellationToken ct)
    {
        _wroteAt = clock.GetTimestamp();
        await writer.FlushAsync(ct); // the headers: the client knows that it is heard
        var part = first;
        var rest = Busy;
        while (true)
        {
            if (part.Events.Count > 0)
            {
                await SendAsync(writer, part.Events, ct);
                rest = Busy;
            }

            if (_last >= part.Newest)
            {
                if (part.Status.IsTerminal())
                {
                    return;
                }

                await RestAsync(writer, rest, ct);
                rest = rest * 2 < Quiet ? rest * 2 : Quiet;
            }

            if (await NextAsync(writer, ct) is not { } next)
            {
                return; // the run was deleted meanwhile; who comes back for more is told 404
            }

            part = next;
        }
    }

    private async Task<HistoryPart?> NextAsync(PipeWriter writer, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await events.ListEventsAsync(run.OrganizationId, run.RunId, _last, PartSize, ct);
            }
            catch (DatabaseUnavailableException)
            {
                await RestAsync(writer, Quiet, ct);
            }
        }
    }

    private async Task RestAsync(PipeWriter writer, TimeSpan rest, CancellationToken ct)
    {
        await Task.Delay(rest, clock, ct);
        if (clock.GetElapsedTime(_wroteAt) >= heartbeat)
        {
            writer.Write(":\n\n"u8);
            await FlushAsync(writer, ct);
        }
    }

    private async Task SendAsync(PipeWriter writer, IReadOnlyList<RecordedEvent> part, CancellationToken ct)
    {
        foreach (var recorded in part)
        {
            var data = JsonSerializer.SerializeToUtf8Bytes(EventResponse.Of(recorded), V1Json.Face.EventResponse);
            // A document that was kept as sent may stand on several lines; inside of its strings no line can end.
            foreach (ref var character in data.AsSpan())
            {
                if (character is (byte)'\n' or (byte)'\r')
                {
                    character = (byte)' ';
                }
            }

            writer.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"id: {recorded.Event.Sequence}\nevent: {recorded.Event.EventType}\ndata: ")));
            writer.Write(data);
            writer.Write("\n\n"u8);
            _last = recorded.Event.Sequence;
        }

        await FlushAsync(writer, ct);
    }

    private async Task FlushAsync(PipeWriter writer, CancellationToken ct)
    {
        await writer.FlushAsync(ct);
        _wroteAt = clock.GetTimestamp();
    }
}
