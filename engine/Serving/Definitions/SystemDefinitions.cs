using Vectorized.Engine.Budget;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>
/// ALTER SYSTEM: a session setting's default for sessions that start later (and the value in this one), the memory limit, or a
/// parameter of RisingWave's cluster, which is kept and does nothing.
/// </summary>
internal static class SystemDefinitions
{
    internal static bool Alter(DefinitionContext context, AlterSystemStatement statement)
    {
        string? value = statement.IsDefault ? null : SessionCommands.ValueText(statement.Values);
        if (SettingTable.TryFind(statement.Name) is { } setting)
        {
            context.Editor.SetSystem(setting.Name, value is null ? null : setting.Validate(value));
            context.Session.Settings.Set(setting.Name, value);
            return true;
        }

        string name = statement.Name.ToLowerInvariant();
        if (!SystemParameters.IsKnown(name))
        {
            throw new SqlException(
                SqlState.UndefinedObject, $"unrecognized configuration parameter \"{statement.Name}\"", statement.Position,
                hint: "SHOW ALL lists the settings.");
        }

        if (name == SystemParameters.Memory)
        {
            context.Editor.SetSystem(name, value is null ? null : MemoryLimit(value, statement.Position));
            return true;
        }

        context.Session.Notify("NOTICE", SqlState.Warning, $"system parameter {name} is accepted and has no effect here");
        context.Editor.SetSystem(name, value);
        return true;
    }

    /// <summary>A limit below what an idle server needs would refuse everything.</summary>
    private static string MemoryLimit(string value, int position) => MemorySize.TryParse(value) is >= MemoryBudget.LimitBytesMin
        ? value
        : throw new SqlException(
            SqlState.InvalidParameterValue, $"invalid value for parameter \"{SystemParameters.Memory}\": \"{value}\"", position,
            hint: $"A size of at least {MemorySize.Format(MemoryBudget.LimitBytesMin)} is wanted, such as 4GiB.");
}
