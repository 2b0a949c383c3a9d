using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>WITH (...) of a sink.</summary>
internal sealed class SinkOptions
{
    /// <summary>Every option by its lower-case name.</summary>
    internal required IReadOnlyDictionary<string, string> Values { get; init; }

    internal bool WithSnapshot => !IsFalse("snapshot");

    internal static SinkOptions Bind(DefinitionContext context, CreateSinkStatement statement, bool intoTable)
    {
        if (statement.Format is not null && intoTable)
        {
            throw Invalid("connector table is not supported by FORMAT ... ENCODE ... syntax", statement.Format.Position);
        }

        var options = new SinkOptions { Values = WithOptions.Texts(statement.Options) };
        string? connector = options.Values.GetValueOrDefault("connector");
        if (connector == "table" || (intoTable && connector is not null))
        {
            throw Invalid(
                intoTable ? "a sink into a table takes no connector" : "unsupported sink type table", statement.Position);
        }

        if (!intoTable)
        {
            CheckConnector(statement, connector);
        }

        foreach (var option in statement.Options)
        {
            CheckOption(context, option, connector);
        }

        return options;
    }

    /// <summary>Whether only insertions leave, for a query that is append-only or not.</summary>
    internal bool InsertsOnly(bool queryIsAppendOnly, int position)
    {
        string? type = Values.GetValueOrDefault("type")?.ToLowerInvariant();
        bool forced = IsTrue("force_append_only");
        switch (type)
        {
            case null:
                return queryIsAppendOnly || forced;
            case "append-only":
                return queryIsAppendOnly || forced ? true : throw new SqlException(
                    SqlState.InvalidParameterValue, "The sink cannot be append-only.", position,
                    hint: "Add force_append_only = 'true' to drop deletions and turn updates into insertions.");
            case "upsert":
                return forced ? throw Invalid("force_append_only needs type = 'append-only'", position) : queryIsAppendOnly;
            case "debezium":
                return queryIsAppendOnly;
            default:
                throw Invalid($"sink type \"{type}\" is unknown", position);
        }
    }

    private static void CheckConnector(CreateSinkStatement statement, string? connector)
    {
        switch (connector)
        {
            case "blackhole":
                return;
            case null:
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"sink \"{statement.Name.Name}\" names no connector", statement.Position,
                    hint: "WITH (connector = 'blackhole', ...), or CREATE SINK ... INTO table.");
            default:
                throw DefinitionContext.Unsupported($"sink connector '{connector}'", statement.Position);
        }
    }

    private static void CheckOption(DefinitionContext context, Option option, string? connector)
    {
        string name = option.Name.ToLowerInvariant();
        if (name is "connector" or "type" or "force_append_only" or "snapshot" or WithOptions.OnErrorName)
        {
            return;
        }

        if (name == "primary_key" || WithOptions.IsClusterKnob(name))
        {
            WithOptions.NotifyNoEffect(context, option.Name);
            return;
        }

        if (connector is null)
        {
            throw WithOptions.Unexpected(option);
        }

        WithOptions.NotifyNoEffect(context, option.Name);
    }

    private bool IsTrue(string name) => Values.GetValueOrDefault(name)?.ToLowerInvariant() is "true" or "t" or "on" or "1";

    private bool IsFalse(string name) => Values.GetValueOrDefault(name)?.ToLowerInvariant() is "false" or "f" or "off" or "0";

    private static SqlException Invalid(string message, int position) => new(SqlState.InvalidParameterValue, message, position);
}
