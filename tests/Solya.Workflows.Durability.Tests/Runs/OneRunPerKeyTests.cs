using System.Collections.Concurrent;

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
