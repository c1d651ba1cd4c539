using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Solya.Workflows.Ids;
using Xunit.Abstractions;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>
/// Random workflows, random interventions, random kills. <c>SOLYA_CHAOS_SECONDS</c> says for how long (default 20),
/// <c>SOLYA_CHAOS_SEED</c> repeats what was drawn.
/// </summary>
[Collection(ServiceTests.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Actors = 4;
    private const int MostRuns = 600;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Setting("SOLYA_CHAOS_SECONDS") ?? 20);

    private readonly List<string> _runs = [];
    private readonly ConcurrentBag<string> _cancelled = [];
    private readonly ConcurrentBag<string> _signals = [];
    private readonly ConcurrentDictionary<string, int> _answers = [];

    [Fact]
    public async Task Whatever_is_done_to_random_runs_while_processes_are_killed_they_end_or_wait_for_somebody()
    {
        var seed = Setting("SOLYA_CHAOS_SEED") ?? Random.Shared.Next();
        output.WriteLine($"SOLYA_CHAOS_SEED={seed}");
        var random = new Random(seed);
        await using var receiver = new Receiver(async (context, ct) =>
        {
            await LeaseTests.DelayAsync(context, ct);
            context.Response.StatusCode = Random.Shared.Next(8) == 0 ? 500 : 200;
        });
        await using var bench = await EngineBench.CreateAsync();
        var processes = await Task.WhenAll(bench.StartAsync(), bench.StartAsync());
        var clients = new[] { await bench.ClientOfAsync(processes[0]), await bench.ClientOfAsync(processes[1]) };
        var program = new RandomProgram(random, receiver.Url);
        var definitions = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            definitions.Add(await clients[0].DefineAsync($"drawn {i}", program.Draw()));
        }

        var began = Stopwatch.GetTimestamp();
        var acting = Enumerable.Range(0, Actors).Select(i => ActAsync(new Random(seed + i), clients, definitions, () => Stopwatch.GetElapsedTime(began) < Duration)).ToList();
        var kills = 0;
        while (Stopwatch.GetElapsedTime(began) < Duration)
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(500, 4_000)));
            await pause.WaitForNextTickAsync();
            var place = random.Next(2);
            await processes[place].KillAsync();
            kills++;
            processes[place] = await bench.StartAsync();
            clients[place] = await bench.ClientOfAsync(processes[place]);
        }

        await Task.WhenAll(acting);
        await Eventually.TrueAsync(
            async () =>
            {
                await clients[0].WorkAsync(RandomProgram.Handler);
                return await bench.CountAsync("run_queue") + await bench.CountAsync("worker_tasks") == 0;
            },
            EngineBench.Patience,
            "nothing is left that goes on by itself");

        output.WriteLine($"{kills} kills; {await bench.StatusesAsync()}; answers {string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}"))}");
        Assert.DoesNotContain(_answers.Keys, answer => answer.EndsWith("500", StringComparison.Ordinal));
        await RunInvariants.AssertAsync(bench.Database);
        await AcknowledgedStandsAsync(bench);
        await SucceededWasDeliveredAsync(bench, receiver);
        // The steps of a list meet at one task: each made it or refreshed it, and none did so twice.
        Assert.Equal(
            await bench.ScalarAsync<string>("SELECT count(*) || ' made, ' || coalesce(sum(refresh_count), 0) || ' refreshed' FROM tasks"),
            await bench.ScalarAsync<string>(
                """
                SELECT coalesce(sum((output ->> 'created')::int), 0) || ' made, ' || coalesce(sum((output ->> 'updated')::int), 0) || ' refreshed'
                  FROM workflow_run_steps WHERE kind = 'task' AND status = 'SUCCEEDED' AND output ->> 'successCode' = 'WORKFLOW_TASKS_CREATED'
                """));
    }

    private async Task ActAsync(Random random, HttpClient[] clients, List<string> definitions, Func<bool> goesOn)
    {
        for (var turn = 0; goesOn(); turn++)
        {
            var client = clients[random.Next(clients.Length)];
            var run = Recent(random);
            try
            {
                switch (random.Next(10))
                {
                    case < 4 when _runs.Count < MostRuns:
                        var created = Note("create", await client.StartRunAsync(definitions[random.Next(definitions.Count)]));
                        if (created.StatusCode == 201)
                        {
                            lock (_runs)
                            {
                                _runs.Add((string)created.Data["id"]!);
                            }
                        }

                        break;
                    case 4 or 5 when run is not null:
                        var dedupId = string.Create(CultureInfo.InvariantCulture, $"{random.Next()}-{turn}");
                        if (Note("signal", await client.SignalAsync(run, RandomProgram.Signals[random.Next(2)], new { turn }, dedupId)).StatusCode == 202)
                        {
                            _signals.Add(dedupId);
                        }

                        break;
                    case 6 or 7 when run is not null:
                        if (random.Next(3) > 0)
                        {
                            Note("retry", await client.RetryAsync(run));
                        }
                        else if (Note("cancel", await client.CancelAsync(run)).StatusCode == 200)
                        {
                            _cancelled.Add(run);
                        }

                        break;
                    case 8:
                        foreach (var approval in (await client.PendingApprovalsAsync()).Take(5))
                        {
                            Note("decide", await client.DecideAsync(approval, random.Next(4) == 0 ? "rejected" : "approved"));
                        }

                        break;
                    default:
                        await client.WorkAsync(RandomProgram.Handler);
                        break;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await Task.Yield(); // its process was killed
            }
        }
    }

    // Most of what is older has ended.
    private string? Recent(Random random)
    {
        lock (_runs)
        {
            return _runs.Count == 0 ? null : _runs[^random.Next(1, Math.Min(_runs.Count, 25) + 1)];
        }
    }

    private ApiAnswer Note(string what, ApiAnswer answer)
    {
        _answers.AddOrUpdate($"{what} {answer.StatusCode}", 1, (_, count) => count + 1);
        return answer;
    }

    private async Task AcknowledgedStandsAsync(EngineBench bench)
    {
        var runs = _runs.Select(run => PublicId.Parse(PublicId.Run, run)!.Value).ToArray();
        var cancelled = _cancelled.Select(run => PublicId.Parse(PublicId.Run, run)!.Value).ToArray();
        await using var command = bench.Database.CreateCommand(
            """
            SELECT (SELECT count(*) FROM workflow_runs WHERE id = ANY ($1)),
                   (SELECT count(*) FROM workflow_runs WHERE id = ANY ($2) AND status = 'CANCELLED'),
                   (SELECT count(*) FROM run_signals WHERE dedup_id = ANY ($3))
            """);
        command.Parameters.AddWithValue(runs);
        command.Parameters.AddWithValue(cancelled);
        command.Parameters.AddWithValue(_signals.ToArray());
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        Assert.Equal((runs.Length, cancelled.Length, _signals.Count), ((int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2)));
    }

    private static async Task SucceededWasDeliveredAsync(EngineBench bench, Receiver receiver)
    {
        var delivered = receiver.Effects.ToHashSet();
        await using var command = bench.Database.CreateCommand(
            "SELECT run_id, node_id, iteration FROM workflow_run_steps WHERE action_type = 'CALL_WEBHOOK' AND status = 'SUCCEEDED'");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            Assert.Contains(new Execution.StepKey(rows.GetString(1), rows.GetString(2)).EffectIdIn(rows.GetGuid(0)), delivered);
        }
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
