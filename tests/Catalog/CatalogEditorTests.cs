using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;
using Vectorized.Tests.Planning;

namespace Vectorized.Tests.Catalog;

public sealed class CatalogEditorTests
{
    private static CatalogRelation View(CatalogEditor editor, string name, params int[] dependsOn) => new()
    {
        Id = editor.NewId(),
        Name = name,
        Owner = "root",
        SchemaId = CatalogSnapshot.PublicSchemaId,
        Kind = RelationKind.View,
        Columns = [],
        DependsOn = dependsOn,
    };

    [Fact]
    public void Add_NameIsTaken_Is42P07()
    {
        var editor = new CatalogEditor(GoldenCatalogs.Shop().Catalog);
        var error = Assert.Throws<SqlException>(() => editor.Add(View(editor, "orders"), 7));
        Assert.Equal((SqlState.DuplicateTable, "relation \"orders\" already exists", 7), (error.SqlState, error.Message, error.Position));
    }

    [Fact]
    public void Drop_WithDependents_NamesThemAll()
    {
        var before = GoldenCatalogs.Shop().Catalog;
        int orders = before.Find("public", "orders")!.Id;
        var editor = new CatalogEditor(before);
        var first = View(editor, "v1", orders);
        editor.Add(first);
        editor.Add(View(editor, "v2", first.Id));
        var after = editor.Commit();

        var error = Assert.Throws<SqlException>(() => new CatalogEditor(after).Drop([orders], cascade: false));
        Assert.Equal(SqlState.DependentObjectsStillExist, error.SqlState);
        Assert.Equal("cannot drop table orders because other objects depend on it", error.Message);
        Assert.Equal("view v1 depends on table orders\nview v2 depends on view v1", error.Detail);
        Assert.Equal("Use DROP ... CASCADE to drop the dependent objects too.", error.Hint);

        var cascade = new CatalogEditor(after);
        Assert.Equal(["v2", "v1", "orders"], cascade.Drop([orders], cascade: true).Select(o => o.Name));
        Assert.Null(cascade.Commit().Find("public", "v1"));
        Assert.NotNull(after.Find("public", "v1"));
    }

    [Fact]
    public void Drop_Index_GoesWithItsTable()
    {
        var before = GoldenCatalogs.Shop().Catalog;
        int orders = before.Find("public", "orders")!.Id;
        var editor = new CatalogEditor(before);
        editor.Add(new CatalogIndex
        {
            Id = editor.NewId(),
            Name = "orders_day",
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            RelationId = orders,
            Columns = [3],
            DependsOn = [orders],
        });
        var drop = new CatalogEditor(editor.Commit());
        Assert.Equal(["orders_day", "orders"], drop.Drop([orders], cascade: false).Select(o => o.Name));
    }

    [Fact]
    public void Ids_AreNeverGivenAgain()
    {
        var editor = new CatalogEditor(CatalogSnapshot.Empty);
        var view = View(editor, "v");
        editor.Add(view);
        var drop = new CatalogEditor(editor.Commit());
        drop.Drop([view.Id], cascade: false);
        Assert.Equal(view.Id + 1, new CatalogEditor(drop.Commit()).NewId());
    }

    [Theory]
    [InlineData("ordres", "orders")]
    [InlineData("Customer", "customers")]
    [InlineData("zzz", null)]
    public void Nearest_UnknownName_IsTheOneMeant(string written, string? expected) =>
        Assert.Equal(expected, Suggestions.Nearest(written, GoldenCatalogs.Shop().Catalog.Relations.Select(r => r.Name)));

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("public.ORDERS", "orders")]
    [InlineData("\"Orders\"", null)]
    [InlineData("pg_class", "pg_class")]
    public void RelationOid_SqlName_IsFolded(string written, string? expected)
    {
        var catalog = GoldenCatalogs.Shop().Catalog;
        uint? oid = catalog.RelationOid(written, ["public"]);
        Assert.Equal(expected, oid is null ? null : catalog.RelationName(oid.Value, ["public"]));
    }
}
