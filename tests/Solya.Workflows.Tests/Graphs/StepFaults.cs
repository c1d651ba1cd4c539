using System.Text.Json;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Tests.Graphs;

internal static class StepFaults
{
    /// <summary>What is wrong with a list of steps, as path and code; a list that is wrong has no graph.</summary>
    public static IReadOnlyList<string> Of(string steps)
    {
        var compiled = StepsCompiler.Compile(JsonElement.Parse(steps, new() { MaxDepth = 512 }));
        Assert.Equal(compiled.Faults.Count > 0, compiled.Graph is null);
        return [.. compiled.Faults.Select(fault => $"{fault.Path} {fault.Code}")];
    }
}
