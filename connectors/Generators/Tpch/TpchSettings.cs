using System.Globalization;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>The options of connector = 'tpch': `tpch.table` and `tpch.scale` (default 1).</summary>
internal sealed record TpchSettings(TpchTable Table, TpchScale Scale)
{
    internal static TpchSettings Parse(SourceDefinition definition)
    {
        var options = new SourceOptions(TpchConnector.ConnectorName, definition);
        const string example = "lineitem";
        _ = options.Required("tpch.table", example);
        string table = options.OneOf("tpch.table", [.. Enum.GetNames<TpchTable>().Select(n => n.ToLowerInvariant())]) ?? example;
        string factor = options.Text("tpch.scale") ?? "1";
        options.RefuseUnknown();
        if (!decimal.TryParse(factor, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            || value is < 0.001m or > 1000)
        {
            throw options.Invalid("tpch.scale", factor, "a number from 0.001 to 1000");
        }

        return new TpchSettings(Enum.Parse<TpchTable>(table, ignoreCase: true), new TpchScale(value));
    }
}
