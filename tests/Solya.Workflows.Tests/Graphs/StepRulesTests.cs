using System.Text.Json;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>The rule of each field, with the path and the code that its breach is told by.</summary>
public class StepRulesTests
{
    private const string Named = "\"name\": \"a\"";
    private static readonly string Long = new('x', 101);

    [Theory]
    [InlineData("null", "steps INVALID_TYPE")]
    [InlineData("{}", "steps INVALID_TYPE")]
    [InlineData("[]", "steps INVALID_TYPE")]
    [InlineData("\"steps\"", "steps INVALID_TYPE")]
    [InlineData("[5]", "steps[0] INVALID_TYPE")]
    [InlineData("[[]]", "steps[0] INVALID_TYPE")]
    [InlineData("[null]", "steps[0] INVALID_TYPE")]
    public void Steps_are_a_list_of_objects(string steps, string fault) => Assert.Equal([fault], StepFaults.Of(steps));

    [Theory]
    [InlineData("\"type\": \"approval\"", "name REQUIRED")]
    [InlineData("\"name\": \"\", \"type\": \"approval\"", "name TOO_SHORT")]
    [InlineData("\"name\": \"LONG\", \"type\": \"approval\"", "name TOO_LONG")]
    [InlineData("\"name\": 5, \"type\": \"approval\"", "name INVALID_TYPE")]
    [InlineData("\"name\": null, \"type\": \"approval\"", "name INVALID_TYPE")]
    [InlineData("\"name\": \"\\ud800\", \"type\": \"approval\"", "name INVALID_TYPE")]
    [InlineData(Named, "type REQUIRED")]
    [InlineData(Named + ", \"type\": \"nothing\"", "type INVALID_VALUE")]
    [InlineData(Named + ", \"type\": \"Task\"", "type INVALID_VALUE")]
    [InlineData(Named + ", \"type\": []", "type INVALID_TYPE")]
    public void A_step_has_a_name_and_a_type(string fields, string fault) => IsFault(fields, fault);

    [Theory]
    [InlineData("", "handler REQUIRED")]
    [InlineData("\"handler\": 5", "handler INVALID_TYPE")]
    [InlineData("\"handler\": \"\"", "handler TOO_SHORT")]
    [InlineData("\"handler\": \"h\", \"config\": []", "config INVALID_TYPE")]
    [InlineData("\"handler\": \"h\", \"config\": null", "config INVALID_TYPE")]
    [InlineData("\"handler\": \"h\", \"config\": \"{{ input }}\"", "config INVALID_TYPE")]
    [InlineData("\"handler\": \"h\", \"config\": { \"x\": [ { \"y\": \"{{ 1 + }}\" } ] }", "config INVALID_EXPRESSION")]
    [InlineData("\"handler\": \"h\", \"config\": { \"x\": \"{{ a\" }", "config INVALID_EXPRESSION")]
    [InlineData("\"handler\": \"http.request\"", "config.method REQUIRED", "config.url REQUIRED")]
    [InlineData("\"handler\": \"http.request\", \"config\": { \"url\": \"u\" }", "config.method REQUIRED")]
    [InlineData("\"handler\": \"email.send\", \"config\": {}", "config.to REQUIRED", "config.subject REQUIRED")]
    [InlineData("\"handler\": \"plan.create_or_get\", \"config\": {}", "config.planType REQUIRED", "config.planName REQUIRED")]
    [InlineData("\"handler\": \"plan.add_items\", \"config\": { \"items\": [] }", "config.planId REQUIRED")]
    [InlineData("\"handler\": \"tasks.create\", \"config\": { \"domains\": [] }", "config.minConfidence REQUIRED", "config.perimeter REQUIRED")]
    public void A_task_has_a_handler_and_what_that_needs(string fields, params string[] faults)
        => IsFault($"{Named}, \"type\": \"task\"{(fields.Length > 0 ? ", " : "")}{fields}", faults);

    [Theory]
    [InlineData("", "durationMs REQUIRED")]
    [InlineData(", \"durationMs\": 5, \"untilTimestamp\": \"2026-05-23T06:00:05.000Z\"", "durationMs REQUIRED")]
    [InlineData(", \"durationMs\": -1", "durationMs OUT_OF_RANGE")]
    [InlineData(", \"durationMs\": 1.5", "durationMs INVALID_TYPE")]
    [InlineData(", \"durationMs\": 1e12", "durationMs OUT_OF_RANGE")]
    [InlineData(", \"durationMs\": \"5\"", "durationMs INVALID_TYPE")]
    [InlineData(", \"durationMs\": null", "durationMs INVALID_TYPE")]
    [InlineData(", \"durationMs\": [5]", "durationMs INVALID_TYPE")]
    [InlineData(", \"durationMs\": \"{{ a b }}\"", "durationMs INVALID_EXPRESSION")]
    [InlineData(", \"untilTimestamp\": \"tomorrow\"", "untilTimestamp INVALID_FORMAT")]
    [InlineData(", \"untilTimestamp\": \"2026-02-30T06:00:05.000Z\"", "untilTimestamp INVALID_FORMAT")]
    [InlineData(", \"untilTimestamp\": \"2026-05-23T06:00:05.000+02:00\"", "untilTimestamp INVALID_FORMAT")]
    [InlineData(", \"untilTimestamp\": \"\"", "untilTimestamp TOO_SHORT")]
    [InlineData(", \"untilTimestamp\": 5", "untilTimestamp INVALID_TYPE")]
    [InlineData(", \"untilTimestamp\": \"{{ \"", "untilTimestamp INVALID_EXPRESSION")]
    public void A_wait_has_a_duration_or_an_end(string fields, string fault) => IsFault($"{Named}, \"type\": \"wait\"{fields}", fault);

    [Theory]
    [InlineData("\"type\": \"external_event\"", "signalType REQUIRED")]
    [InlineData("\"type\": \"external_event\", \"signalType\": \"\"", "signalType TOO_SHORT")]
    [InlineData("\"type\": \"external_event\", \"signalType\": {}", "signalType INVALID_TYPE")]
    [InlineData("\"type\": \"external_event\", \"signalType\": \"{{ \"", "signalType INVALID_EXPRESSION")]
    [InlineData("\"type\": \"approval\", \"contentKey\": 5", "contentKey INVALID_TYPE")]
    [InlineData("\"type\": \"approval\", \"contentKey\": \"\"", "contentKey TOO_SHORT")]
    [InlineData("\"type\": \"approval\", \"prompt\": 5", "prompt INVALID_TYPE")]
    [InlineData("\"type\": \"approval\", \"prompt\": \"{{ ) }}\"", "prompt INVALID_EXPRESSION")]
    [InlineData("\"type\": \"approval\", \"approvers\": {}", "approvers INVALID_TYPE")]
    [InlineData("\"type\": \"approval\", \"approvers\": [\"{{ ) }}\"]", "approvers INVALID_EXPRESSION")]
    [InlineData("\"type\": \"approval\", \"onTimeout\": \"wait\"", "onTimeout INVALID_VALUE")]
    [InlineData("\"type\": \"approval\", \"onTimeout\": 5", "onTimeout INVALID_VALUE")]
    [InlineData("\"type\": \"approval\", \"onTimeout\": \"\\udfff\"", "onTimeout INVALID_VALUE")]
    [InlineData("\"type\": \"condition\"", "expression REQUIRED")]
    [InlineData("\"type\": \"condition\", \"expression\": true", "expression INVALID_TYPE")]
    [InlineData("\"type\": \"condition\", \"expression\": \"a &&\"", "expression INVALID_EXPRESSION")]
    [InlineData("\"type\": \"condition\", \"expression\": \"a\", \"trueStep\": 5", "trueStep INVALID_TYPE")]
    [InlineData("\"type\": \"condition\", \"expression\": \"a\", \"falseStep\": \"\"", "falseStep TOO_SHORT")]
    [InlineData("\"type\": \"parallel\"", "branches REQUIRED")]
    [InlineData("\"type\": \"parallel\", \"branches\": {}", "branches INVALID_TYPE")]
    [InlineData("\"type\": \"parallel\", \"branches\": []", "branches TOO_SHORT")]
    [InlineData("\"type\": \"parallel\", \"branches\": [[]]", "branches[0] INVALID_TYPE")]
    [InlineData("\"type\": \"parallel\", \"branches\": [5]", "branches[0] INVALID_TYPE")]
    [InlineData("\"type\": \"parallel\", \"branches\": [[[[]]]]", "branches[0][0] INVALID_TYPE")]
    [InlineData("\"type\": \"foreach\"", "items REQUIRED", "steps REQUIRED")]
    [InlineData("\"type\": \"foreach\", \"items\": {}, \"steps\": [5]", "items INVALID_TYPE", "steps[0] INVALID_TYPE")]
    [InlineData("\"type\": \"foreach\", \"items\": [], \"steps\": []", "steps TOO_SHORT")]
    [InlineData("\"type\": \"foreach\", \"items\": \"{{ in }}\", \"steps\": [ { \"name\": \"b\", \"type\": \"approval\" } ]", "items INVALID_EXPRESSION")]
    [InlineData("\"type\": \"foreach\", \"items\": [], \"steps\": [ { \"name\": \"b\", \"type\": \"approval\" } ], \"concurrency\": 0", "concurrency OUT_OF_RANGE")]
    [InlineData("\"type\": \"foreach\", \"items\": [], \"steps\": [ { \"name\": \"b\", \"type\": \"approval\" } ], \"concurrency\": 1001", "concurrency OUT_OF_RANGE")]
    [InlineData("\"type\": \"foreach\", \"items\": [], \"steps\": [ { \"name\": \"b\", \"type\": \"approval\" } ], \"concurrency\": \"1\"", "concurrency INVALID_TYPE")]
    public void Each_type_has_its_fields(string fields, params string[] faults) => IsFault($"{Named}, {fields}", faults);

    [Theory]
    [InlineData("\"timeoutMs\": 0", "timeoutMs OUT_OF_RANGE")]
    [InlineData("\"timeoutMs\": 1e400", "timeoutMs OUT_OF_RANGE")]
    [InlineData("\"timeoutMs\": -1e400", "timeoutMs OUT_OF_RANGE")]
    [InlineData("\"timeoutMs\": 1e15", "timeoutMs OUT_OF_RANGE")]
    [InlineData("\"timeoutMs\": 1.5", "timeoutMs INVALID_TYPE")]
    [InlineData("\"timeoutMs\": \"5\"", "timeoutMs INVALID_TYPE")]
    [InlineData("\"timeoutMs\": null", "timeoutMs INVALID_TYPE")]
    [InlineData("\"continueOnError\": \"true\"", "continueOnError INVALID_TYPE")]
    [InlineData("\"continueOnError\": null", "continueOnError INVALID_TYPE")]
    [InlineData("\"retry\": null", "retry INVALID_TYPE")]
    [InlineData("\"retry\": 3", "retry INVALID_TYPE")]
    [InlineData("\"retry\": { \"maxAttempts\": 0 }", "retry.maxAttempts OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"maxAttempts\": 21 }", "retry.maxAttempts OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"maxAttempts\": 2.5 }", "retry.maxAttempts INVALID_TYPE")]
    [InlineData("\"retry\": { \"backoffMs\": 99 }", "retry.backoffMs OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"multiplier\": 0.5 }", "retry.multiplier OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"multiplier\": 10.1 }", "retry.multiplier OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"multiplier\": \"2\" }", "retry.multiplier INVALID_TYPE")]
    [InlineData("\"retry\": { \"maxBackoffMs\": 1e308 }", "retry.maxBackoffMs OUT_OF_RANGE")]
    [InlineData("\"retry\": { \"jitter\": 1 }", "retry.jitter INVALID_TYPE")]
    public void What_every_step_may_say_has_bounds(string fields, string fault) => IsFault($"{Named}, \"type\": \"approval\", {fields}", fault);

    [Theory]
    [InlineData("\"timeoutMs\": 1.0")]
    [InlineData("\"timeoutMs\": 1e3")]
    [InlineData("\"retry\": { \"maxAttempts\": 1, \"backoffMs\": 100, \"multiplier\": 1, \"maxBackoffMs\": 100 }")]
    [InlineData("\"retry\": { \"maxAttempts\": 20, \"multiplier\": 10 }")]
    [InlineData("\"prompt\": \"\"")]
    [InlineData("\"approvers\": \"{{ input.approvers }}\"")]
    public void The_bounds_themselves_are_allowed(string fields) => Assert.Empty(StepFaults.Of($"[ {{ {Named}, \"type\": \"approval\", {fields} }} ]"));

    [Theory]
    [InlineData("""[ { "name": "x", "type": "approval" }, { "name": "x", "type": "approval" } ]""", "steps[1].name DUPLICATE")]
    [InlineData("""[ { "name": "x", "type": "approval" }, { "name": "p", "type": "parallel", "branches": [[ { "name": "x", "type": "approval" } ]] } ]""", "steps[1].branches[0][0].name DUPLICATE")]
    [InlineData("""[ { "name": "x", "type": "foreach", "items": [], "steps": [ { "name": "x", "type": "approval" } ] } ]""", "steps[0].steps[0].name DUPLICATE")]
    [InlineData("""[ { "name": "p", "type": "parallel", "branches": [[ { "name": "x", "type": "approval" } ], [ { "name": "x", "type": "approval" } ]] } ]""", "steps[0].branches[1][0].name DUPLICATE")]
    public void A_name_occurs_once_in_the_whole_definition(string steps, string fault) => Assert.Equal([fault], StepFaults.Of(steps));

    [Theory]
    [InlineData("\"trueStep\": \"before\"", "steps[1].trueStep BACKWARD_JUMP")]
    [InlineData("\"falseStep\": \"if\"", "steps[1].falseStep BACKWARD_JUMP")]
    [InlineData("\"trueStep\": \"nobody\"", "steps[1].trueStep UNKNOWN_STEP")]
    [InlineData("\"falseStep\": \"inside\"", "steps[1].falseStep UNKNOWN_STEP")]
    [InlineData("\"trueStep\": \"p\", \"falseStep\": \"last\"")]
    [InlineData("\"trueStep\": \"last\", \"falseStep\": \"last\"")]
    public void A_condition_leads_to_later_steps_of_its_own_list(string jumps, params string[] faults)
        => Assert.Equal(faults, StepFaults.Of($$"""
            [ { "name": "before", "type": "approval" },
              { "name": "if", "type": "condition", "expression": "a", {{jumps}} },
              { "name": "p", "type": "parallel", "branches": [[ { "name": "inside", "type": "approval" } ]] },
              { "name": "last", "type": "approval" } ]
            """));

    [Fact]
    public void A_fault_in_an_expression_says_what_is_wrong_with_it()
    {
        var fault = Assert.Single(StepsCompiler.Compile(JsonElement.Parse($$"""[ { {{Named}}, "type": "condition", "expression": "input.a ===" } ]""")).Faults);

        Assert.Equal("steps[0].expression", fault.Path);
        Assert.Contains("position", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_stands_in_a_field_the_compiler_answers()
    {
        string[] fields = ["name", "type", "handler", "config", "durationMs", "untilTimestamp", "signalType", "contentKey", "prompt", "approvers", "onTimeout", "expression", "trueStep", "falseStep", "branches", "items", "steps", "concurrency", "retry", "timeoutMs", "continueOnError", "\\ud800", "nam\\ud800"];
        string[] values = ["null", "true", "0", "-0", "1e400", "-1e400", "1e-400", "0.1", "12345678901234567890123", "\"\"", "\"x\"", "\"{{\"", "\"{{ }}\"", "\"\\ud800\"", "\"\\ud800{{ a }}\"", "\"\\u0000\"", "[]", "[[]]", "[[[[[[[[]]]]]]]]", "[{}]", "[[{}]]", "{}", "{ \"\\ud800\": 1 }", "{ \"meth\\ud800\": 1 }", "{ \"a\": { \"b\": [] } }", "{ \"maxAttempts\": 1e400, \"backoffMs\": [], \"multiplier\": 1e400, \"jitter\": {} }"];
        foreach (var type in new[] { "task", "wait", "external_event", "approval", "condition", "parallel", "foreach" })
        {
            foreach (var field in fields)
            {
                foreach (var value in values)
                {
                    var others = new Dictionary<string, string> { ["name"] = "\"a\"", ["type"] = $"\"{type}\"", ["handler"] = "\"h\"", ["signalType"] = "\"s\"", ["expression"] = "\"a\"", ["branches"] = "[[{ \"name\": \"b\", \"type\": \"approval\" }]]", ["items"] = "[]", ["steps"] = "[{ \"name\": \"b\", \"type\": \"approval\" }]" };
                    others[field] = value;
                    StepFaults.Of($"[ {{ {string.Join(", ", others.Select(other => $"\"{other.Key}\": {other.Value}"))} }} ]");
                }
            }
        }
    }

    private static void IsFault(string fields, params string[] faults)
        => Assert.Equal(faults.Select(fault => $"steps[0].{fault}"), StepFaults.Of($"[ {{ {fields.Replace("LONG", Long, StringComparison.Ordinal)} }} ]"));
}
