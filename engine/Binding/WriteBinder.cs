using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Binds INSERT, UPDATE and DELETE to plans of whole rows: every assignment cast, default and generated column is in the
/// plan. What a row meets in the table (conflicts, NOT NULL) is decided where it is written.
/// </summary>
internal sealed partial class WriteBinder
{
    private readonly BindContext _context;
    private readonly QueryBinder _queries;

    public WriteBinder(BindContext context)
    {
        _context = context;
        _queries = new QueryBinder(context);
    }

    private ColumnPool Pool => _context.Pool;

    /// <summary>A writable table by name, or the error that says what it is instead.</summary>
    public CatalogRelation Target(Sql.QualifiedName name, string verb)
    {
        var system = SystemRelations.Resolve(name.Schema, name.Name, _context.SearchPath, _context.Catalog);
        if (system is not null)
        {
            throw _context.Error(
                SqlState.InsufficientPrivilege, $"permission denied: \"{system.Name}\" is a system catalog",
                name.Position);
        }

        var found = _context.Catalog.Resolve(name.Schema, name.Name, _context.SearchPath);
        switch (found)
        {
            case CatalogRelation { IsWritable: true } table:
                return table;
            case null:
                throw FromBinder.UnknownRelation(_context, name, name.Position);
            case CatalogRelation { Kind: RelationKind.MaterializedView }:
                throw _context.Error(
                    SqlState.WrongObjectType, $"cannot change materialized view \"{found.Name}\"", name.Position);
            case CatalogRelation { Kind: RelationKind.View }:
                throw _context.Error(
                    SqlState.ObjectNotInPrerequisiteState, $"cannot {verb} view \"{found.Name}\"", name.Position,
                    detail: "Views are not updatable here.");
            default:
                throw _context.Error(
                    SqlState.WrongObjectType, $"cannot {verb} {found.KindName} \"{found.Name}\"", name.Position);
        }
    }

    private T WithTables<T>(Sql.WithClause? with, Func<T> bind)
    {
        bool pushed = _queries.PushWith(with, null);
        try
        {
            return bind();
        }
        finally
        {
            if (pushed)
            {
                _queries.PopWith();
            }
        }
    }

    /// <summary>Position of a column that may be named in a write.</summary>
    private int Column(CatalogRelation table, string name, int position)
    {
        int column = table.FindColumn(name);
        return column >= 0 && table.Columns[column].IsVisible ? column : throw _context.Error(
            SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{table.Name}\" does not exist", position,
            Suggestions.Hint(name, table.Columns.Where(c => c.IsVisible).Select(c => c.Name)));
    }

    /// <summary>A column's default, NULL without one.</summary>
    private ScalarExpression Default(CatalogColumn column)
    {
        if (column.DefaultText is null)
        {
            return ExpressionTree.Null(column.Type);
        }

        var expression = Sql.SqlParser.ParseExpression(column.DefaultText);
        var binder = new ExpressionBinder(_context, _queries, new Scope(null), "DEFAULT expressions");
        return Unplaced(() => _queries.Coercion.Assign(binder.Bind(expression), column.Type, column.Name, 0));
    }

    /// <summary>Positions in a text of the catalog mean nothing in the statement's.</summary>
    private T Unplaced<T>(Func<T> bind)
    {
        _context.ViewDepth++;
        try
        {
            return bind();
        }
        finally
        {
            _context.ViewDepth--;
        }
    }

    /// <summary>The generated columns of a row whose other columns are these values.</summary>
    private void Generate(
        CatalogRelation table, IReadOnlyList<ScalarExpression?> row, Action<int, ScalarExpression> put)
    {
        if (table.Columns.All(c => c.GeneratedText is null || c.Dropped))
        {
            return;
        }

        var columns = new List<RangeColumn>();
        var values = new Dictionary<int, ScalarExpression>();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            if (!column.Dropped && column.GeneratedText is null && row[i] is { } value)
            {
                int id = Pool.Add(column.Name, column.Type);
                columns.Add(new RangeColumn(column.Name, id, column.Type) { Hidden = column.Hidden });
                values.Add(id, value);
            }
        }

        var scope = new Scope(null);
        scope.Variables.Add(new RangeVariable(table.Name, columns));
        scope.Visible.AddRange(columns);
        var binder = new ExpressionBinder(_context, _queries, scope, "generated column expressions");
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i] is { GeneratedText: { } text, Dropped: false } column)
            {
                var bound = Unplaced(() => _queries.Coercion.Assign(
                    binder.Bind(Sql.SqlParser.ParseExpression(text)), column.Type, column.Name, 0));
                put(i, ExpressionTree.Substitute(bound, values));
            }
        }
    }

    /// <summary>RETURNING over one row of the table: expressions by column position.</summary>
    public (IReadOnlyList<ScalarExpression> Values, IReadOnlyList<OutputColumn> Columns) Returning(
        CatalogRelation table, string? alias, Sql.SyntaxList<Sql.SelectItem> items)
    {
        var (scope, positions) = RowScope(table, alias ?? table.Name, 0);
        var (values, columns) = Returned(scope, items);
        return ([.. values.Select(v => ToPositions(v, positions))], columns);
    }

    /// <summary>The items of RETURNING over the columns of a scope.</summary>
    private (IReadOnlyList<ScalarExpression> Values, IReadOnlyList<OutputColumn> Columns) Returned(
        Scope scope, Sql.SyntaxList<Sql.SelectItem> items)
    {
        var binder = new ExpressionBinder(_context, _queries, scope, "RETURNING");
        var values = new List<ScalarExpression>();
        var columns = new List<OutputColumn>();
        foreach (var item in items)
        {
            if (item.Value is Sql.Wildcard star)
            {
                foreach (var column in new SelectBinder(_queries, null).Star(star, scope))
                {
                    values.Add(new ColumnExpression(column.Id, column.Type));
                    columns.Add(new OutputColumn(column.Name, -1, column.Type)
                    {
                        TableOid = column.TableOid,
                        Attribute = column.Attribute,
                    });
                }

                continue;
            }

            var value = binder.BindKnown(item.Value);
            values.Add(value);
            columns.Add(new OutputColumn(OutputName.Of(item), -1, value.Type));
        }

        return (values, columns);
    }

    /// <summary>A row of the table under a name; the map gives each column's place, counted from an offset.</summary>
    private (Scope Scope, Dictionary<int, int> Positions) RowScope(CatalogRelation table, string name, int offset)
    {
        var scope = new Scope(null);
        var (columns, positions) = RowColumns(table, offset);
        scope.Variables.Add(new RangeVariable(name, columns) { TableOid = table.Oid });
        scope.Visible.AddRange(columns);
        return (scope, positions);
    }

    private (List<RangeColumn> Columns, Dictionary<int, int> Positions) RowColumns(CatalogRelation table, int offset)
    {
        var columns = new List<RangeColumn>();
        var positions = new Dictionary<int, int>();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            if (!column.Dropped)
            {
                int id = Pool.Add(column.Name, column.Type);
                positions.Add(id, offset + i);
                columns.Add(new RangeColumn(column.Name, id, column.Type)
                {
                    Hidden = column.Hidden,
                    TableOid = table.Oid,
                    Attribute = (short)(i + 1),
                });
            }
        }

        return (columns, positions);
    }

    private static ScalarExpression ToPositions(ScalarExpression e, IReadOnlyDictionary<int, int> positions) =>
        e is ColumnExpression column
            ? new ColumnExpression(positions[column.Index], column.Type)
            : ExpressionTree.MapChildren(e, child => ToPositions(child, positions));
}
