using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;
using Vectorized.Tests.Planning;

namespace Vectorized.Tests.Catalog;

public sealed class CatalogJsonTests
{
    [Fact]
    public void Read_WhatWasWritten_IsEqual()
    {
        var fixture = GoldenCatalogs.Shop();
        var editor = new CatalogEditor(fixture.Catalog);
        var view = fixture.View("select city, count(*) n, max(o.day) d from customers c left join orders o on o.customer = c.id group by city");
        int id = editor.NewId();
        editor.Add(new CatalogRelation
        {
            Id = id,
            Name = "v",
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            Kind = RelationKind.MaterializedView,
            Columns = view.Columns,
            Key = view.Definition.Key,
            View = view.Definition,
            DependsOn = view.DependsOn,
            QueryText = "select 1",
            QuerySearchPath = ["public"],
            Comment = "busy cities",
        });
        editor.AddSchema(new CatalogSchema { Id = editor.NewId(), Name = "other", Owner = "root" });
        editor.Add(new CatalogIndex
        {
            Id = editor.NewId(),
            Name = "i",
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            RelationId = id,
            Columns = [1, 0],
            Directions = [(true, false), (false, false)],
            Include = [2],
            DependsOn = [id],
        });
        editor.Add(new CatalogFunction
        {
            Id = editor.NewId(),
            Name = "twice",
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            ParameterNames = [null],
            ParameterTypes = [SqlType.NumericOf(10, 2)],
            Returns = SqlType.ListOf(SqlType.Int32),
            Body = "$1",
        });
        editor.Add(new CatalogRelation
        {
            Id = editor.NewId(),
            Name = "s",
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            Kind = RelationKind.Source,
            Columns = [new CatalogColumn("a", SqlType.StructOf(new StructFields([("x", SqlType.Varchar), ("y", SqlType.Float32)])))],
            Watermarks = [new CatalogWatermark(0, "a - interval '5 seconds'", true)],
            Connector = new CatalogConnector
            {
                Options = new Dictionary<string, string> { ["connector"] = "kafka", ["topic"] = "t" },
                Format = "plain",
                Encode = "json",
                Includes = [new CatalogInclude("header", "h", 0)],
            },
        });
        var catalog = editor.Commit();

        byte[] written = CatalogJson.Write(catalog);
        var read = CatalogJson.Read(written, PlanFixture.Registry);

        Assert.Equal(written, CatalogJson.Write(read));
        Assert.Equal(catalog.Version, read.Version);
        Assert.Equal(catalog.Relations.Select(r => r.Name), read.Relations.Select(r => r.Name));
        Assert.Equal("public.v", read.RelationName((uint)id, []));
        Assert.Equal(view.AppendOnly, read.Relation(id).AppendOnly);
    }
}
