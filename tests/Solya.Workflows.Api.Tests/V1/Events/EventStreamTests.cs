using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Solya.Workflows.Api.Tests.DataPlatform;

namespace Solya.Workflows.Api.Tests.V1.Events;

/// <summary>Whoever follows a run hears of each event once and in order.</summary>
public class EventStreamTests(EventStreamTests.BeatingApi api) : IClassFixture<EventStreamTests.BeatingApi>
{
    private const string WaitsForSignal =
        """
        [ { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1 } },
          { "name": "await", "type": "external_event", "signalType": "go" },
          { "name": "end", "type": "task", "handler": "state.set", "config": { "b": 2 } } ]
        """;

    [Fact]
    public async Task A_stream_tells_the_whole_history_and_ends_with_the_run()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        using var reader = await EventReader.OpenAsync(program, run);
        await program.UntilAsync(run, "WAITING");
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/resume", new { signalType = "go" }));

        var heard = await reader.RestAsync();

        Assert.Equal("text/event-stream", reader.Answer.Content.Headers.ContentType?.MediaType);
        Assert.True(reader.Answer.Headers.CacheControl?.NoStore);
        var listed = (await program.GetAsync($"/v1/workflow-runs/{run}/events?pageSize=100")).Body["data"]!.AsArray();
        Assert.Equal(listed.Select(e => ((long)e!["sequence"]!).ToString(CultureInfo.InvariantCulture)), heard.Select(e => e.Id));
        Assert.Equal(listed.Select(e => (string)e!["eventType"]!), heard.Select(e => e.Type));
        Assert.All(listed.Zip(heard), pair => Assert.True(JsonNode.DeepEquals(pair.First, pair.Second.Data)));
        Assert.Equal("workflow.completed", heard[^1].Type);
    }

    [Fact]
    public async Task A_stream_goes_on_behind_the_last_event_without_a_gap_or_a_repeat()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        await program.UntilAsync(run, "WAITING");
        var heard = new List<string>();
        using (var first = await EventReader.OpenAsync(program, run))
        {
            heard.AddRange([(await first.NextAsync())!.Value.Id, (await first.NextAsync())!.Value.Id]);
        }

        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/resume", new { signalType = "go" }));
        using var second = await EventReader.OpenAsync(program, run, heard[^1]);
        heard.AddRange((await second.RestAsync()).Select(e => e.Id));

        var total = (int)(await program.GetAsync($"/v1/workflow-runs/{run}/events")).Body["meta"]!["total"]!;
        Assert.Equal(Enumerable.Range(1, total).Select(i => i.ToString(CultureInfo.InvariantCulture)), heard);
    }

    [Fact]
    public async Task Behind_the_end_of_an_ended_run_there_is_nothing_to_come_back_for()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        V1Expect.Success(200, await program.PostAsync($"/v1/workflow-runs/{run}/cancel", new { }));
        using var first = await EventReader.OpenAsync(program, run);
        var all = await first.RestAsync();

        using var again = await EventReader.OpenAsync(program, run, all[^1].Id);
        using var last = await EventReader.OpenAsync(program, run, all[^2].Id);

        Assert.Equal(204, (int)again.Answer.StatusCode);
        Assert.Equal("workflow.cancelled", Assert.Single(await last.RestAsync()).Type);
    }

    [Fact]
    public async Task A_stream_ends_when_its_run_is_deleted()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        await program.UntilAsync(run, "WAITING");
        using var reader = await EventReader.OpenAsync(program, run);
        await reader.NextAsync();

        var key = RunRows.KeyOf(run);
        await api.Database.ExecuteAsync(
            $"""
            DELETE FROM run_queue WHERE run_id = '{key}'; DELETE FROM workflow_run_events WHERE run_id = '{key}';
            DELETE FROM workflow_run_steps WHERE run_id = '{key}'; DELETE FROM workflow_runs WHERE id = '{key}'
            """);

        await reader.RestAsync();
        Assert.Equal(404, (await program.GetAsync($"/v1/workflow-runs/{run}/events/stream")).StatusCode);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task A_last_event_that_is_no_sequence_is_refused(string lastEventId)
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);

        V1Expect.Invalid(await program.Client.SendAsync(HttpMethod.Get, $"/v1/workflow-runs/{run}/events/stream", null, ("Last-Event-ID", lastEventId)), "Last-Event-ID");
    }

    [Fact]
    public async Task A_silent_stream_is_kept_alive_by_comments()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        await program.UntilAsync(run, "WAITING");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/workflow-runs/{run}/events/stream");
        using var answer = await program.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());

        string? line;
        do
        {
            line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        while (line is not (null or ":"));

        Assert.Equal(":", line);
    }

    [Fact]
    public async Task A_document_of_several_lines_arrives_on_one()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        using var executor = new Executor(api, program.WorkspaceId);
        var run = await executor.StartRunAsync();
        await api.Database.ExecuteAsync(
            $$"""UPDATE workflow_run_events SET payload = E'{ "a":\r\n 1,\n "b": "x\\ny" }'::json WHERE organization_id = '{{program.WorkspaceId}}'""");
        await executor.PatchRunAsync(run, new { status = "COMPLETED" });
        using var reader = await EventReader.OpenAsync(program, run);

        var first = (await reader.NextAsync())!.Value;

        Assert.Equal("""{"a":1,"b":"x\ny"}""", first.Data["payload"]!.ToJsonString());
        Assert.Equal("2", (await reader.NextAsync())!.Value.Id);
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_stream_survives_that_its_connections_to_the_database_break()
    {
        using var program = await ProgramOfWorkspace.CreateAsync(api);
        var run = await program.StartAsync(WaitsForSignal);
        await program.UntilAsync(run, "WAITING");
        using var reader = await EventReader.OpenAsync(program, run);
        await reader.NextAsync();

        for (var i = 0; i < 3; i++)
        {
            await api.Database.ScalarAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }

        await program.UntilTakenAsync($"/v1/workflow-runs/{run}/resume", new { signalType = "go" });
        var rest = await reader.RestAsync();
        Assert.Equal("workflow.completed", rest[^1].Type);
        Assert.Equal(Enumerable.Range(2, rest.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)), rest.Select(e => e.Id));
    }

    [Fact]
    public async Task Streams_end_when_the_service_stops()
    {
        await using var stopping = new BeatingApi();
        await ((IAsyncLifetime)stopping).InitializeAsync();
        using var program = await ProgramOfWorkspace.CreateAsync(stopping);
        var run = await program.StartAsync(WaitsForSignal);
        await program.UntilAsync(run, "WAITING");
        using var reader = await EventReader.OpenAsync(program, run);
        await reader.NextAsync();

        stopping.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var rest = await reader.RestAsync();
        Assert.DoesNotContain(rest, e => e.Type == "workflow.completed");
    }

    /// <summary>A service whose streams beat faster than anybody would want.</summary>
    public sealed class BeatingApi : WorkflowsApi, IAsyncLifetime
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["EventStream:Heartbeat"] = "00:00:00.500" };

        Task IAsyncLifetime.InitializeAsync() => StartAsync();

        Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
    }
}
