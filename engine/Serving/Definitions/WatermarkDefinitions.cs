using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>WATERMARK FOR, and what the dataflow makes of it and of generated columns of sources.</summary>
internal static class WatermarkDefinitions
{
    /// <summary>The declared watermarks; refuses what cannot be kept.</summary>
    internal static IReadOnlyList<CatalogWatermark> Of(
        DefinitionContext context, RelationDefinition definition, IReadOnlyList<CatalogColumn> columns)
    {
        if (definition.Watermarks.Count == 0)
        {
            return [];
        }

        var watermark = definition.Watermarks[0];
        if (definition.Watermarks.Count > 1)
        {
            throw DefinitionContext.Unsupported("more than one watermark of a relation", definition.Watermarks[1].Position);
        }

        int column = columns.ToList().FindIndex(c => c.Name == watermark.Column.Name);
        if (column < 0)
        {
            throw new SqlException(
                SqlState.UndefinedColumn, $"column \"{watermark.Column.Name}\" does not exist", watermark.Column.Position);
        }

        if (!PlanWatermarks.HasWatermarkType(columns[column].Type))
        {
            throw DefinitionContext.Unsupported($"a watermark for a column of type {columns[column].Type}", watermark.Column.Position);
        }

        if (watermark.WithTtl)
        {
            context.Session.Notify("NOTICE", SqlState.Warning, "WITH TTL is accepted and has no effect here: rows of the table are kept");
        }

        return [new CatalogWatermark(column, watermark.Value.ToString(), watermark.WithTtl)];
    }

    /// <summary>Binds the expression once, so that a bad one is refused now.</summary>
    internal static void Check(DefinitionContext context, CatalogRelation relation, RelationDefinition definition)
    {
        foreach (var watermark in relation.Watermarks)
        {
            var column = relation.Columns[watermark.Column];
            var bound = RowExpressions.BindOverRow(
                new BindContext(context.Session.Database.Functions, context.Before, context.Values, []), watermark.Expression, relation);
            if (bound.Type.Id != column.Type.Id)
            {
                throw new SqlException(
                    SqlState.DatatypeMismatch,
                    "The return value type of the watermark expression must be identical to the watermark column data type. "
                    + $"Current data type of watermark return value: `{bound.Type}`, column `{column.Type}`",
                    definition.Watermarks[0].Value.Position);
            }

            if (!relation.AppendOnly)
            {
                throw new SqlException(
                    SqlState.FeatureNotSupported, "Defining watermarks on table requires the table to be append only.",
                    definition.Watermarks[0].Position, hint: "Write APPEND ONLY behind the columns.");
            }
        }
    }

    /// <summary>What turns arriving rows into the relation's; null: they are.</summary>
    internal static RelationIntake? Intake(Database database, CatalogSnapshot catalog, CatalogRelation relation)
    {
        bool isSource = relation.Kind == RelationKind.Source;
        bool generates = isSource && relation.Columns.Any(c => c.GeneratedText is not null);
        if (!generates && relation.Watermarks.Count == 0)
        {
            return null;
        }

        return new RelationIntake(
            relation.Id, generates ? Generated() : [], [.. relation.Columns.Select(c => c.Type)],
            () => relation.Watermarks.Count == 0 ? null : Gate());

        BindContext Bind() => new(database.Functions, catalog, SessionValues.Default, []);

        ScalarExpression?[] Generated() => [.. relation.Columns.Select(c =>
            c.GeneratedText is { } text ? RowExpressions.BindOverRow(Bind(), text, relation, c.Type) : null)];

        WatermarkGate Gate()
        {
            var watermark = relation.Watermarks[0];
            return new WatermarkGate(
                watermark.Column, RowExpressions.BindOverRow(Bind(), watermark.Expression, relation), oneByOne: isSource);
        }
    }
}
