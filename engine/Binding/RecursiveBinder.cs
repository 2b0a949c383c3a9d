using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// An entry of WITH RECURSIVE that names itself: its first member gives the columns and the first rows, the second is bound
/// with the entry's own name standing for the rows of the round before. PostgreSQL's restrictions and messages.
/// </summary>
internal sealed class RecursiveBinder(QueryBinder queries)
{
    private readonly BindContext _context = queries.Context;

    /// <param name="table">The entry.</param>
    /// <param name="outer">Names around the query.</param>
    /// <param name="level">The WITH level, which has the entry itself while its second member is bound.</param>
    public BoundQuery Bind(Sql.CommonTable table, Scope? outer, Dictionary<string, CommonTableDefinition> level)
    {
        var query = table.Query!;
        if (query is not { Body: Sql.SetOperation { Operator: Sql.SetOperator.Union } set, With: null })
        {
            return Within(level, Forbidden(table), () => queries.Bind(query, outer));
        }

        var first = Within(level, Forbidden(table), () => queries.BindBody(set.Left, outer, keepUnknown: false));
        var names = FromBinder.Rename(
            _context, table.Name, [.. first.Outputs.Select(o => o.Name)], table.Columns, table.Position);
        int number = _context.NextWorkingTable();
        var outputs = first.Outputs.Select((o, i) => new OutputColumn(names[i], _context.Pool.Add(names[i], o.Type), o.Type))
            .ToList();
        var work = outputs.Select(o => new OutputColumn(o.Name, _context.Pool.Copy(o.Id), o.Type)).ToList();
        int[] positions = [.. Enumerable.Range(0, work.Count)];
        var self = new CommonTableDefinition(
            table.Name, new BoundQuery(new LogicalWorkingTable(number, positions, [.. work.Select(o => o.Id)]), work), names);
        var step = Within(level, self, () => queries.BindBody(set.Right, outer, keepUnknown: false));
        if (!self.IsUsed)
        {
            // RECURSIVE stands there for another entry's sake.
            return queries.Bind(query, outer);
        }

        Refuse(table, query);
        CheckStep(table, step.Plan, number);
        var (plan, columns) = Converted(table, first, step, set.Right.Position);
        var recursion = new LogicalRecursive(
            first.Plan, [.. first.Outputs.Select(o => o.Id)], plan, columns, number, !set.All, [.. outputs.Select(o => o.Id)]);
        return LogicalTree.FreeColumns(recursion).Count == 0
            ? new BoundQuery(recursion, outputs)
            : throw _context.Unsupported("a recursive query that names columns of the query around it", table.Position);
    }

    private static T Within<T>(Dictionary<string, CommonTableDefinition> level, CommonTableDefinition self, Func<T> bind)
    {
        level.Add(self.Name, self);
        try
        {
            return bind();
        }
        finally
        {
            level.Remove(self.Name);
        }
    }

    /// <summary>The entry where it must not name itself.</summary>
    private CommonTableDefinition Forbidden(Sql.CommonTable table) => new(table.Name, new BoundQuery(LogicalValues.OneRow, []), [])
    {
        Forbidden = _context.Error(
            SqlState.InvalidRecursion,
            $"recursive query \"{table.Name}\" does not have the form non-recursive-term UNION [ALL] recursive-term",
            table.Position),
    };

    private void Refuse(Sql.CommonTable table, Sql.Query query)
    {
        if (_context.ForView)
        {
            throw _context.Unsupported(
                "WITH RECURSIVE in a materialized view", table.Position, "It can be used in queries over materialized views.");
        }

        string? clause = query.OrderBy.Count > 0 ? "ORDER BY"
            : query.Limit is not null ? "LIMIT"
            : query.Offset is not null ? "OFFSET" : null;
        if (clause is not null)
        {
            throw _context.Unsupported($"{clause} in a recursive query", table.Position, "Put it into the query that reads it.");
        }
    }

    /// <summary>The working table is named once, and not where a round's rows would have to be taken back.</summary>
    private void CheckStep(Sql.CommonTable table, LogicalNode step, int number)
    {
        int uses = 0;
        Visit(step);
        if (uses > 1)
        {
            throw _context.Error(
                SqlState.InvalidRecursion,
                $"recursive reference to query \"{table.Name}\" must not appear more than once", table.Position);
        }

        void Visit(LogicalNode node)
        {
            uses += node is LogicalWorkingTable work && work.Number == number ? 1 : 0;
            if (node is LogicalAggregate { Aggregates.Count: > 0 } && Uses(node))
            {
                throw _context.Error(
                    SqlState.InvalidRecursion,
                    "aggregate functions are not allowed in a recursive query's recursive term", table.Position);
            }

            if (node is LogicalJoin join && IsOptional(join))
            {
                string place = join.Kind is JoinKind.Semi or JoinKind.Anti ? "a subquery" : "an outer join";
                throw _context.Error(
                    SqlState.InvalidRecursion,
                    $"recursive reference to query \"{table.Name}\" must not appear within {place}", table.Position);
            }

            foreach (var input in node.Inputs)
            {
                Visit(input);
            }
        }

        bool IsOptional(LogicalJoin join) => join.Kind switch
        {
            JoinKind.Inner => false,
            JoinKind.Left or JoinKind.Semi or JoinKind.Anti => Uses(join.Right),
            JoinKind.Right => Uses(join.Left),
            _ => Uses(join),
        };

        bool Uses(LogicalNode node) => (node is LogicalWorkingTable work && work.Number == number) || node.Inputs.Any(Uses);
    }

    /// <summary>The step with columns of the first member's types: those must be what both have in common.</summary>
    private (LogicalNode Plan, IReadOnlyList<int> Columns) Converted(
        Sql.CommonTable table, BoundQuery first, BoundQuery step, int position)
    {
        if (step.Outputs.Count != first.Outputs.Count)
        {
            throw _context.Error(SqlState.SyntaxError, "each UNION query must have the same number of columns", position);
        }

        var items = new List<ProjectItem>();
        for (int i = 0; i < step.Outputs.Count; i++)
        {
            var type = first.Outputs[i].Type;
            var output = step.Outputs[i];
            var value = SetOperationBinder.UnknownConstant(step.Plan, output.Id) ?? _context.Pool.Reference(output.Id);
            int at = step.Positions.ElementAtOrDefault(i);
            var common = CommonType.Select("UNION", [type, output.Type], [0, _context.Position(at)]);
            if (common != type)
            {
                throw _context.Error(
                    SqlState.DatatypeMismatch,
                    $"recursive query \"{table.Name}\" column {i + 1} has type {CommonType.PgName(type)} in non-recursive term but type "
                    + $"{CommonType.PgName(common)} overall",
                    position,
                    "Cast the output of the non-recursive term to the correct type.");
            }

            items.Add(new ProjectItem(_context.Pool.Add(output.Name, type), queries.Coercion.To(value, type, at)));
        }

        return (new LogicalProject(step.Plan, items), [.. items.Select(i => i.Id)]);
    }
}
