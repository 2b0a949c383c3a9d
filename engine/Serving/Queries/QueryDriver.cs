using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// Runs a plan over a snapshot on the caller's thread, step by step: one step feeds one vector of one leaf through the
/// operators; when a leaf ends, its inputs close. Build sides of joins (the right inputs) are fed first. Result batches
/// wait in the collector; the driver steps only while none does. Everything a query holds dies with the driver.
/// </summary>
internal sealed class QueryDriver : IDisposable
{
    private readonly Arena _tickArena = new();
    private readonly Arena _scratch = new();
    private readonly StateContext _state = StateContext.Private();
    private readonly List<Operator> _operators = [];
    private readonly List<QueryRoot> _roots = [];
    private readonly Dictionary<PlanNode, Operator> _built = new(ReferenceEqualityComparer.Instance);
    private readonly OperatorContext _context;
    private readonly OperatorFactory _factory;
    private readonly CollectOperator _results;
    private readonly QueryInputs _inputs;
    private int _root;

    /// <param name="plan">The query's.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="cancellation">Asked at each step.</param>
    /// <param name="timing">Measures its operators' time; null: nobody asks for it.</param>
    internal QueryDriver(PlanNode plan, QueryInputs inputs, CancellationToken cancellation, OperatorTiming? timing = null)
    {
        _inputs = inputs;
        _factory = new OperatorFactory(inputs.Hook);
        _context = new OperatorContext(0, 1, _tickArena, _scratch)
        {
            HashSeed = inputs.HashSeed,
            State = _state,
            Cancellation = cancellation,
            Tick = 1,
            Timing = timing,
        };
        _context.Evaluation.NowMicros = inputs.NowMicros;
        _context.Evaluation.Seed = inputs.Seed;
        _context.Evaluation.Parameters = inputs.Parameters;
        _context.Evaluation.Session = inputs.Session;
        try
        {
            var last = Build(plan);
            _results = new CollectOperator(_context);
            _operators.Add(_results);
            last.ConnectTo(_results, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All of them, with the plan nodes they were made for.</summary>
    internal IReadOnlyList<Operator> Operators => _operators;

    /// <summary>The next result batch, valid until the next call; null at the end.</summary>
    internal Batch? Next()
    {
        while (true)
        {
            if (_results.Pull() is { } batch)
            {
                return batch;
            }

            if (!Step())
            {
                return _results.Pull();
            }
        }
    }

    public void Dispose()
    {
        foreach (var op in _operators)
        {
            op.Leave();
            op.Drop();
        }

        _operators.Clear();
        _state.Dispose();
        _tickArena.Dispose();
        _scratch.Dispose();
    }

    /// <summary>Feeds one vector, or closes a leaf; false when all are closed.</summary>
    private bool Step()
    {
        if (_root >= _roots.Count)
        {
            return false;
        }

        _context.Cancellation.ThrowIfCancellationRequested();
        var root = _roots[_root];
        var caller = _context.Timing?.Switch(root);
        try
        {
            Step(root);
        }
        finally
        {
            _context.Timing?.Switch(caller);
        }

        return true;
    }

    private void Step(QueryRoot root)
    {
        var mark = _scratch.Position;
        int shells = _context.Batches.Position;
        if (!_context.IsStopped && root.Next() is { } batch)
        {
            root.Push(0, batch);
            _scratch.Release(mark);
            _context.Batches.Release(shells);
        }
        else
        {
            root.EndTick(0);
            _root++;
        }
    }

    private Operator Build(PlanNode node)
    {
        if (_built.TryGetValue(node, out var known))
        {
            return known;
        }

        int first = _operators.Count;
        var made = BuildRoot(node) is { } root ? AddRoot(root) : BuildInner(node);
        for (int i = first; i < _operators.Count; i++)
        {
            // Its inputs' have theirs already.
            _operators[i].Node ??= node;
        }

        _built.Add(node, made);
        return made;
    }

    private Operator BuildInner(PlanNode node)
    {
        var inputs = new Operator[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            // Leaves are fed in the order in which they are added: a join's right side, which it builds, before its left, the
            // members of a union as they are written.
            int input = node is JoinNode ? inputs.Length - 1 - i : i;
            inputs[input] = Build(node.Inputs[input]);
        }

        if (inputs.Length == 0)
        {
            // A table function without input starts from one row without columns.
            inputs = [AddRoot(new BatchRoot(_context, new Batch().Reset(1, 0), "unit"))];
        }

        return _factory.Create(node, _context, inputs, _operators.Add);
    }

    private QueryRoot AddRoot(QueryRoot root)
    {
        _operators.Add(root);
        _roots.Add(root);
        return root;
    }

    private QueryRoot? BuildRoot(PlanNode node)
    {
        switch (node)
        {
            case ScanNode n:
                return new SnapshotRoot(_context, _inputs.View.Rows(n.RelationId), [.. n.RelationColumns]);
            case IndexLookupNode n:
                return new IndexRoot(
                    _context,
                    _inputs.View.Rows(n.RelationId, n.IndexColumns),
                    [.. n.RelationColumns],
                    KeyRows(n, _inputs.View.Relation(n.RelationId)));
            case ValuesNode n:
                return new BatchRoot(_context, LiteralRows(n.Rows, [.. n.Columns.Select(c => c.Type)]), "values");
            case SystemScanNode n:
                return new BatchRoot(_context, _inputs.SystemRows(n, _tickArena), "system relation");
            case RecursiveNode n:
                return new RecursiveRoot(_context, n, _inputs);
            case WorkingTableNode n:
                return new WorkingTableRoot(_context, _inputs.WorkingTable(n.Number), n.Positions);
            default:
                return null;
        }
    }

    private Batch KeyRows(IndexLookupNode node, StoredRelation relation) =>
        LiteralRows(node.Keys, [.. node.IndexColumns.Select(c => relation.Relation.Columns[c].Type)]);

    /// <summary>Evaluates rows of expressions without columns, in memory of the query.</summary>
    private Batch LiteralRows(IReadOnlyList<IReadOnlyList<ScalarExpression>> rows, SqlType[] types)
    {
        var columns = types.Select(t => new VectorBuilder(_tickArena, t, rows.Count)).ToArray();
        var one = new Batch().Reset(1, 0);
        foreach (var row in rows)
        {
            Budget.MemoryAccount.CheckManaged();
            for (int i = 0; i < types.Length; i++)
            {
                if (row[i] is ConstantExpression { Value: var value } && (value.IsNull || value.Type.Layout == types[i].Layout))
                {
                    value.AppendTo(columns[i]);
                    continue;
                }

                var result = default(Vector);
                CompiledExpression.Compile(row[i]).Evaluate(_context.Evaluation, one, ref result);
                columns[i].AppendFrom(result, 0);
            }
        }

        var batch = new Batch().Reset(rows.Count, types.Length);
        for (int i = 0; i < types.Length; i++)
        {
            batch[i] = columns[i].Build();
        }

        return batch;
    }
}
