using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>A column a name can resolve to. Origin: oid of the relation and attribute number, or zeros.</summary>
internal sealed record RangeColumn(string Name, int Id, SqlType Type)
{
    /// <summary>Found by name only, not part of `*`.</summary>
    public bool Hidden { get; init; }

    public uint TableOid { get; init; }

    public short Attribute { get; init; }

    /// <summary>An int2vector or oidvector: its subscripts start at 0.</summary>
    public bool ZeroBased { get; init; }
}

/// <summary>An entry of FROM under its alias: what `t.` and `t.*` mean.</summary>
internal sealed class RangeVariable(string name, IReadOnlyList<RangeColumn> columns)
{
    public string Name { get; } = name;

    /// <summary>Schema it may be qualified with: a relation without alias.</summary>
    public string? Schema { get; init; }

    public IReadOnlyList<RangeColumn> Columns { get; } = columns;

    /// <summary>Oid of the base relation, for tableoid; 0: none.</summary>
    public uint TableOid { get; init; }

    /// <summary>A function with one column: its name stands for the value.</summary>
    public bool IsScalar { get; init; }
}

/// <summary>
/// The names visible to the expressions of one query level: its FROM entries, and for what they lack the levels around
/// it. <see cref="Visible"/> is what `*` gives and bare names search (USING merges columns there).
/// </summary>
internal sealed class Scope(Scope? outer)
{
    public Scope? Outer { get; } = outer;

    public List<RangeVariable> Variables { get; } = [];

    public List<RangeColumn> Visible { get; } = [];

    public void Add(FromResult item)
    {
        foreach (var variable in item.Variables)
        {
            if (variable.Name.Length > 0
                && Variables.Any(v => v.Name == variable.Name
                && (v.Schema == variable.Schema || v.Schema is null || variable.Schema is null)))
            {
                throw new SqlException(
                    SqlState.DuplicateAlias, $"table name \"{variable.Name}\" specified more than once", item.Position);
            }

            Variables.Add(variable);
        }

        Visible.AddRange(item.Visible);
    }

    /// <summary>A bare column name, looked up outwards; null when no level has it.</summary>
    public RangeColumn? Find(string name, int position)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (FindHere(scope, name, position) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public RangeVariable? FindVariable(string? schema, string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            var found = scope.Variables.Find(v => v.Name == name && (schema is null || v.Schema == schema));
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    public static RangeColumn? FindIn(RangeVariable variable, string name, int position)
    {
        var matches = variable.Columns.Where(c => c.Name == name).ToList();
        return matches.Count switch
        {
            0 => null,
            1 => matches[0],
            _ => throw Ambiguous(name, position),
        };
    }

    /// <summary>Every bare name that would resolve, for suggestions.</summary>
    public IEnumerable<string> AllNames()
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            foreach (var column in scope.Visible)
            {
                yield return column.Name;
            }
        }
    }

    public IEnumerable<RangeVariable> AllVariables()
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            foreach (var variable in scope.Variables)
            {
                yield return variable;
            }
        }
    }

    private static RangeColumn? FindHere(Scope scope, string name, int position)
    {
        RangeColumn? found = null;
        foreach (var column in scope.Visible)
        {
            if (column.Name != name)
            {
                continue;
            }

            if (found is not null && !found.Hidden && !column.Hidden)
            {
                throw Ambiguous(name, position);
            }

            found = found is null || found.Hidden ? column : found;
        }

        return found;
    }

    private static SqlException Ambiguous(string name, int position) =>
        new(SqlState.AmbiguousColumn, $"column reference \"{name}\" is ambiguous", position);
}

/// <summary>A bound FROM item: its plan, the variables it adds, the columns it shows.</summary>
internal sealed record FromResult(
    LogicalNode Plan, IReadOnlyList<RangeVariable> Variables, IReadOnlyList<RangeColumn> Visible, int Position);
