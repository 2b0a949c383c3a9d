using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Binds FROM: relations, views, subqueries, joins. Functions in FROM are in the other part.</summary>
internal sealed partial class FromBinder(QueryBinder queries)
{
    private const int ViewDepthMax = 64;

    private readonly BindContext _context = queries.Context;

    /// <summary>The whole clause: items from left to right, each LATERAL one seeing those before it.</summary>
    public (LogicalNode Plan, Scope Scope) Bind(Sql.SyntaxList<Sql.FromItem> items, Scope? outer)
    {
        var scope = new Scope(outer);
        LogicalNode? plan = null;
        foreach (var item in items)
        {
            var bound = Bind(item, outer, scope);
            plan = plan is null ? bound.Plan : Combine(plan, bound.Plan, JoinKind.Inner, [], IsLateral(item));
            scope.Add(bound);
        }

        return (plan ?? LogicalValues.OneRow, scope);
    }

    /// <summary>The names of a relation's columns after an alias's column list.</summary>
    public static IReadOnlyList<string> Rename(
        BindContext context, string table, IReadOnlyList<string> names, Sql.SyntaxList<Sql.Identifier> aliases,
        int position)
    {
        if (aliases.Count > names.Count)
        {
            throw context.Error(
                SqlState.InvalidColumnReference,
                $"table \"{table}\" has {names.Count} columns available but {aliases.Count} columns specified",
                position);
        }

        return [.. names.Select((n, i) => i < aliases.Count ? aliases[i].Name : n)];
    }

    /// <param name="item">The item.</param>
    /// <param name="outer">Names around the whole query.</param>
    /// <param name="lateral">Names to the left, seen by LATERAL items and functions only.</param>
    private FromResult Bind(Sql.FromItem item, Scope? outer, Scope lateral)
    {
        switch (item)
        {
            case Sql.TableReference table:
                return Table(table);
            case Sql.SubqueryReference subquery:
                return Subquery(subquery, subquery.Lateral ? lateral : outer);
            case Sql.FunctionReference function:
                return Function(function, lateral);
            case Sql.RowsFromReference { Functions.Count: 1 } rows when rows.Functions[0].ColumnDefinitions.Count == 0:
                return Function(
                    new Sql.FunctionReference(rows.Functions[0].Function)
                    {
                        Alias = rows.Alias,
                        Lateral = rows.Lateral,
                        WithOrdinality = rows.WithOrdinality,
                        Position = rows.Position,
                    },
                    lateral);
            case Sql.JoinReference join:
                return Join(join, outer, lateral);
            default:
                throw _context.Unsupported(
                    item is Sql.RowsFromReference ? "ROWS FROM" : item.GetType().Name, item.Position);
        }
    }

    private static bool IsLateral(Sql.FromItem item) => item switch
    {
        Sql.SubqueryReference s => s.Lateral,
        Sql.FunctionReference => true,
        Sql.RowsFromReference => true,
        Sql.JoinReference j => IsLateral(j.Left) || IsLateral(j.Right),
        _ => false,
    };

    /// <summary>A function over nothing joins its input row by row; other items join as they are.</summary>
    private LogicalNode Combine(
        LogicalNode left, LogicalNode right, JoinKind kind, IReadOnlyList<ScalarExpression> conditions, bool lateral) =>
        kind == JoinKind.Inner && lateral && Over(left, right) is { } applied
            ? LogicalFilter.Create(applied, conditions)
            : new LogicalJoin(left, right, kind, conditions, lateral);

    /// <summary>A function over nothing, and what is computed of it, over each row of the input; null: the plan is not that.</summary>
    private LogicalNode? Over(LogicalNode input, LogicalNode plan)
    {
        switch (plan)
        {
            case LogicalTableFunction { Input: null } f:
                return new LogicalTableFunction(input, f.Function, f.Arguments, f.Produced, f.Ordinality);
            case LogicalValues { Columns.Count: 0, Rows.Count: 1 }:
                return input;
            case LogicalProject p when Over(input, p.Input) is { } below:
                var kept = input.Columns.Select(id => new ProjectItem(id, _context.Pool.Reference(id)));
                return new LogicalProject(below, [.. kept, .. p.Items]);
            default:
                return null;
        }
    }

    private FromResult Table(Sql.TableReference table)
    {
        if (table.AsOf is not null)
        {
            throw _context.Unsupported("FOR SYSTEM_TIME AS OF", table.AsOf.Position);
        }

        var name = table.Name;
        if (name.Schema is null && queries.FindWith(name.Name) is { } definition)
        {
            return CommonTable(table, definition);
        }

        return Relation(name, table.Alias, table.Position);
    }

    /// <summary>A relation by name, as FROM and TUMBLE name it.</summary>
    public FromResult Relation(Sql.QualifiedName name, Sql.TableAlias? alias, int position)
    {
        if (name.Database is { } database && database != _context.Catalog.DatabaseName)
        {
            throw _context.Error(
                SqlState.FeatureNotSupported,
                $"cross-database references are not implemented: \"{string.Join('.', name.Parts)}\"", position);
        }

        if (SystemRelations.Resolve(name.Schema, name.Name, _context.SearchPath, _context.Catalog) is { } system)
        {
            return System(system, alias, position);
        }

        var found = _context.Catalog.Resolve(name.Schema, name.Name, _context.SearchPath);
        return found switch
        {
            CatalogRelation { Kind: RelationKind.View } view => View(view, alias, position),
            CatalogRelation relation => Scan(relation, alias, position),
            CatalogIndex index => Index(index, alias, position),
            null => throw UnknownRelation(_context, name, position),
            _ => throw _context.Error(
                SqlState.WrongObjectType, $"cannot open relation \"{name.Name}\"", position,
                detail: $"This operation is not supported for {(found is CatalogIndex ? "indexes" : found.KindName + "s")}."),
        };
    }

    public static SqlException UnknownRelation(BindContext context, Sql.QualifiedName name, int position)
    {
        string shown = name.Schema is null ? name.Name : $"{name.Schema}.{name.Name}";
        if (name.Schema is { } schema && context.Catalog.FindSchema(schema) is null)
        {
            return context.Error(
                SqlState.UndefinedTable, $"relation \"{shown}\" does not exist", position,
                $"There is no schema \"{schema}\"."
                    + (Suggestions.Hint(schema, context.Catalog.Schemas.Select(s => s.Name)) is { } hint ? $" {hint}"
                        : ""));
        }

        var known = context.Catalog.Relations.Select(r => r.Name).Concat(SystemRelations.Names).Distinct();
        return context.Error(
            SqlState.UndefinedTable, $"relation \"{shown}\" does not exist", position,
            Suggestions.Hint(name.Name, known));
    }

    private FromResult Scan(CatalogRelation relation, Sql.TableAlias? alias, int position)
    {
        if (relation.Kind == RelationKind.Source && !_context.IsDefinition)
        {
            throw _context.Unsupported(
                $"a query over source \"{relation.Name}\"", position,
                "A source keeps no rows: create a materialized view over it and query that.");
        }

        _context.Dependencies.Add(relation.Id);
        var columns = new List<RangeColumn>();
        var positions = new List<int>();
        for (int i = 0; i < relation.Columns.Count; i++)
        {
            var column = relation.Columns[i];
            if (!column.Dropped)
            {
                positions.Add(i);
                columns.Add(new RangeColumn(column.Name, _context.Pool.Add(column.Name, column.Type), column.Type)
                {
                    Hidden = column.Hidden,
                    TableOid = relation.Oid,
                    Attribute = (short)(i + 1),
                });
            }
        }

        var scan = new LogicalScan(relation, positions, [.. columns.Select(c => c.Id)]);
        return Ranged(scan, relation.Name, _context.Catalog.SchemaNameOf(relation), columns, alias, position,
            relation.Oid);
    }

    /// <summary>
    /// An index read by its name: its relation's rows, key columns first, then the included ones (none named: all others).
    /// </summary>
    private FromResult Index(CatalogIndex index, Sql.TableAlias? alias, int position)
    {
        _context.Dependencies.Add(index.Id);
        var relation = _context.Catalog.Relation(index.RelationId);
        _context.Dependencies.Add(relation.Id);
        var included = index.Include.Count > 0 ? index.Include
            : Enumerable.Range(0, relation.Columns.Count).Where(i => relation.Columns[i].IsVisible);
        var positions = index.Columns.Concat(included.Where(i => !index.Columns.Contains(i))).ToList();
        var shown = positions.Count;
        positions.AddRange((relation.Key ?? []).Where(k => !positions.Contains(k)));
        var columns = positions.Select((p, i) =>
        {
            var column = relation.Columns[p];
            return new RangeColumn(column.Name, _context.Pool.Add(column.Name, column.Type), column.Type)
            {
                Hidden = i >= shown,
                TableOid = index.Oid,
                Attribute = (short)(i + 1),
            };
        }).ToList();
        var scan = new LogicalScan(relation, positions, [.. columns.Select(c => c.Id)]);
        return Ranged(
            scan, index.Name, _context.Catalog.SchemaNameOf(index), columns, alias, position, index.Oid);
    }

    private FromResult System(SystemRelation relation, Sql.TableAlias? alias, int position)
    {
        if (_context.ForView)
        {
            throw _context.Unsupported(
                $"system relation {relation.Schema}.{relation.Name} in a materialized view", position);
        }

        var columns = relation.Columns.Select((c, i) =>
            new RangeColumn(c.Name, _context.Pool.Add(c.Name, c.Type), c.Type)
            {
                TableOid = relation.Oid,
                Attribute = (short)(i + 1),
                ZeroBased = c.ZeroBased,
            }).ToList();
        var scan = new LogicalSystemScan(
            relation, [.. Enumerable.Range(0, columns.Count)], [.. columns.Select(c => c.Id)]);
        return Ranged(scan, relation.Name, relation.Schema, columns, alias, position, relation.Oid);
    }

    private FromResult View(CatalogRelation view, Sql.TableAlias? alias, int position)
    {
        if (_context.ViewDepth >= ViewDepthMax)
        {
            throw _context.Error(SqlState.StatementTooComplex, "views are nested too deeply", position);
        }

        _context.Dependencies.Add(view.Id);
        var saved = _context.SearchPath;
        int dependencies = _context.Dependencies.Count;
        _context.ViewDepth++;
        _context.SearchPath = BindContext.EffectivePath(view.QuerySearchPath, _context.Session.User);
        try
        {
            var query = ((Sql.SelectStatement)Sql.SqlParser.Parse(view.QueryText)[0]).Query;
            var bound = queries.WithoutCommonTables(() => queries.Bind(query, null));
            var columns = bound.Outputs.Select((o, i) => new RangeColumn(view.Columns[i].Name, o.Id, o.Type)
            {
                TableOid = view.Oid,
                Attribute = (short)(i + 1),
            }).ToList();
            return Ranged(bound.Plan, view.Name, _context.Catalog.SchemaNameOf(view), columns, alias, position,
                view.Oid);
        }
        finally
        {
            _context.ViewDepth--;
            _context.SearchPath = saved;
        }
    }

    private FromResult CommonTable(Sql.TableReference table, CommonTableDefinition definition)
    {
        if (definition.Forbidden is { } error)
        {
            throw error;
        }

        var (plan, ids) = (definition.Query.Plan, definition.Query.Outputs.Select(o => o.Id).ToList());
        if (definition.IsUsed)
        {
            var map = new Dictionary<int, int>();
            plan = LogicalTree.Copy(plan, _context.Pool, map);
            ids = ids.ConvertAll(id => map.GetValueOrDefault(id, id));
        }

        definition.IsUsed = true;
        var columns = definition.Query.Outputs.Select((o, i) =>
            new RangeColumn(definition.Columns[i], ids[i], o.Type)
            {
                TableOid = o.TableOid,
                Attribute = o.Attribute,
                ZeroBased = o.ZeroBased,
            }).ToList();
        return Ranged(plan, definition.Name, null, columns, table.Alias, table.Position);
    }

    private FromResult Subquery(Sql.SubqueryReference subquery, Scope? scope)
    {
        var bound = queries.Bind(subquery.Query, scope);
        var columns = bound.Outputs.Select(o => new RangeColumn(o.Name, o.Id, o.Type)
        {
            TableOid = o.TableOid,
            Attribute = o.Attribute,
            ZeroBased = o.ZeroBased,
        }).ToList();
        return Ranged(bound.Plan, null, null, columns, subquery.Alias, subquery.Position);
    }

    /// <summary>
    /// What an item shows twice has two columns: they are two for GROUP BY, where one can be grouped by without the other.
    /// </summary>
    private LogicalNode Apart(LogicalNode plan, List<RangeColumn> columns)
    {
        var copies = new List<ProjectItem>();
        var seen = new HashSet<int>();
        for (int i = 0; i < columns.Count; i++)
        {
            if (!seen.Add(columns[i].Id))
            {
                copies.Add(new ProjectItem(_context.Pool.Copy(columns[i].Id), _context.Pool.Reference(columns[i].Id)));
                columns[i] = columns[i] with { Id = copies[^1].Id };
            }
        }

        return LogicalProject.Extend(plan, _context.Pool, copies);
    }

    /// <summary>The item under its alias; without any name its columns are still visible bare.</summary>
    private FromResult Ranged(
        LogicalNode plan, string? name, string? schema, List<RangeColumn> columns, Sql.TableAlias? alias, int position,
        uint tableOid = 0)
    {
        if (alias?.ColumnDefinitions.Count > 0)
        {
            throw _context.Error(
                SqlState.SyntaxError, "a column definition list is only allowed for functions returning \"record\"",
                alias.Position);
        }

        plan = Apart(plan, columns);
        string? shown = alias?.Name ?? name;
        if (alias is { Columns.Count: > 0 })
        {
            var visible = columns.Where(c => !c.Hidden).ToList();
            var names = Rename(_context, shown ?? "", [.. visible.Select(c => c.Name)], alias.Columns, alias.Position);
            columns = [.. columns.Where(c => c.Hidden), .. visible.Select((c, i) => c with { Name = names[i] })];
        }

        var variable = new RangeVariable(shown ?? "", columns)
        {
            Schema = alias?.Name is null ? schema : null,
            TableOid = tableOid,
        };
        return new FromResult(plan, [variable], columns, _context.Position(position));
    }
}
