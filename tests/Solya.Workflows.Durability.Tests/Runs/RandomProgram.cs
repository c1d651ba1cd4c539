using System.Globalization;
using System.Text;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>Draws workflows of every type of steps. All their waits have an end within seconds, or somebody who may end them.</summary>
internal sealed class RandomProgram(Random random, string receiver)
{
    public const string Handler = "chaos.work";

    public static readonly string[] Signals = ["red", "green"];

    private int _names;

    /// <summary>A JSON array of steps.</summary>
    public string Draw() => Steps(random.Next(1, 6), depth: 0);

    private string Steps(int count, int depth)
    {
        var steps = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            steps.Append(i == 0 ? "" : ",").Append(Step(depth));
        }

        return steps.Append(']').ToString();
    }

    private string Step(int depth)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"s{_names++}");
        var common = $"\"name\":\"{name}\"{(random.Next(4) == 0 ? ",\"continueOnError\":true" : "")}";
        const string retry = "\"retry\":{\"maxAttempts\":4,\"backoffMs\":100}";
        return random.Next(depth < 2 ? 12 : 9) switch
        {
            0 => $$$"""{{{{common}}},"type":"task","handler":"state.set","config":{"{{{name}}}":"{{ run.id }}"}}""",
            1 => $$"""{{{common}},"type":"task","handler":"effect.noop",{{retry}}}""",
            2 or 3 => $$"""{{{common}},"type":"task","handler":"http.request","config":{"method":"POST","url":"{{receiver}}?ms={{random.Next(3) * 100}}"},{{retry}}}""",
            4 => $$"""{{{common}},"type":"wait","durationMs":{{random.Next(50, 900)}}}""",
            5 => $$"""{{{common}},"type":"external_event","signalType":"{{Signals[random.Next(Signals.Length)]}}"{{Timeout()}}}""",
            6 => $$"""{{{common}},"type":"approval","onTimeout":"{{(random.Next(2) == 0 ? "fail" : "approve")}}"{{Timeout()}}}""",
            7 => $$$"""
                {{{{common}}},"type":"task","handler":"tasks.create",{{{retry}}},"config":{"domains":["restock"],"minConfidence":0,"perimeter":[
                  {"variantId":"{{ run.id }}","shopId":"{{{name}}}"}]}}
                """,
            8 => $$"""{{{common}},"type":"task","handler":"{{Handler}}","timeoutMs":4000,{{retry}}}""",
            9 => $$"""{{{common}},"type":"parallel","branches":[{{Steps(random.Next(1, 3), depth + 1)}},{{Steps(random.Next(1, 3), depth + 1)}}]}""",
            10 => $$"""{{{common}},"type":"foreach","items":[1,2,3],"concurrency":{{random.Next(1, 4)}},"steps":{{Steps(random.Next(1, 3), depth + 1)}}}""",
            _ => $$"""{{{common}},"type":"condition","expression":"{{(random.Next(2) == 0 ? "1 < 2" : "input.absent")}}"}""",
        };
    }

    private string Timeout() => random.Next(2) == 0 ? $",\"timeoutMs\":{random.Next(200, 2_500).ToString(CultureInfo.InvariantCulture)}" : "";
}
