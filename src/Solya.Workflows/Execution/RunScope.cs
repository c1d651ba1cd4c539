using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Solya.Workflows.Expressions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <summary>
/// The names that expressions may use: those of the graph's <see cref="Dialect"/>, <c>run</c>, and inside of a list
/// <c>item</c> and <c>index</c>.
/// </summary>
/// <param name="items">The items of the lists around, the innermost last.</param>
internal sealed class RunScope(Dialect dialect, RunState run, string iteration, IReadOnlyList<(JsonElement Item, int Index)> items) : IScope
{
    public bool TryResolve(string name, out Value value)
    {
        switch (name)
        {
            case "run":
                value = RunValue();
                return true;
            case "item" when items.Count > 0:
                value = Value.OfJson(items[^1].Item);
                return true;
            case "index" when items.Count > 0:
                value = Value.Of((long)items[^1].Index);
                return true;
        }

        return dialect switch
        {
            Dialect.Steps => TryResolveInSteps(name, out value),
            Dialect.Graph => TryResolveInGraph(name, out value),
        };
    }

    private bool TryResolveInSteps(string name, out Value value)
    {
        switch (name)
        {
            case "input":
                value = Value.OfJson(run.Input.Element);
                return true;
            case "state":
                value = Value.OfJson(run.State.Element);
                return true;
            case "steps":
                value = Value.Of(new StepValues(run, iteration));
                return true;
        }

        if (run.State.Element.TryGetProperty(name, out var found) || run.Input.Element.TryGetProperty(name, out found))
        {
            value = Value.OfJson(found);
            return true;
        }

        value = default;
        return false;
    }

    private bool TryResolveInGraph(string name, out Value value)
    {
        switch (name)
        {
            case "context":
                value = Value.OfJson(run.Input.Element);
                return true;
            case "nodes":
                value = Value.Of(new StepValues(run, iteration));
                return true;
        }

        // The bare name of a node that has not ended is missing; one that has ended without an output is null.
        value = default;
        return new StepValues(run, iteration).TryGetValue(name, out var node) && node.TryMember("output", out value);
    }

    private Value RunValue() => Value.Of(dialect switch
    {
        Dialect.Steps => StepsRunValue(),
        Dialect.Graph => new()
        {
            ["id"] = Value.Of(PublicId.Format(PublicId.FlowRun, run.RunId)),
            ["workflow_id"] = Value.Of(PublicId.Format(PublicId.Flow, run.WorkflowId)),
            ["created_at"] = Value.Of(Times.Timestamp.Format(run.CreatedAt)),
        },
    });

    private Dictionary<string, Value> StepsRunValue() => new()
    {
        ["id"] = Value.Of(PublicId.Format(PublicId.Run, run.RunId)),
        ["definitionId"] = Value.Of(PublicId.Format(PublicId.Definition, run.WorkflowId)),
        ["workspaceId"] = Value.Of(run.OrganizationId),
        ["createdAt"] = Value.Of(Times.Timestamp.Format(run.CreatedAt)),
    };

    /// <summary>The steps by name, looked up only when asked for: those of the same iteration, then of the ones around it.</summary>
    private sealed class StepValues(RunState run, string iteration) : IReadOnlyDictionary<string, Value>
    {
        public IEnumerable<string> Keys => run.Steps.Keys.Select(key => key.NodeId).Distinct();

        public IEnumerable<Value> Values => Keys.Select(name => this[name]);

        public int Count => Keys.Count();

        public Value this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Value value)
        {
            for (var around = iteration; ; around = around[..Math.Max(0, around.LastIndexOf('.'))])
            {
                if (run.Steps.TryGetValue(new(key, around), out var step) && !step.IsUntouched)
                {
                    value = ValueOf(step);
                    return true;
                }

                if (around.Length == 0)
                {
                    value = default;
                    return false;
                }
            }
        }

        public IEnumerator<KeyValuePair<string, Value>> GetEnumerator()
            => Keys.Select(name => new KeyValuePair<string, Value>(name, this[name])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private static Value ValueOf(StepState step)
        {
            var values = new Dictionary<string, Value> { ["status"] = Value.Of(step.Status.Text()) };
            if (step.Status.IsTerminal())
            {
                values["output"] = step.Output is { } output ? Value.OfJson(output.Element) : Value.Null;
            }

            if (step.Error is { } error)
            {
                values["error"] = Value.Of(new Dictionary<string, Value> { ["code"] = Value.Of(error.Code), ["message"] = Value.Of(error.Message) });
            }

            return Value.Of(values);
        }
    }
}
