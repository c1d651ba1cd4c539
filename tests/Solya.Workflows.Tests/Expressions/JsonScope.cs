using System.Text.Json;
using Solya.Workflows.Expressions;

namespace Solya.Workflows.Tests.Expressions;

/// <summary>The members of a JSON object as names, and a count of how often they were asked for.</summary>
public sealed class JsonScope(string json) : IScope
{
    private readonly Value members = Value.OfJson(Parsed(json));

    public int Asked { get; private set; }

    public static JsonScope Empty => new("{}");

    public static JsonElement Parsed(string json)
        => JsonDocument.Parse(json, new() { MaxDepth = 1000 }).RootElement;

    public bool TryResolve(string name, out Value value)
    {
        Asked++;
        return members.TryMember(name, out value);
    }
}
