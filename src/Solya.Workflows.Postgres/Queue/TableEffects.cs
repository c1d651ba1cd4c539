using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Plans;
using Solya.Workflows.Postgres.Failures;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Tasks;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>The effects of steps on the service's own tables: plans and tasks, as the data platform's routes make them, and runs.</summary>
internal static class TableEffects
{
    private const int MaxName = 255;
    private const int MaxItems = 100_000;
    private const int MaxCandidates = 300_000;

    /// <summary>Does the effect in the connection's open transaction; a refusal leaves nothing of it behind.</summary>
    public static async Task<Fact> ExecuteAsync(
        IServiceProvider services, NpgsqlConnection connection, RunState run, EffectStart effect, CancellationToken ct)
    {
        var step = effect.Step;
        Fact Failed(string code, string message, string? details = null)
            => new EffectFailed(step.Key, step.Attempt, new(code, message, details), IsRetryable: false);

        await using (var savepoint = new NpgsqlCommand("SAVEPOINT effect", connection))
        {
            await savepoint.ExecuteNonQueryAsync(ct);
        }

        var ambient = services.GetRequiredService<AmbientTransaction>();
        ambient.Connection = connection;
        try
        {
            return effect.Node.Handler switch
            {
                BuiltInHandlers.CreateOrGetPlan => await CreateOrGetPlanAsync(services.GetRequiredService<PlanRepository>(), run, step, ct),
                BuiltInHandlers.AddItemsToPlan => await AddItemsAsync(services.GetRequiredService<PlanRepository>(), run, step, ct),
                BuiltInHandlers.CreateTasks => await CreateTasksAsync(services.GetRequiredService<TaskRepository>(), run, step, ct),
                BuiltInHandlers.TriggerWorkflow => await ChildRuns.StartAsync(
                    connection, services.GetRequiredService<IdGenerator>(), run, step, (SubWorkflowNode)effect.Node, ct),
                _ => throw new InvalidOperationException($"'{effect.Node.Handler}' is no effect on the service's own tables."),
            };
        }
        catch (InvalidConfigException wrong)
        {
            return Failed(StepError.InvalidConfig, wrong.Message);
        }
        catch (PostgresException refused) when (DatabaseFailure.Classify(refused, writing: true) is null)
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK TO SAVEPOINT effect", connection);
            await rollback.ExecuteNonQueryAsync(ct);
            return Failed("EFFECT_REFUSED", $"The database refused the effect ({refused.SqlState}): {refused.MessageText}");
        }
        finally
        {
            ambient.Connection = null;
        }
    }

    private static async Task<Fact> CreateOrGetPlanAsync(PlanRepository plans, RunState run, StepState step, CancellationToken ct)
    {
        var config = step.Config!.Element;
        var type = Enum<PlanType>(config, "planType");
        var name = Text(config, "planName", MaxName);
        var (planId, isNew) = await plans.CreateOrGetPlanAsync(new(run.OrganizationId, type, name, RunName(run)), ct);
        return Done(step, writer =>
        {
            writer.WriteString("planId", PublicId.Format(PublicId.Plan, planId));
            writer.WriteString("planName", name);
            writer.WriteString("planType", type.Text());
            writer.WriteBoolean("isNew", isNew);
        });
    }

    private static async Task<Fact> AddItemsAsync(PlanRepository plans, RunState run, StepState step, CancellationToken ct)
    {
        var config = step.Config!.Element;
        var given = Text(config, "planId", MaxName);
        var items = new List<PlanAddition.Entry>();
        foreach (var (place, item) in Array(config, "items", 1, MaxItems).EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"items[{place}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidConfigException($"'{path}' must be an object.");
            }

            items.Add(new(Text(item, "variantId", int.MaxValue, path), OptionalText(item, "shopId", path), item.GetRawText()));
        }

        if (PublicId.Parse(PublicId.Plan, given) is not { } planId)
        {
            return PlanNotFound(step, given);
        }

        var receipt = await plans.AddItemsAsync(new(run.OrganizationId, planId, items, RunName(run)), ct);
        return receipt.Outcome switch
        {
            PlanOutcome.Recorded => Done(step, writer =>
            {
                writer.WriteNumber("addedCount", receipt.Added);
                writer.WriteNumber("skippedCount", receipt.Skipped);
                writer.WriteStartArray("errors");
                writer.WriteEndArray();
            }),
            PlanOutcome.PlanNotFound => PlanNotFound(step, given),
            PlanOutcome.PlanClosed => new EffectFailed(
                step.Key,
                step.Attempt,
                new("PLAN_CLOSED", "Plan is closed and cannot receive new items", Json.Write(writer =>
                {
                    writer.WriteString("planId", given);
                    writer.WriteString("planStatus", receipt.Status?.Text());
                })),
                IsRetryable: false),
        };
    }

    private static async Task<Fact> CreateTasksAsync(TaskRepository tasks, RunState run, StepState step, CancellationToken ct)
    {
        var config = step.Config!.Element;
        var domains = Array(config, "domains", 1, 1_000).EnumerateArray()
            .Select(domain => domain.ValueKind == JsonValueKind.String && WireText<TaskDomain>.TryParse(domain.GetString()!, out var value)
                ? value
                : throw new InvalidConfigException($"'domains' must name {string.Join(", ", WireText<TaskDomain>.All)}."))
            .Distinct()
            .ToList();
        if (!config.TryGetProperty("minConfidence", out var confidence) || confidence.ValueKind != JsonValueKind.Number || confidence.GetDouble() is not (>= 0 and <= 1))
        {
            throw new InvalidConfigException("'minConfidence' must be a number from 0 to 1.");
        }

        var candidates = new HashSet<Candidate>();
        foreach (var (place, pair) in Array(config, "perimeter", 0, MaxCandidates).EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"perimeter[{place}]");
            if (pair.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidConfigException($"'{path}' must be an object.");
            }

            var (variant, shop) = (Text(pair, "variantId", int.MaxValue, path), Text(pair, "shopId", int.MaxValue, path));
            foreach (var domain in domains)
            {
                candidates.Add(new(domain, variant, shop));
            }
        }

        if (candidates.Count > MaxCandidates)
        {
            throw new InvalidConfigException($"'perimeter' times 'domains' may be at most {MaxCandidates} candidates.");
        }

        var result = await tasks.CreateTasksAsync(new(run.OrganizationId, [.. candidates], confidence.GetDouble(), RunName(run)), ct);
        return Done(step, writer =>
        {
            writer.WriteNumber("created", result.Created);
            writer.WriteString("successCode", "WORKFLOW_TASKS_CREATED");
            writer.WriteNumber("suppressed", result.Suppressed);
            writer.WriteNumber("updated", result.Updated);
            writer.WriteString("workflowRunId", RunName(run));
        });
    }

    private static EffectFailed PlanNotFound(StepState step, string planId)
        => new(step.Key, step.Attempt, new("PLAN_NOT_FOUND", $"There is no plan '{planId}'."), IsRetryable: false);

    private static EffectSucceeded Done(StepState step, Action<Utf8JsonWriter> write) => new(step.Key, step.Attempt, new(Json.Write(write)));

    private static string RunName(RunState run) => PublicId.Format(PublicId.Run, run.RunId);

    private static TEnum Enum<TEnum>(JsonElement config, string name)
        where TEnum : struct, Enum
        => config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && WireText<TEnum>.TryParse(value.GetString()!, out var parsed)
            ? parsed
            : throw new InvalidConfigException($"'{name}' must be one of {string.Join(", ", WireText<TEnum>.All)}.");

    private static string Text(JsonElement config, string name, int most, string? path = null)
        => config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= most
            ? text
            : throw new InvalidConfigException($"'{(path is null ? name : $"{path}.{name}")}' must be a text{(most == int.MaxValue ? "" : $" of 1 to {most} characters")}.");

    private static string? OptionalText(JsonElement config, string name, string path)
        => config.TryGetProperty(name, out _) ? Text(config, name, int.MaxValue, path) : null;

    private static JsonElement Array(JsonElement config, string name, int least, int most)
        => config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= least && value.GetArrayLength() <= most
            ? value
            : throw new InvalidConfigException($"'{name}' must be a list of {least} to {most} entries.");

    private sealed class InvalidConfigException(string message) : Exception(message);
}
