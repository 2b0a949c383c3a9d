using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.Operators.Joins;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Operators.TableFunctions;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Operators.Windows;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Makes the operators of one plan node in one part and connects them to their inputs. Streams that several joins arrange by
/// the same key share one arrangement within a factory's life (a view's instantiation). Every operator made is handed to
/// the caller's list, upstream first, who drops them. One thread.
/// </summary>
internal sealed class OperatorFactory(DataflowHook? hook = null, IReadOnlyList<ErrorPolicy>? onError = null)
{
    private readonly Dictionary<ArrangementKey, ArrangeOperator> _arrangements = [];

    private readonly record struct ArrangementKey(Operator Upstream, string Columns);

    /// <summary>
    /// The operator whose output is the node's. A node without inputs (literal rows, a table function) takes the relation of
    /// one row without columns for one.
    /// </summary>
    internal Operator Create(
        PlanNode node, OperatorContext context, IReadOnlyList<Operator> inputs, Action<Operator> register) => hook is null
        ? Make(node, context, inputs, register)
        : Hooked(hook, hook.Node(node, context), context, inputs, register);

    private Operator Hooked(
        DataflowHook changes, PlanNode node, OperatorContext context, IReadOnlyList<Operator> inputs, Action<Operator> register)
    {
        var entries = new Operator[inputs.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = changes.Input(node, i, inputs[i], context);
        }

        return changes.Output(node, Make(node, context, entries, register), context);
    }

    private Operator Make(
        PlanNode node, OperatorContext context, IReadOnlyList<Operator> inputs, Action<Operator> register)
    {
        switch (node)
        {
            case ProjectNode n:
                return Connect(new ProjectOperator(context, n, Policy(context)), inputs, register);
            case FilterNode n:
                return Connect(new FilterOperator(context, n, Policy(context)), inputs, register);
            case TemporalFilterNode n:
                return Connect(new TemporalFilterOperator(context, n), inputs, register);
            case WindowCloseNode n:
                return Connect(new WindowCloseOperator(context, n), inputs, register);
            case UnionAllNode:
                return Connect(new UnionAllOperator(context, inputs.Count), inputs, register);
            case SessionNode n:
                return Connect(new SessionOperator(context, n), inputs, register);
            case SessionAggregateNode n:
                return Connect(new SessionAggregateOperator(context, n), inputs, register);
            case HopNode n:
                return Connect(new HopOperator(context, n), inputs, register);
            case PaneNode n:
                return Connect(new PaneOperator(context, n), inputs, register);
            case ValuesNode n:
                return Connect(new ValuesOperator(context, n), inputs, register);
            case TableFunctionNode n:
                return Connect(new TableFunctionOperator(context, n), inputs, register);
            case AggregateNode n:
                return Connect(new AggregateOperator(context, n), inputs, register);
            case TopNNode n when context.IsQuery:
                bool isLimit = n.Order.Count == 0 && n.PartitionColumns.Count == 0 && !n.EmitRowNumber;
                return Connect(isLimit ? new LimitOperator(context, n) : new SortOperator(context, n), inputs, register);
            case TopNNode n when TopOneOperator.Serves(n, new TopNSpec(context, n)):
                return Connect(new TopOneOperator(context, n), inputs, register);
            case TopNNode n when TopFewOperator.Serves(n, new TopNSpec(context, n)):
                return Connect(new TopFewOperator(context, n), inputs, register);
            case TopNNode n:
                return Connect(new TopNOperator(context, n), inputs, register);
            case WindowNode n when FirstRankOperator.Serves(n, context):
                return Connect(new FirstRankOperator(context, n), inputs, register);
            case WindowNode n:
                return Connect(
                    context.IsQuery ? new WindowQueryOperator(context, n) : new WindowOperator(context, n), inputs, register);
            case JoinNode n:
                return CreateJoin(n, context, inputs, register);
            default:
                throw new SqlException(
                    SqlState.FeatureNotSupported, $"the plan node {node.GetType().Name} has no operator in a view");
        }
    }

    internal static MaterializeOperator CreateMaterialize(
        MaterializeNode _, OperatorContext context, Arrangement arrangement) => new(context, arrangement);

    /// <summary>What the view wants done with failing rows; null: it fails with them, as a query does.</summary>
    private ErrorPolicy? Policy(OperatorContext context) => onError?[context.Part];

    private static Operator Connect(Operator made, IReadOnlyList<Operator> inputs, Action<Operator> register)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            inputs[i].ConnectTo(made, i);
        }

        register(made);
        return made;
    }

    /// <summary>A join in a view. A side that is kept elsewhere is read there, its input bringing the deltas only.</summary>
    internal Operator CreateJoin(
        JoinNode node, OperatorContext context, IReadOnlyList<Operator> inputs, Action<Operator> register,
        StoredSide? storedLeft = null, StoredSide? storedRight = null)
    {
        if (context.IsQuery)
        {
            return CreateClosedJoin(node, context, inputs, register);
        }

        var (right, rightSide) = Side(node.Right, node.RightKeys, inputs[1], node.Left.Columns.Count, storedRight);
        if (node.AsOfNow)
        {
            var streamed = new JoinSide(null, 0, node.LeftKeys, [.. node.Left.Columns.Select(c => c.Type)], 0);
            return Connect(new TemporalJoinOperator(context, node, streamed, rightSide), [inputs[0], right], register);
        }

        var (left, leftSide) = Side(node.Left, node.LeftKeys, inputs[0], 0, storedLeft);
        return Connect(new JoinOperator(context, node, leftSide, rightSide), [left, right], register);

        (Operator Deltas, JoinSide Side) Side(
            PlanNode input, IReadOnlyList<int> keys, Operator upstream, int outputStart, StoredSide? stored)
        {
            SqlType[] types = [.. input.Columns.Select(c => c.Type)];
            if (stored is not null)
            {
                return (upstream, new JoinSide(
                    stored.Slot, stored.Index, keys, types, outputStart, stored.Columns, isElsewhere: true));
            }

            var arranged = Arranged(input, keys, context, upstream, register, node.Closing, keys);
            return (arranged, new JoinSide(new ArrangementSlot(arranged.Arrangement), 0, keys, types, outputStart));
        }
    }

    private static Operator CreateClosedJoin(
        JoinNode node, OperatorContext context, IReadOnlyList<Operator> inputs, Action<Operator> register)
    {
        SqlType[] leftTypes = [.. node.Left.Columns.Select(c => c.Type)];
        SqlType[] rightTypes = [.. node.Right.Columns.Select(c => c.Type)];
        var spec = new ArrangementSpec("build side", rightTypes, null, AppendOnly: true, [node.RightKeys], context.HashSeed);
        var slot = new ArrangementSlot(new Arrangement(spec, context.State));
        var stored = new JoinSide(slot, 0, node.RightKeys, rightTypes, leftTypes.Length);
        var streamed = new JoinSide(null, 0, node.LeftKeys, leftTypes, 0);
        return Connect(new ClosedJoinOperator(context, node, streamed, stored), inputs, register);
    }

    private ArrangeOperator Arranged(
        PlanNode input, IReadOnlyList<int> keys, OperatorContext context, Operator upstream, Action<Operator> register,
        WindowClosing? closing, IReadOnlyList<int> closingKeys)
    {
        // Joins share an arrangement that is closed by the same watermark, or never.
        string columns = string.Join(',', keys) + (closing is null ? "" : $" {PlanFingerprint.Describe(closing)}");
        var key = new ArrangementKey(upstream, hook?.ArrangementName(columns) ?? columns);
        if (_arrangements.TryGetValue(key, out var known))
        {
            return known;
        }

        // Rows that are closed are retracted from it.
        var spec = new ArrangementSpec(
            "join side", [.. input.Columns.Select(c => c.Type)], input.Properties.Key,
            input.Properties.Kind == StreamKind.AppendOnly && closing is null, [keys], context.HashSeed);
        int column = closing is null ? -1 : closingKeys[closing.Column];
        bool isKey = keys.Count == 1 && keys[0] == column;
        spec = closing is null || isKey ? spec : spec with { Indexes = [keys, [column]] };
        var arrangement = new Arrangement(spec, context.State);
        var closingRows = closing is null ? null : new ClosingRows(context, arrangement, column, isKey ? 0 : 1, closing.Watermark);
        var arranged = new ArrangeOperator(context, arrangement, () => _arrangements.Remove(key), closingRows);
        upstream.ConnectTo(arranged, 0);
        register(arranged);
        _arrangements.Add(key, arranged);
        return arranged;
    }
}
