using System.Text;
using Xunit.Abstractions;

namespace Solya.Workflows.Api.Tests.Validation;

/// <summary>Damaged bodies on every route: the service always answers, and never with its own failure.</summary>
public class FuzzTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private const int Bodies = 400;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-0", "-1", "1.0", "1e400", "-1e400", "1e-400", "1e131071", "9007199254740993", "9223372036854775808", "79228162514264337593543950336",
        "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"😀\"", "\"2026-05-23T06:00:05Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00Z\"",
        "\"RUNNING\"", "\"PENDING\"", "\"SUCCEEDED\"", "\"COMPLETED\"", "\"CANCELLED\"", "\"DRAFT\"", "\"CLOSED\"", "\"DONE\"", "\"restock\"", "\"ACTION\"", "\"TRIGGER\"",
        "{}", "[]", "[null]", "[{}]", "[[]]", "{\"a\":1,\"a\":2}", "{\"nodes\":[],\"edges\":[]}", "[{\"variantId\":\"v\",\"shopId\":\"s\"}]", "[\"restock\",\"restock\"]",
    ];

    [Theory]
    [MemberData(nameof(Routes.BodyRoutes), MemberType = typeof(Routes))]
    public async Task No_body_makes_the_service_fail(string name)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SOLYA_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"SOLYA_TEST_SEED={seed}");
        var random = new Random(seed);
        var route = Routes.Named(name);
        using var client = api.CreateClient();
        var id = await RealIdAsync(client, route);
        for (var i = 0; i < Bodies; i++)
        {
            var body = random.Next(2) == 0 ? DamageBytes(random, route) : DamageFields(random, route);
            var answer = await client.SendBytesAsync(route, body, id: random.Next(4) == 0 ? null : id);

            var about = $"seed {seed}, body {i}: {answer.StatusCode} {answer.Text} for {Encoding.UTF8.GetString(body)}";
            Assert.True(answer.StatusCode < 500, about);
            if (answer.StatusCode == 400)
            {
                Assert.True(answer.Body["fieldErrors"]!.AsArray().Count > 0, about);
                Assert.All(answer.Fields, field => Assert.NotNull(field));
            }
            else
            {
                Assert.True(answer.StatusCode is 200 or 404 or 409, about);
            }
        }
    }

    private static byte[] DamageBytes(Random random, BodyRoute route)
    {
        var bytes = Encoding.UTF8.GetBytes(route.Example).ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(place);
                    break;
                case 2:
                    bytes.Insert(place, (byte)"{}[]\",:\\u0e-1"[random.Next(13)]);
                    break;
                default:
                    bytes.RemoveRange(place, Math.Min(random.Next(10), bytes.Count - place));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] DamageFields(Random random, BodyRoute route)
    {
        var fields = route.ExampleObject().Select(field => (field.Key, Value: field.Value?.ToJsonString() ?? "null")).ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var place = random.Next(fields.Count);
            switch (random.Next(5))
            {
                case 0 when fields.Count > 1:
                    fields.RemoveAt(place);
                    break;
                case 1:
                    fields.Add(fields[place]);
                    break;
                case 2:
                    fields.Add((route.Fields.Keys.ElementAt(random.Next(route.Fields.Count)), Values[random.Next(Values.Length)]));
                    break;
                default:
                    fields[place] = (fields[place].Key, Values[random.Next(Values.Length)]);
                    break;
            }
        }

        return Encoding.UTF8.GetBytes($"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}");
    }

    // Of the organization that the examples name, so that a body which is still valid does something.
    private static async Task<string?> RealIdAsync(HttpClient client, BodyRoute route)
    {
        async Task<string> MakeAsync(BodyRoute with, string field)
            => (string)(await client.SendAsync(with, with.Example)).Data[field]!;

        if (route == Routes.PatchRun || route == Routes.Heartbeat || route == Routes.CreateStep)
        {
            return await MakeAsync(Routes.CreateRun, "id");
        }

        if (route == Routes.PatchStep)
        {
            var run = await MakeAsync(Routes.CreateRun, "id");
            return (string)(await client.SendAsync(Routes.CreateStep, Routes.CreateStep.Example, run)).Data["stepId"]!;
        }

        if (route == Routes.PatchTask)
        {
            await client.SendAsync(Routes.TaskCreate, Routes.TaskCreate.Example);
            var tasks = await client.SendAsync(HttpMethod.Get, "/tasks?organizationId=org");
            return (string)tasks.Data["items"]![0]!["id"]!;
        }

        return route == Routes.PatchPlan ? await MakeAsync(Routes.CreateOrGetPlan, "planId")
            : route == Routes.PatchWorkflow ? await MakeAsync(Routes.CreateWorkflow, "id")
            : null;
    }
}
