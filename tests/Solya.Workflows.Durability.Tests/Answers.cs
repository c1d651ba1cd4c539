using System.Diagnostics;

namespace Solya.Workflows.Durability.Tests;

/// <summary>What the service may answer while its database comes and goes.</summary>
internal static class Answers
{
    /// <summary>200, or 503 with <c>Retry-After</c> and the face's own error; never anything else.</summary>
    public static void AreSuccessesOr503(IEnumerable<Write> writes)
        => Assert.All(writes.Where(write => write.Answer is not null), write => Assert.True(
            write.IsAcknowledged || (write.Answer!.StatusCode == 503
                && write.Answer.ErrorCode == "DATABASE_UNAVAILABLE"
                && write.Answer.Message.Headers.RetryAfter is not null
                && (write.IsRefused || write.IsUnknown)),
            write.ToString()));

    /// <summary>No request met a failure that the service did not foresee; if one did, what it logged of it.</summary>
    public static void MetNothingUnexpected(ServiceProcess service)
    {
        var failures = service.Output.Split('\n').Where(line => line.Contains("failed unexpectedly", StringComparison.Ordinal)).ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    public static void CameWithin(TimeSpan limit, IEnumerable<Write> writes)
        => Assert.All(writes, write => Assert.True(write.Took <= limit, write.ToString()));

    /// <summary>Sends reads of every sort at once: each is 503 within 3 s and says nothing of an outcome.</summary>
    public static async Task ToReadsAre503Async(HttpClient client, IEnumerable<string> reads)
        => await Task.WhenAll(reads.Select(async path =>
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await client.SendAsync(HttpMethod.Get, path);
            Assert.True(answer.StatusCode == 503, $"{path}: {answer.StatusCode} {answer.Text}");
            Assert.NotNull(answer.Message.Headers.RetryAfter);
            Assert.Null(answer.Body["outcome"]);
            Assert.True(Stopwatch.GetElapsedTime(asked) <= TimeSpan.FromSeconds(3), $"{path}: 503 after {Stopwatch.GetElapsedTime(asked)}");
        }));

    public static async Task<int> HealthAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return (int)answer.StatusCode;
    }
}
