using System.Text.Json.Nodes;

namespace Solya.Workflows.Api.Tests.V1;

/// <summary>What most tests ask of an answer of <c>/v1</c>; a failure shows the answer.</summary>
internal static class V1Expect
{
    public static JsonObject Success(int status, ApiAnswer answer)
    {
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {answer.Text}");
        Assert.Equal(["data", "success"], answer.Body.Select(field => field.Key).Order());
        return answer.Data;
    }

    public static JsonArray List(ApiAnswer answer, int? page, int pageSize, long total, long totalPages)
    {
        Assert.True(answer.StatusCode == 200, $"{answer.StatusCode}: {answer.Text}");
        Assert.Equal(["data", "meta", "success"], answer.Body.Select(field => field.Key).Order());
        var meta = answer.Body["meta"]!.AsObject();
        Assert.Equal(["page", "pageSize", "total", "totalPages"], meta.Select(field => field.Key).Order());
        Assert.Equal((page, pageSize, total, totalPages), ((int?)meta["page"], (int)meta["pageSize"]!, (long)meta["total"]!, (long)meta["totalPages"]!));
        return answer.Body["data"]!.AsArray();
    }

    public static void Error(int status, string code, ApiAnswer answer)
    {
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {answer.Text}");
        Assert.Equal(["error", "success"], answer.Body.Select(field => field.Key).Order());
        Assert.False((bool)answer.Body["success"]!);
        Assert.Equal(code, (string?)answer.Body["error"]!["code"]);
        Assert.NotEqual("", (string?)answer.Body["error"]!["message"]);
        Assert.Equal(status == 400, answer.Body["error"]!.AsObject().ContainsKey("details"));
    }

    /// <summary>A 400 that names exactly these paths.</summary>
    public static void Invalid(ApiAnswer answer, params string[] paths)
    {
        Error(400, "VALIDATION_ERROR", answer);
        var issues = answer.Body["error"]!["details"]!["issues"]!.AsArray();
        Assert.All(issues, issue => Assert.Equal(["message", "path"], issue!.AsObject().Select(field => field.Key).Order()));
        Assert.Equal(paths.Order(), issues.Select(issue => (string)issue!["path"]!).Order());
    }
}
