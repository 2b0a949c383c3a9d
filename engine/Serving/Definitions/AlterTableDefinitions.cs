using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>
/// ALTER TABLE of columns. A column's position never changes: new ones come last, a dropped one stays, hidden and without a
/// name to find it by. What the stored rows must become for it is <see cref="TableReshape"/>'s.
/// </summary>
internal static class AlterTableDefinitions
{
    internal static bool Apply(DefinitionContext context, CatalogRelation table, AlterAction action) => action switch
    {
        AddColumnAction a => Add(context, table, a),
        DropColumnAction a => Drop(context, table, a),
        RenameColumnAction a => Rename(context, table, a),
        AlterColumnDefaultAction a => Change(context, table, a.Column, action.Position, c => c with { DefaultText = a.Value?.ToString() }),
        AlterColumnNotNullAction { NotNull: false } a => DropNotNull(context, table, a),
        AlterColumnTypeAction a => ChangeType(context, table, a),
        _ => throw DefinitionContext.Unsupported("this form of ALTER TABLE", action.Position),
    };

    private static bool Add(DefinitionContext context, CatalogRelation table, AddColumnAction action)
    {
        if (table.FindColumn(action.Column.Name) >= 0)
        {
            if (!action.IfNotExists)
            {
                throw new SqlException(
                    SqlState.DuplicateColumn,
                    $"column \"{action.Column.Name}\" of relation \"{table.Name}\" already exists",
                    action.Position);
            }

            context.Session.Notify(
                "NOTICE", SqlState.DuplicateColumn,
                $"column \"{action.Column.Name}\" of relation \"{table.Name}\" already exists, skipping");
            return false;
        }

        if (table.Connector is not null)
        {
            throw DefinitionContext.Unsupported("adding columns to a table with a connector", action.Position);
        }

        if (action.Column.Constraints.Any(c => c is PrimaryKeyConstraint))
        {
            throw DefinitionContext.Unsupported("ALTER TABLE ... ADD COLUMN ... PRIMARY KEY", action.Position);
        }

        var bind = new BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        var column = ColumnDefinitions.One(action.Column, bind);
        var altered = table with
        {
            Columns = [.. table.Columns, column],
            Definition = TableText.Added(table.Definition, action.Column),
        };
        ColumnDefinitions.CheckExpressions(context, altered);
        context.Editor.Replace(altered);
        return true;
    }

    private static bool Drop(DefinitionContext context, CatalogRelation table, DropColumnAction action)
    {
        int position = table.FindColumn(action.Column);
        if (position < 0 && action.IfExists)
        {
            context.Session.Notify(
                "NOTICE", SqlState.SuccessfulCompletion,
                $"column \"{action.Column}\" of relation \"{table.Name}\" does not exist, skipping");
            return false;
        }

        position = Column(table, action.Column, action.Position);
        if (table.PrimaryKey.Contains(position))
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, $"cannot drop primary key column \"{action.Column}\"", action.Position);
        }

        if (context.Before.SinksInto(table.Id).Any())
        {
            throw new SqlException(
                SqlState.DependentObjectsStillExist,
                "dropping columns in target table of sinks is not supported",
                action.Position,
                detail: string.Join('\n', context.Before.SinksInto(table.Id).Select(s => $"sink {s.Name} writes table {table.Name}")));
        }

        ColumnUses.RefuseDrop(context, table, position, action.Position);
        var dropped = context.Before.IndexesOf(table.Id).Where(i => i.Columns.Contains(position)).Select(i => i.Id).ToList();
        if (dropped.Count > 0)
        {
            context.Editor.Drop(dropped, cascade: false, action.Position);
        }

        var columns = table.Columns.ToList();
        columns[position] = columns[position] with { Dropped = true, NotNull = false, DefaultText = null, GeneratedText = null };
        context.Editor.Replace(table with { Columns = columns, Definition = TableText.Dropped(table.Definition, action.Column) });
        return true;
    }

    private static bool Rename(DefinitionContext context, CatalogRelation table, RenameColumnAction action)
    {
        int position = Column(table, action.Column, action.Position);
        if (table.FindColumn(action.NewName) >= 0)
        {
            throw new SqlException(
                SqlState.DuplicateColumn,
                $"column \"{action.NewName}\" of relation \"{table.Name}\" already exists",
                action.Position);
        }

        ColumnUses.RefuseRename(context, table, position, action.Position);
        var columns = table.Columns.ToList();
        columns[position] = columns[position] with { Name = action.NewName };
        context.Editor.Replace(table with
        {
            Columns = columns,
            Definition = TableText.Renamed(table.Definition, action.Column, action.NewName),
        });
        return true;
    }

    private static bool ChangeType(DefinitionContext context, CatalogRelation table, AlterColumnTypeAction action)
    {
        int position = Column(table, action.Column, action.Position);
        var bind = new BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        var type = TypeResolver.Resolve(action.Type, bind);
        if (type.Equals(table.Columns[position].Type))
        {
            return false;
        }

        if (IsNested(type) || IsNested(table.Columns[position].Type))
        {
            throw DefinitionContext.Unsupported("changing the type of a column from or to a composite type", action.Position);
        }

        if (action.Using is not null)
        {
            throw DefinitionContext.Unsupported("ALTER COLUMN ... TYPE ... USING", action.Position);
        }

        if ((table.Key ?? []).Contains(position))
        {
            throw DefinitionContext.Unsupported("changing the type of a primary key column", action.Position);
        }

        ColumnUses.RefuseRetype(context, table, position, action.Position);
        return Change(context, table, action.Column, action.Position, c => c with { Type = type });
    }

    private static bool IsNested(SqlType type) => type.Id is TypeId.List or TypeId.Struct or TypeId.Map;

    private static bool DropNotNull(DefinitionContext context, CatalogRelation table, AlterColumnNotNullAction action)
    {
        int position = Column(table, action.Column, action.Position);
        return table.PrimaryKey.Contains(position)
            ? throw new SqlException(
                SqlState.InvalidTableDefinition, $"column \"{action.Column}\" is in a primary key", action.Position)
            : Change(context, table, action.Column, action.Position, c => c with { NotNull = false });
    }

    private static bool Change(
        DefinitionContext context, CatalogRelation table, string name, int position, Func<CatalogColumn, CatalogColumn> change)
    {
        int at = Column(table, name, position);
        var columns = table.Columns.ToList();
        columns[at] = change(columns[at]);
        var altered = table with { Columns = columns };
        ColumnDefinitions.CheckExpressions(context, altered);
        context.Editor.Replace(altered);
        return true;
    }

    private static int Column(CatalogRelation table, string name, int position)
    {
        int column = table.FindColumn(name);
        return column >= 0 && table.Columns[column].IsVisible ? column : throw new SqlException(
            SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{table.Name}\" does not exist", position);
    }
}
