using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.DataPlatform;

/// <summary>What most tests ask of an answer; a failure shows the answer.</summary>
internal static class Expect
{
    public static JsonObject Ok(ApiAnswer answer)
    {
        Assert.True(answer.StatusCode == 200, answer.Text);
        return answer.Data;
    }

    public static void Error(int status, string errorCode, ApiAnswer answer)
    {
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {answer.Text}");
        Assert.Equal(errorCode, answer.ErrorCode);
        Assert.False((bool)answer.Body["success"]!);
        Assert.Equal(status == 400, answer.Body.ContainsKey("fieldErrors"));
    }

    public static void Invalid(ApiAnswer answer, params string[] fields)
    {
        Error(400, "VALIDATION_ERROR", answer);
        Assert.Equal(fields.Order(), answer.Fields.Order());
    }

    /// <summary>The object holds exactly these keys, in any order.</summary>
    public static void Keys(string[] keys, JsonObject data) => Assert.Equal(keys.Order(), data.Select(field => field.Key).Order());

    public static void Same(JsonNode? expected, JsonNode? actual)
        => Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected {expected?.ToJsonString()}\nActual   {actual?.ToJsonString()}");

    public static DateTimeOffset Instant(JsonNode? value)
    {
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)value);
        return DateTimeOffset.Parse((string)value!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
