using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;
using Vectorized.Tests.Planning;

namespace Vectorized.Tests.Catalog;

public sealed class SystemRelationTests
{
    [Fact]
    public void Produce_EveryRelation_GivesItsColumns()
    {
        var context = new SystemContext(GoldenCatalogs.Shop().Catalog, SessionValues.Default)
        {
            Settings = [("timezone", "UTC", "Zone.")],
        };
        foreach (var relation in SystemRelations.All)
        {
            using var rows = relation.Produce(context);
            Assert.Equal(relation.Columns.Count, rows.Batch.ColumnCount);
            Assert.Equal(relation.IsAlwaysEmpty, rows.Batch.RowCount == 0 && relation.IsAlwaysEmpty);
        }
    }

    [Fact]
    public void PgClass_AfterCreateTable_HasItsRow()
    {
        var catalog = GoldenCatalogs.Shop().Catalog;
        var rows = Rows("pg_catalog", "pg_class", catalog, "relname", "relkind", "relnamespace", "oid");
        Assert.Contains(rows, r => r[0] == "orders" && r[1] == "r" && r[2] == "2200" && r[3] == "16384");
        Assert.Contains(rows, r => r[0] == "pg_type" && r[3] == "1247");
    }

    [Fact]
    public void PgAttribute_HiddenColumn_IsNotShown()
    {
        var rows = Rows("pg_catalog", "pg_attribute", GoldenCatalogs.Shop().Catalog, "attname", "attnum", "atttypid", "attnotnull");
        Assert.DoesNotContain(rows, r => r[0] == "_row_id");
        Assert.Contains(rows, r => r is ["sku", "3", "1043", "t"]);
    }

    [Fact]
    public void PgType_HasTheTypesClientsKnowByHeart()
    {
        var rows = Rows("pg_catalog", "pg_type", CatalogSnapshot.Empty, "typname", "oid", "typarray", "typelem");
        foreach (string expected in (string[])["bool 16 1000 0", "text 25 1009 0", "_text 1009 0 25", "numeric 1700 1231 0", "jsonb 3802 3807 0"])
        {
            Assert.Contains(rows, r => string.Join(' ', r) == expected);
        }
    }

    [Fact]
    public void InformationSchemaTables_ListsEveryRelation()
    {
        var catalog = GoldenCatalogs.Shop().Catalog;
        var rows = Rows("information_schema", "tables", catalog, "table_name", "table_type");
        foreach (var relation in catalog.Relations)
        {
            Assert.Contains(rows, r => r[0] == relation.Name);
        }
    }

    private static List<string[]> Rows(string schema, string name, CatalogSnapshot catalog, params string[] columns)
    {
        var relation = SystemRelations.Find(schema, name)!;
        int[] at = [.. columns.Select(c => relation.Columns.Select(x => x.Name).ToList().IndexOf(c))];
        using var rows = relation.Produce(new SystemContext(catalog, SessionValues.Default));
        var result = new List<string[]>();
        for (int row = 0; row < rows.Batch.RowCount; row++)
        {
            result.Add([.. at.Select(c => Datum.FromVector(rows.Batch[c], row).ToString())]);
        }

        return result;
    }
}
