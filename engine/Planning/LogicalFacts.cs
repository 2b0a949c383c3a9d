using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>What is proven of a logical plan's rows, and a guess of their number.</summary>
internal sealed class Facts
{
    /// <summary>Sets of columns of which any one identifies a row at any time. Empty list: a bag. An empty set: at most one row.</summary>
    public List<HashSet<int>> Keys { get; init; } = [];

    /// <summary>Rows are never taken back.</summary>
    public bool AppendOnly { get; init; }

    public double Rows { get; init; } = 1000;

    /// <summary>Rows there would be without the filters: what a key is looked up among.</summary>
    public double BaseRows { get => field > 0 ? field : Rows; init; }

    public bool AtMostOne => Keys.Exists(k => k.Count == 0);

    /// <summary>Whether the columns contain a key.</summary>
    public bool Identifies(IEnumerable<int> columns)
    {
        var set = columns as IReadOnlySet<int> ?? columns.ToHashSet();
        return Keys.Exists(k => k.IsSubsetOf(set));
    }
}

/// <summary>
/// Derives <see cref="Facts"/> bottom-up, once a node. Conservative: what is not proven does not hold. In a query every
/// input is closed and every operator emits once, so every stream is append-only.
/// </summary>
internal sealed class LogicalFacts(ITableStatistics statistics, bool forView, bool failuresAreNull = false)
{
    private const int KeysMax = 6;

    private readonly Dictionary<LogicalNode, Facts> _facts = new(ReferenceEqualityComparer.Instance);

    public bool ForView { get; } = forView;

    /// <summary>A projected expression that fails on a row is NULL there.</summary>
    public bool FailuresAreNull { get; } = failuresAreNull;

    /// <summary>Sizes of columns' domains, filled as facts are derived.</summary>
    public ColumnDomains Domains { get; } = new();

    public Facts Of(LogicalNode node)
    {
        if (!_facts.TryGetValue(node, out var facts))
        {
            facts = Derive(node);
            _facts.Add(node, facts);
        }

        return facts;
    }

    private Facts Derive(LogicalNode node) => node switch
    {
        LogicalScan s => Scan(s),
        LogicalSystemScan => new Facts { AppendOnly = true, Rows = 200 },
        LogicalValues v => new Facts { AppendOnly = true, Rows = Math.Max(1, v.Rows.Count), Keys = v.Rows.Count <= 1 ? [[]] : [] },
        LogicalProject p => Project(p),
        LogicalFilter f => Filter(f),
        LogicalAggregate a => Aggregate(a),
        LogicalJoin j => JoinFacts.Derive(j, Of(j.Left), Of(j.Right), this),
        LogicalTemporalJoin j => JoinFacts.OfTemporal(j, Of(j.Left), Of(j.Right), this),
        LogicalTopN t => TopN(t),
        LogicalGroupingSets g => GroupingSets(g),
        LogicalWindow w => new Facts
        {
            Keys = Of(w.Input).Keys,
            AppendOnly = !ForView,
            Rows = Of(w.Input).Rows,
        },
        LogicalUnion u => new Facts
        {
            Keys = UnionKeys.Derive(u, Of),
            AppendOnly = u.Inputs.All(i => Of(i).AppendOnly),
            Rows = u.Inputs.Sum(i => Of(i).Rows),
        },
        LogicalRecursive r => new Facts { AppendOnly = true, Rows = 10 * Of(r.Base).Rows },
        LogicalWorkingTable => new Facts { AppendOnly = true },
        LogicalHop h => Hop(h),
        LogicalSession s => new Facts { Keys = Of(s.Input).Keys, AppendOnly = !ForView, Rows = Of(s.Input).Rows },
        LogicalTableFunction t => TableFunction(t),
        _ => throw new SqlException(SqlState.InternalError, $"no facts about {node.GetType().Name}"),
    };

    private Facts Scan(LogicalScan s)
    {
        var relation = s.Relation;
        var keys = new List<HashSet<int>>();
        foreach (var key in (IReadOnlyList<int>?[])[
            relation.Key, relation.PrimaryKey.Count > 0 ? relation.PrimaryKey : null])
        {
            var ids = key?.Select(k => PositionOf(s.RelationColumns, k)).ToList();
            if (ids is not null && ids.TrueForAll(i => i >= 0))
            {
                keys.Add([.. ids.Select(i => s.Columns[i])]);
            }
        }

        double rows = Math.Max(1, statistics.RowCount(relation.Id) ?? 1000);
        foreach (var key in keys.Where(k => k.Count == 1))
        {
            Domains.Set(key.First(), rows);
        }

        return new Facts { Keys = Minimal(keys), AppendOnly = !ForView || relation.AppendOnly, Rows = rows };
    }

    private static int PositionOf(IReadOnlyList<int> list, int value)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] == value)
            {
                return i;
            }
        }

        return -1;
    }

    private Facts Project(LogicalProject p)
    {
        var input = Of(p.Input);
        var shown = new Dictionary<int, int>();
        foreach (var item in p.Items)
        {
            if (item.Value is ColumnExpression column)
            {
                shown.TryAdd(column.Index, item.Id);
            }
        }

        var keys = input.Keys.Where(k => k.All(shown.ContainsKey)).Select(k => k.Select(id => shown[id]).ToHashSet());
        return new Facts
        {
            Keys = Minimal(keys),
            AppendOnly = input.AppendOnly && (!ForView || !p.Expressions.Any(Moves)),
            Rows = input.Rows,
            BaseRows = input.BaseRows,
        };
    }

    /// <summary>Its value changes with time, so rows would be taken back.</summary>
    private static bool Moves(ScalarExpression e) => ExpressionTree.Any(e, n => n is ContextExpression);

    private Facts Filter(LogicalFilter f)
    {
        var input = Of(f.Input);
        return new Facts
        {
            Keys = Reduced(input.Keys, f.Conjuncts),
            AppendOnly = input.AppendOnly && (!ForView || !f.Conjuncts.Any(Moves)),
            Rows = Math.Max(1, input.Rows * Selectivity.Of(f.Conjuncts, input)),
            BaseRows = input.BaseRows,
        };
    }

    /// <summary>A column equal to a constant identifies nothing; equal columns stand for each other.</summary>
    internal static List<HashSet<int>> Reduced(
        IEnumerable<HashSet<int>> keys, IReadOnlyList<ScalarExpression> conditions)
    {
        var constant = new HashSet<int>();
        var same = new List<(int A, int B)>();
        foreach (var condition in conditions)
        {
            switch (condition)
            {
                case CallExpression
                {
                    Function.Name: "=",
                    Arguments: [ColumnExpression a, ColumnExpression b]
                } when a.Index == b.Index:
                    break;
                case CallExpression { Function.Name: "=", Arguments: [ColumnExpression a, ColumnExpression b] }:
                    same.Add((a.Index, b.Index));
                    break;
                case CallExpression
                {
                    Function.Name: "=",
                    Arguments: [ColumnExpression a, var value]
                } when ExpressionTree.IsConstant(value):
                    constant.Add(a.Index);
                    break;
                case CallExpression
                {
                    Function.Name: "=",
                    Arguments: [var value, ColumnExpression a]
                } when ExpressionTree.IsConstant(value):
                    constant.Add(a.Index);
                    break;
                default:
                    break;
            }
        }

        var reduced = keys.Select(k => k.Where(id => !constant.Contains(id)).ToHashSet()).ToList();
        foreach (var (a, b) in same)
        {
            foreach (var key in reduced.ToList())
            {
                if (key.Contains(a) && key.Contains(b))
                {
                    key.Remove(b);
                }
                else if (key.Contains(a) || key.Contains(b))
                {
                    var other = key.ToHashSet();
                    _ = other.Remove(a) ? other.Add(b) : other.Remove(b) && other.Add(a);
                    reduced.Add(other);
                }
            }
        }

        return Minimal(reduced);
    }

    private Facts Aggregate(LogicalAggregate a)
    {
        var input = Of(a.Input);
        var keys = input.Keys.Where(k => k.IsSubsetOf(a.Groups)).Append([.. a.Groups]);
        return new Facts
        {
            Keys = Minimal(keys),
            AppendOnly = !ForView || (input.AppendOnly && a.Aggregates.Count == 0 && a.Groups.Count > 0),
            Rows = a.Groups.Count == 0 ? 1 : input.Identifies(a.Groups) ? input.Rows : GroupCount(a.Groups, input.Rows),
        };
    }

    private Facts GroupingSets(LogicalGroupingSets g) => new()
    {
        Keys = [[g.SetId, .. g.Groups.Select(c => c.Output)]],
        AppendOnly = !ForView,
        Rows = Math.Max(1, Of(g.Input).Rows / 10 * g.Sets.Count),
    };

    /// <summary>Of a domain of n values, r rows take about n (1 - e^(-r/n)); a tenth of the rows where no domain is known.</summary>
    private double GroupCount(IReadOnlyList<int> groups, double rows)
    {
        double product = 1;
        bool known = true;
        foreach (int id in groups)
        {
            double? size = Domains.Of(id);
            known &= size is not null;
            product *= size ?? 1;
        }

        double taken = product * (1 - Math.Exp(-rows / product));
        return Math.Max(1, known ? Math.Min(rows, taken) : Math.Max(rows / 10, Math.Min(rows, taken)));
    }

    private Facts TopN(LogicalTopN t)
    {
        var input = Of(t.Input);
        double limit = t.Limit is ConstantExpression { Value.IsNull: false } c ? c.Value.AsInt64 : 1000;
        IEnumerable<HashSet<int>> keys = input.Keys;
        if (t.Limit is ConstantExpression { Value: { IsNull: false, AsInt64: 1 } })
        {
            keys = keys.Append([.. t.Partition]);
        }

        if (t.RowNumber >= 0)
        {
            keys = keys.Append([.. t.Partition, t.RowNumber]);
        }

        return new Facts
        {
            Keys = Minimal(keys),
            AppendOnly = !ForView || (t.IsSort && input.AppendOnly),
            Rows = t.Limit is null ? input.Rows
                : t.Partition.Count == 0 ? Math.Min(limit, input.Rows)
                    : Math.Min(input.Rows, limit * Math.Max(1, input.Rows / 10)),
        };
    }

    private Facts Hop(LogicalHop h)
    {
        var input = Of(h.Input);
        bool tumbles = h.SlideMicros == h.SizeMicros;
        return new Facts
        {
            Keys = Minimal(input.Keys.Select(k => tumbles ? k : k.Append(h.Start).ToHashSet())),
            AppendOnly = input.AppendOnly,
            Rows = input.Rows * (h.SizeMicros / (double)h.SlideMicros),
        };
    }

    private Facts TableFunction(LogicalTableFunction t)
    {
        if (t.Input is null)
        {
            return new Facts { AppendOnly = true, Rows = 100, Keys = t.Ordinality ? [[t.Produced[^1]]] : [] };
        }

        var input = Of(t.Input);
        return new Facts
        {
            AppendOnly = input.AppendOnly,
            Rows = input.Rows * 10,
            Keys = t.Ordinality ? Minimal(input.Keys.Select(k => k.Append(t.Produced[^1]).ToHashSet())) : [],
        };
    }

    /// <summary>Without keys that contain another, the smallest few.</summary>
    internal static List<HashSet<int>> Minimal(IEnumerable<HashSet<int>> keys)
    {
        var result = new List<HashSet<int>>();
        foreach (var key in keys.OrderBy(k => k.Count))
        {
            if (!result.Exists(k => k.IsSubsetOf(key)))
            {
                result.Add(key);
            }
        }

        return result.Count > KeysMax ? result[..KeysMax] : result;
    }
}
