using System.Globalization;
using System.Text;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Nexmark;

/// <summary>The bounded side input of q13: a table of 10,000 keys and their text.</summary>
internal static class NexmarkSideInput
{
    private const string Name = "side_input";
    private const int RowCount = 10_000;
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar];

    internal static string Create(string schema) => $"CREATE TABLE {schema}.{Name} (key bigint PRIMARY KEY, value varchar); "
        + $"INSERT INTO {schema}.{Name} SELECT v, v::varchar FROM generate_series(0, {RowCount - 1}) AS g(v)";

    internal static CatalogRelation Describe(int id) => new()
    {
        Id = id,
        Name = Name,
        Owner = CatalogSnapshot.RootUser,
        SchemaId = CatalogSnapshot.PublicSchemaId,
        Kind = RelationKind.Table,
        Columns = [new CatalogColumn("key", SqlType.Int64) { NotNull = true }, new CatalogColumn("value", SqlType.Varchar)],
        PrimaryKey = [0],
        Key = [0],
    };

    internal static RelationOutput Build(DataflowGraph graph, int id)
    {
        var spec = new ArrangementSpec(Name, _types, [0], AppendOnly: false, [[0]], HashSeed: 42);
        return TableBuilder.Build(
            graph, id, Name, _types, [.. graph.Parts.Select(p => new Arrangement(spec, p.State))], Partitioning.Hash([0]));
    }

    internal static OwnedBatch Rows()
    {
        var rows = new BatchBuilder(_types, RowCount);
        for (int i = 0; i < RowCount; i++)
        {
            rows[0].Append((long)i);
            rows[1].AppendBytes(Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)));
            rows.EndRow();
        }

        return rows.Build();
    }
}
