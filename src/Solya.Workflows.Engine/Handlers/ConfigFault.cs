using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>What is wrong with which field of a config.</summary>
internal sealed record ConfigFault(string Field, string Message)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Another attempt has the same config, so none may help.</summary>
    public EffectResult ToResult(string code) => EffectResult.Failed(
        code, Message, retryable: false, new JsonObject { ["field"] = Field }.ToJsonString(Readable));
}
