using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>A random definition, and a random life for a run of it.</summary>
/// <param name="Seed">Of everything that happens to the run.</param>
internal sealed record RandomRun(string Steps, int Seed)
{
    /// <summary>What an attempt says that is not the one under way.</summary>
    public const string Stale = "\"stale\"";

    private const int MaxSteps = 15;
    private const int MaxNesting = 2;

    public static RandomRun Make(Random random)
    {
        var left = random.Next(1, MaxSteps + 1);
        var named = 0;
        return new(ListOf(random, ref left, ref named, 0), random.Next());
    }

    /// <summary>Lives the run to its end.</summary>
    /// <param name="between">Comes before every look at the run, after the first.</param>
    public RunDriver Live(Action<RunDriver> between)
    {
        var random = new Random(Seed);
        var run = new RunDriver(Steps);
        var retries = 0;
        run.Advance();
        for (var happened = 0; !run.Run.Status.IsTerminal() || (run.Run.Status == RunStatus.Failed && retries < 3); happened++)
        {
            Assert.True(happened < 5_000, "The run does not come to an end.");
            run.Draw = random.NextDouble();
            between(run);
            if (run.Run.Status == RunStatus.Failed)
            {
                retries = random.Next(2) == 0 ? 3 : retries + 1;
                _ = retries == 3 ? run : run.RetryRun();
            }
            else
            {
                Happen(run, random);
            }
        }

        return run;
    }

    private static void Happen(RunDriver run, Random random)
    {
        List<Action> possible = [];
        foreach (var (key, effect) in run.Effects.OrderBy(pair => pair.Key.NodeId).ThenBy(pair => pair.Key.Iteration))
        {
            possible.Add(() => Answer(run, key, random));
            possible.Add(() => run.Advance(new EffectSucceeded(key, effect.Step.Attempt + random.Of(-1, 1), new(Stale))));
        }

        foreach (var step in run.Run.Steps.Values.Where(step => step.WaitKind is not null).OrderBy(step => step.Id))
        {
            var key = step.Key;
            switch (step.WaitKind)
            {
                case WaitKind.Timer or WaitKind.Retry:
                    possible.Add(() => run.AtDue());
                    break;
                case WaitKind.Signal:
                    possible.Add(() => run.Send(step.SignalType!, """{"signal":1}""").Advance());
                    if (run.Run.Status == RunStatus.Waiting)
                    {
                        possible.Add(() => run.EndOutside(key.NodeId, RunTrigger.SignalDelivered, "{}", null, key.Iteration));
                    }

                    break;
                case WaitKind.Approval:
                    possible.Add(() => run.EndOutside(key.NodeId, RunTrigger.ApprovalDecided, "{}", Perhaps(random, StepError.ApprovalRejected), key.Iteration));
                    break;
                case WaitKind.Worker:
                    possible.Add(() => run.EndOutside(key.NodeId, null, "{}", Perhaps(random, "WORKER_SAID_NO"), key.Iteration));
                    break;
            }

            if (step.WaitUntil is not null)
            {
                possible.Add(() => run.AtDue());
            }
        }

        if (possible.Count == 0)
        {
            // Only after something was written down without a look at what follows from it.
            Assert.True(run.Advance().Last.HasChanges, $"The run is {run.Run.Status} and nothing can move it.");
            return;
        }

        possible.Add(() => run.Advance());
        possible.Add(() => run.Record());
        possible.Add(() => run.Send(random.Of("s", "t"), """{"kept":1}"""));
        possible[random.Next(possible.Count)]();
    }

    private static void Answer(RunDriver run, StepKey key, Random random)
    {
        Fact fact = random.Next(8) switch
        {
            0 => run.Failure(key.NodeId, isRetryable: false, iteration: key.Iteration),
            1 => run.Failure(key.NodeId, code: StepError.AttemptInterrupted, iteration: key.Iteration),
            2 => run.Failure(key.NodeId, retryAfter: TimeSpan.FromMilliseconds(random.Next(10_000)), iteration: key.Iteration),
            _ => run.Success(key.NodeId, "{\"ok\":true}", key.Iteration),
        };
        _ = random.Next(5) == 0 ? run.Record(fact) : run.Advance(fact);
    }

    private static StepError? Perhaps(Random random, string code) => random.Next(4) == 0 ? new(code, "No.") : null;

    private static string ListOf(Random random, ref int left, ref int named, int depth)
    {
        List<string> steps = [];
        var first = named;
        var count = random.Next(1, 5);
        List<(int Place, string Name)> names = [];
        while (steps.Count == 0 || (count-- > 0 && left > 0))
        {
            left--;
            var name = $"n{named++}";
            names.Add((steps.Count, name));
            steps.Add($"\"name\": \"{name}\", {StepOf(random, ref left, ref named, depth)}{(random.Next(5) == 0 ? ", \"continueOnError\": true" : "")}");
        }

        for (var place = 0; place < steps.Count; place++)
        {
            if (steps[place].Contains("\"type\": \"condition\"", StringComparison.Ordinal) && !steps[place].Contains("branches", StringComparison.Ordinal) && !steps[place].Contains("foreach", StringComparison.Ordinal))
            {
                steps[place] += Jump("trueStep", place) + Jump("falseStep", place);
            }
        }

        return $"[ {string.Join(", ", steps.Select(step => $"{{ {step} }}"))} ]";

        string Jump(string field, int place)
            => place + 1 < names.Count && random.Next(2) == 0 ? $", \"{field}\": \"{names[random.Next(place + 1, names.Count)].Name}\"" : "";
    }

    private static string StepOf(Random random, ref int left, ref int named, int depth)
    {
        var timeout = random.Next(2) == 0 ? "" : $", \"timeoutMs\": {random.Next(1, 5_000)}";
        switch (random.Next(depth < MaxNesting && left > 0 ? 12 : 9))
        {
            case 0:
                return $$$"""
                    "type": "task", "handler": "state.set", "config": { "x": "{{ run.id }}" }
                    """.Trim();
            case 1:
                return $"\"type\": \"condition\", \"expression\": \"{random.Of("true", "false", "state.x", "input.missing > 1")}\"";
            case 2:
                return $"\"type\": \"wait\", \"durationMs\": {random.Next(3_000)}";
            case 3:
                return $"\"type\": \"external_event\", \"signalType\": \"{random.Of("s", "t")}\"{timeout}";
            case 4:
                return $"\"type\": \"approval\", \"onTimeout\": \"{random.Of("fail", "reject", "approve")}\"{timeout}";
            case 5:
                return $"\"type\": \"task\", \"handler\": \"mine\"{timeout}, \"retry\": {{ \"maxAttempts\": {random.Next(1, 4)} }}";
            case 6:
                return """
                    "type": "task", "handler": "plan.create_or_get", "config": { "planType": "a", "planName": "b" }
                    """.Trim();
            case 9 or 10:
                List<string> branches = [];
                for (var branch = random.Next(1, 4); branch > 0; branch--)
                {
                    branches.Add(ListOf(random, ref left, ref named, depth + 1));
                }

                return $"\"type\": \"parallel\", \"branches\": [ {string.Join(", ", branches)} ]";
            case 11:
                var items = string.Join(',', Enumerable.Range(0, random.Next(5)));
                return $"\"type\": \"foreach\", \"items\": [{items}], \"concurrency\": {random.Next(1, 4)}, \"steps\": {ListOf(random, ref left, ref named, depth + 1)}";
            default:
                return $"\"type\": \"task\", \"handler\": \"effect.noop\", \"retry\": {{ \"maxAttempts\": {random.Next(1, 4)}, \"jitter\": {random.Of("true", "false")} }}";
        }
    }
}
