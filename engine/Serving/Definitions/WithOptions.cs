using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>WITH (...) of definitions: option texts, and RisingWave's options that steer its cluster.</summary>
internal static class WithOptions
{
    private static readonly HashSet<string> _clusterKnobs = new(StringComparer.Ordinal)
    {
        "backfill_order", "backfill_parallelism", "backfill_rate_limit", "cloud.serverless_backfill_enabled", "dml_rate_limit",
        "parallelism", "resource_group", "sink_decouple", "sink_rate_limit", "source_rate_limit", "streaming_rate_limit",
        "commit_checkpoint_interval",
    };

    internal const string OnErrorName = "on_error";

    /// <summary>Whether the statement says what failing rows do: then they are kept in a relation of their own.</summary>
    internal static bool SaysOnError(SyntaxList<Option> options) =>
        options.Any(o => o.Name.Equals(OnErrorName, StringComparison.OrdinalIgnoreCase));

    /// <summary>on_error = 'null' (the default), 'quarantine' or 'fail'.</summary>
    internal static OnError OnErrorOf(SyntaxList<Option> options, bool canQuarantine = true)
    {
        var option = options.FirstOrDefault(o => o.Name.Equals(OnErrorName, StringComparison.OrdinalIgnoreCase));
        return (option?.Value as TextOption)?.Text.ToLowerInvariant() switch
        {
            "null" => OnError.Null,
            "fail" => OnError.Fail,
            "quarantine" => canQuarantine ? OnError.Quarantine
                : throw DefinitionContext.Unsupported("on_error = 'quarantine' of a sink", option!.Position),
            _ when option is null => OnError.Null,
            _ => throw new SqlException(
                SqlState.InvalidParameterValue, $"on_error = {option.Value} is not known", option.Position,
                hint: "It can be 'null' (the expression is NULL), 'quarantine' (the row is left out) or 'fail' (the view stops)."),
        };
    }

    /// <summary>Options by lower-case name. Errors: an option given twice, a value that is no text.</summary>
    internal static Dictionary<string, string> Texts(SyntaxList<Option> options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            string value = option.Value switch
            {
                TextOption text => text.Text,
                BackfillOrderOption order => order.ToString(),
                _ => throw DefinitionContext.Unsupported($"the value of option \"{option.Name}\"", option.Position),
            };
            if (!values.TryAdd(option.Name.ToLowerInvariant(), value))
            {
                throw new SqlException(SqlState.SyntaxError, $"Duplicated option: \"{option.Name}\"", option.Position);
            }
        }

        return values;
    }

    /// <summary>
    /// backfill_order = FIXED (a -> b, ...) has no effect here, but it must make sense: relations the query reads, no cycle.
    /// </summary>
    internal static void CheckBackfillOrder(
        DefinitionContext context, SyntaxList<Option> options, IReadOnlyList<int> reads)
    {
        var edges = options.Select(o => o.Value).OfType<BackfillOrderOption>().SelectMany(o => o.Edges)
            .Select(e => (First: Read(context, e.First, reads), Then: Read(context, e.Then, reads))).ToList();
        var left = edges.SelectMany(e => (int[])[e.First, e.Then]).ToHashSet();
        while (left.Count > 0)
        {
            int free = left.FirstOrDefault(id => !edges.Exists(e => e.Then == id && left.Contains(e.First)), -1);
            if (free < 0)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "backfill_order has a cycle", options[0].Position);
            }

            left.Remove(free);
        }
    }

    private static int Read(DefinitionContext context, QualifiedName name, IReadOnlyList<int> reads)
    {
        int id = context.Relation(name).Id;
        return reads.Contains(id) ? id : throw new SqlException(
            SqlState.InvalidParameterValue, $"backfill_order names \"{name.Name}\", which the query does not read", name.Position);
    }

    /// <summary>Whether the option is one of RisingWave's that has nothing to steer here.</summary>
    internal static bool IsClusterKnob(string name) => _clusterKnobs.Contains(name.ToLowerInvariant());

    /// <summary>Options of a definition that takes only cluster knobs: each gets a NOTICE, others are refused.</summary>
    internal static void AcceptKnobs(DefinitionContext context, SyntaxList<Option> options)
    {
        _ = Texts(options);
        foreach (var option in options.Where(o => !o.Name.Equals(OnErrorName, StringComparison.OrdinalIgnoreCase)))
        {
            if (!IsClusterKnob(option.Name))
            {
                throw Unexpected(option);
            }

            NotifyNoEffect(context, option.Name);
        }
    }

    internal static void NotifyNoEffect(DefinitionContext context, string name) => context.Session.Notify(
        "NOTICE", SqlState.Warning, $"option \"{name}\" is accepted and has no effect here");

    internal static SqlException Unexpected(Option option) => new(
        SqlState.InvalidParameterValue, $"unexpected options in WITH clause: \"{option.Name}\"", option.Position);
}
