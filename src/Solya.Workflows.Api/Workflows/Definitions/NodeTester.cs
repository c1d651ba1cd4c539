using System.Text.Json;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>Executes one node as a run would, in memory: the same decisions and the same effects, once each.</summary>
internal sealed class NodeTester(EffectRunner effects, NodeTrials trials, IdGenerator ids, TimeProvider clock)
{
    private static readonly JsonElement NoEdges = JsonElement.Parse("[]");

    /// <returns>What is wrong with the node, or else what came of it.</returns>
    public async Task<(IReadOnlyList<FlowFault> Faults, TestNodeResponse? Tested)> TestAsync(
        string organizationId, JsonElement nodes, JsonText context, CancellationToken ct)
    {
        var compiled = GraphCompiler.Compile(nodes, NoEdges);
        if (compiled.Graph is not { } graph)
        {
            return (compiled.Faults, null);
        }

        var (runId, createdAt) = ids.Next();
        var run = new RunState
        {
            OrganizationId = organizationId,
            RunId = runId,
            WorkflowId = runId,
            WorkflowVersion = 1,
            Status = RunStatus.Pending,
            Input = context,
            CreatedAt = createdAt,
        };
        var facts = new List<Fact>();
        while (true)
        {
            var decisions = Advancer.Advance(graph, run, facts, clock.GetUtcNow().ToMilliseconds(), Random.Shared.NextDouble);
            if (run.Status.IsTerminal() || decisions.Effects.Count + decisions.TableEffects.Count == 0)
            {
                return (compiled.Faults, ResponseOf(run, new StepKey(graph.Nodes[0].Id, "")));
            }

            facts = [];
            foreach (var effect in decisions.TableEffects)
            {
                facts.Add(Final(await trials.ExecuteAsync(run, effect, ct)));
            }

            foreach (var fact in await Task.WhenAll(decisions.Effects.Select(effect => effects.AttemptAsync(run, effect, () => true, ct))))
            {
                ct.ThrowIfCancellationRequested(); // only then is there no outcome
                facts.Add(Final(fact!));
            }
        }
    }

    // Whoever tries a node wants to see the first failure, not the last one.
    private static Fact Final(Fact fact) => fact is EffectFailed failed ? failed with { IsRetryable = false } : fact;

    private static TestNodeResponse ResponseOf(RunState run, StepKey key)
    {
        if (!run.Steps.TryGetValue(key, out var step))
        {
            return new("failed", null, run.Error is { } broken ? ErrorOf(broken) : null);
        }

        return step.Status.IsTerminal()
            ? new(LogStatus.Of(step.Status), RawJson.Of(step.Output?.Text), step.Error is { } error ? ErrorOf(error) : null)
            : new("waiting", null, null);
    }

    private static NodeError ErrorOf(StepError error) => new(error.Code, error.Message, RawJson.Of(error.Details));
}
