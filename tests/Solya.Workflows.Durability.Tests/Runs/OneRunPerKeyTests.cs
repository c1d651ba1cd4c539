using System.Collections.Concurrent;
using Solya.Workflows.Engine.Faults;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>One run per workspace and idempotency key, whoever asks, however often, and whatever dies meanwhile.</summary>
[Collection(ServiceTests.Name)]
public sealed class OneRunPerKeyTests
{
    private const int Rounds = 6;
    private const int AtOnce = 20;

    [Fact]
    public async Task Twenty_starts_at_once_with_one_key_across_two_processes_and_their_kills_make_one_run()
    {
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(bench.StartAsync(), bench.StartAsync());
        HttpClient[] clients = [await bench.ClientOfAsync(processes[0]), await bench.ClientOfAsync(processes[1])];
        var definition = await clients[0].DefineAsync("once", """[{"name":"a","type":"task","handler":"effect.noop"}]""");

        for (var round = 0; round < Rounds; round++)
        {
            var key = $"key {round}";
            var answers = new ConcurrentBag<ApiAnswer>();
            var asking = Enumerable.Range(0, AtOnce).Select(i => AskAsync(clients[i % 2], definition, key, answers)).ToList();
            if (round % 2 == 1)
            {
                await Task.WhenAny(asking);
                await processes[round / 2 % 2].KillAsync();
            }

            await Task.WhenAll(asking);
            for (var place = 0; place < 2; place++)
            {
                if (processes[place].HasExited)
                {
                    processes[place] = await bench.StartAsync();
                    clients[place] = await bench.ClientOfAsync(processes[place]);
                    await AskAsync(clients[place], definition, key, answers);
                }
            }

            Assert.All(answers, answer => Assert.True(answer.StatusCode is 200 or 201, answer.ToString()));
            Assert.Single(answers.Select(answer => (string)answer.Data["id"]!).Distinct());
            Assert.InRange(answers.Count(answer => answer.StatusCode == 201), round % 2 == 0 ? 1 : 0, 1);
            Assert.Equal(1, await bench.CountAsync($"workflow_runs WHERE idempotency_key = '{key}'"));
        }

        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal($"COMPLETED {Rounds}", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCommit)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task A_keyed_execute_whose_process_is_killed_in_it_is_repeated_and_is_one_run(FaultPoint point)
    {
        await using var bench = await EngineBench.CreateAsync();
        var key = Guid.Parse("6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11");
        var workflow = "";
        var texts = new List<string>();
        await Kills.KillAsync(
            bench,
            point,
            passes: 0,
            async client => workflow = await client.StoreAsync(
                EngineBench.Organization, "once", """ "nodes": [ { "id": "a", "type": "action", "data": { "componentId": "set", "values": { "x": 1 } } } ], "edges": [] """),
            async (client, stored) => texts.Add((await client.ExecuteAsync(EngineBench.Organization, stored, key)).Text)); // it may die before it answers
        Assert.InRange(await bench.CountAsync("workflow_runs"), texts.Count, 1);
        await Kills.EverythingIsDueAsync(bench);

        using var other = (await bench.StartAsync()).CreateClient(token: null);
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var answer = await other.ExecuteAsync(EngineBench.Organization, workflow, key);
            Assert.True(answer.StatusCode == 202, answer.ToString());
            texts.Add(answer.Text);
        }

        Assert.Single(texts.Distinct());
        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal("COMPLETED 1", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
    }

    [Fact]
    public async Task Twenty_keyed_executes_at_once_across_two_processes_and_their_kills_make_one_run()
    {
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(bench.StartAsync(), bench.StartAsync());
        var clients = processes.Select(process => process.CreateClient(token: null)).ToArray();
        var workflow = await clients[0].StoreAsync(
            EngineBench.Organization, "once", """ "nodes": [ { "id": "a", "type": "action", "data": { "componentId": "set", "values": { "x": 1 } } } ], "edges": [] """);
        var key = Guid.Parse("6f1ed002-ab5e-4d3c-9d5b-0d3f8e8b1a11");
        var texts = new ConcurrentBag<string>();
        async Task AskOnceAsync(HttpClient client)
        {
            try
            {
                var answer = await client.ExecuteAsync(EngineBench.Organization, workflow, key);
                Assert.True(answer.StatusCode == 202, answer.ToString());
                texts.Add(answer.Text);
            }
            catch (HttpRequestException)
            {
                // Its process was killed.
            }
        }

        var asking = Enumerable.Range(0, AtOnce).Select(i => AskOnceAsync(clients[i % 2])).ToList();
        await Task.WhenAny(asking);
        await processes[0].KillAsync();
        await Task.WhenAll(asking);
        await AskOnceAsync(clients[1]);

        Assert.Single(texts.Distinct());
        await bench.EverythingEndsAsync(EngineBench.Patience);
        Assert.Equal("COMPLETED 1", await bench.StatusesAsync());
        await RunInvariants.AssertAsync(bench.Database);
        Array.ForEach(clients, client => client.Dispose());
    }

    private static async Task AskAsync(HttpClient client, string definition, string key, ConcurrentBag<ApiAnswer> answers)
    {
        try
        {
            answers.Add(await client.StartRunAsync(definition, key));
        }
        catch (HttpRequestException)
        {
            // Its process was killed.
        }
    }
}
