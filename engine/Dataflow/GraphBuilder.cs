using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Instantiates a physical plan in a graph: every node once a part, exchanges where an operator needs its rows elsewhere,
/// a gate at each scan. Nodes referenced from several places are built once. The new operators hang on nothing until
/// <see cref="Attach"/>, so that they can be fed existing rows first.
/// </summary>
internal sealed partial class GraphBuilder(DataflowGraph graph, ViewErrors? errors = null)
{
    private readonly OperatorFactory _factory = new(graph.Hook, errors?.Policies);
    private readonly Dictionary<PlanNode, Stage> _built = new(ReferenceEqualityComparer.Instance);

    /// <summary>One plan node's operators by part, the level they run at, where their output stands.</summary>
    private sealed record Stage(Operator[] Operators, int Level, Partitioning Partitioning);

    internal ViewInstance Build(MaterializeNode plan, Arrangement[] arrangements) => Build(
        plan,
        (part, context) => OperatorFactory.CreateMaterialize(plan, context, arrangements[part]),
        arrangements);

    /// <summary>The plan's input into any last operator a part, such as a checksum.</summary>
    internal ViewInstance Build(
        MaterializeNode plan, Func<int, OperatorContext, Operator> createLast, Arrangement[]? arrangements = null) =>
        Build(plan, new ViewInstance(plan.RelationId, plan.RelationName), createLast, arrangements);

    /// <summary>A sink's plan, whose rows <paramref name="delivery"/> takes (null: nobody).</summary>
    internal ViewInstance Build(SinkNode plan, SinkDelivery? delivery)
    {
        var ends = new SinkOperator[graph.Parts.Length];
        return Build(
            plan,
            new ViewInstance(plan.SinkId, plan.SinkName) { Sink = new SinkEnd(ends) { Delivery = delivery } },
            (part, context) => ends[part] = new SinkOperator(context, plan),
            arrangements: null);
    }

    private ViewInstance Build(
        PlanNode plan, ViewInstance view, Func<int, OperatorContext, Operator> createLast, Arrangement[]? arrangements)
    {
        using var scope = graph.Open($"v{view.RelationId}");
        _built.Clear();
        view.Failure.Memory = new Budget.ViewMemory(view.Name, graph.Budget);
        try
        {
            return BuildInto(plan, view, createLast, arrangements);
        }
        catch
        {
            graph.Detach(view);
            throw;
        }
    }

    private ViewInstance BuildInto(
        PlanNode plan, ViewInstance view, Func<int, OperatorContext, Operator> createLast, Arrangement[]? arrangements)
    {
        var input = Exchanged(plan, 0, BuildNode(plan.Inputs[0], view), view);
        var operators = new Operator[graph.Parts.Length];
        for (int part = 0; part < operators.Length; part++)
        {
            operators[part] = createLast(part, graph.Parts[part].Context);
            Register(view, operators[part], plan);
            input.Operators[part].ConnectTo(operators[part], 0);
        }

        view.Output = new RelationOutput
        {
            RelationId = view.RelationId,
            Name = view.Name,
            ColumnTypes = [.. plan.Columns.Select(c => c.Type)],
            Operators = operators,
            Level = input.Level,
            Partitioning = input.Partitioning,
            Arrangements = arrangements,
        };
        if (errors is not null)
        {
            BuildErrors(errors, view, input.Level + 1);
        }

        return view;
    }

    /// <summary>The relation of the view's failing rows, filled part by part when all of the view has ended its tick.</summary>
    private void BuildErrors(ViewErrors errors, ViewInstance view, int level)
    {
        var operators = new Operator[graph.Parts.Length];
        for (int part = 0; part < operators.Length; part++)
        {
            var graphPart = graph.Parts[part];
            var root = new RowErrorRoot(graphPart.Context, errors.Policies[part].Log);
            Register(view, root);
            view.Roots.Add((graphPart, root, level));
            operators[part] = new MaterializeOperator(graphPart.Context, errors.Arrangements[part]);
            Register(view, operators[part]);
            (graph.Hook?.Errors(root, graphPart.Context) ?? root).ConnectTo(operators[part], 0);
        }

        view.ErrorsOutput = new RelationOutput
        {
            RelationId = errors.RelationId,
            Name = errors.Name,
            ColumnTypes = [.. RowErrorLog.Columns.Select(c => c.Type)],
            Operators = operators,
            Level = level,
            Partitioning = Partitioning.Anywhere,
            Arrangements = errors.Arrangements,
        };
    }

    /// <summary>
    /// Lets a built view take part in ticks: its gates hang on the outputs of the relations they read, its roots stand in their levels.
    /// </summary>
    internal static void Attach(ViewInstance view)
    {
        foreach (var (part, root, level) in view.Roots)
        {
            part.AddRoot(level, root);
        }

        foreach (var scan in view.Scans)
        {
            for (int part = 0; part < scan.Gates.Length; part++)
            {
                var source = scan.Relation.Operators[part];
                source.ConnectTo(scan.Gates[part], 0);
                view.Edges.Add((source, scan.Gates[part]));
            }
        }
    }

    private Stage BuildNode(PlanNode node, ViewInstance view)
    {
        if (_built.TryGetValue(node, out var stage))
        {
            return stage;
        }

        stage = node switch
        {
            ScanNode scan => Hooked(scan, BuildScan(scan, graph.Relation(scan.RelationId), scan.RelationColumns, view)),
            JoinNode join when graph.Hook is null or { SharesJoinSides: true } => BuildJoin(join, view),
            _ => BuildOperator(node, view),
        };
        _built.Add(node, stage);
        return stage;
    }

    /// <param name="node">The plan node it serves.</param>
    /// <param name="source">The relation.</param>
    /// <param name="columns">Its columns that are wanted.</param>
    /// <param name="view">Whose scan it is.</param>
    /// <param name="isQuiet">Rows that are there already are not wanted.</param>
    private Stage BuildScan(
        PlanNode node, RelationOutput source, IReadOnlyList<int> columns, ViewInstance view, bool isQuiet = false)
    {
        var gates = new ViewGate[graph.Parts.Length];
        for (int part = 0; part < gates.Length; part++)
        {
            gates[part] = new ViewGate(graph.Parts[part].Context, columns, view.Failure);
            Register(view, gates[part], node);
        }

        source.CountReader(gates[0].Columns, +1);
        view.Scans.Add(new ScanPoint(source, gates, isQuiet));
        var partitioning = source.Partitioning.Mapped(column => IndexOf(columns, column));
        return new Stage([.. gates], source.Level, partitioning);
    }

    private Stage Hooked(ScanNode scan, Stage stage) => graph.Hook is not { } hook ? stage : stage with
    {
        Operators = [.. stage.Operators.Select((o, part) => hook.Output(scan, o, graph.Parts[part].Context))],
    };

    private Stage BuildOperator(PlanNode node, ViewInstance view)
    {
        var inputs = new Stage[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Exchanged(node, i, BuildNode(node.Inputs[i], view), view);
        }

        if (inputs.Length == 0)
        {
            inputs = [BuildUnit(view)];
        }

        var operators = new Operator[graph.Parts.Length];
        for (int part = 0; part < operators.Length; part++)
        {
            int index = part;
            var upstream = inputs.Select(s => s.Operators[index]).ToArray();
            operators[part] = _factory.Create(node, graph.Parts[part].Context, upstream, o => Register(view, o, node));
        }

        int level = inputs.Max(s => s.Level);
        return new Stage(operators, level, PartitioningRules.Produced(node, [.. inputs.Select(s => s.Partitioning)]));
    }

    /// <summary>The one row that literal rows and table functions without input start from.</summary>
    private Stage BuildUnit(ViewInstance view)
    {
        var roots = new Operator[graph.Parts.Length];
        for (int part = 0; part < roots.Length; part++)
        {
            var root = new UnitRoot(graph.Parts[part].Context, view.Failure);
            Register(view, root);
            view.Roots.Add((graph.Parts[part], root, 0));
            roots[part] = root;
        }

        return new Stage(roots, 0, Partitioning.Single);
    }

    /// <summary>The input as the node needs it: itself, or behind an exchange one level up.</summary>
    private Stage Exchanged(PlanNode node, int input, Stage stage, ViewInstance view)
    {
        var required = PartitioningRules.Required(node, input, stage.Partitioning);
        required = graph.Hook?.Required(node, required, stage.Partitioning) ?? required;
        bool isMoved = graph.Parts.Length > 1 && !stage.Partitioning.Satisfies(required);
        return Exchanged(required, isMoved ? Reduced(node, stage, view) : stage, view);
    }

    /// <summary>The input without the rows that every part can tell the node has no use for, before they move.</summary>
    private Stage Reduced(PlanNode node, Stage stage, ViewInstance view)
    {
        if (!LeadersOperator.Serves(node, graph.Parts[0].Context))
        {
            return stage;
        }

        var leaders = new Operator[graph.Parts.Length];
        for (int part = 0; part < leaders.Length; part++)
        {
            leaders[part] = new LeadersOperator(graph.Parts[part].Context, (WindowNode)node);
            Register(view, leaders[part]);
            stage.Operators[part].ConnectTo(leaders[part], 0);
        }

        return stage with { Operators = leaders };
    }

    private Stage Exchanged(Partitioning required, Stage stage, ViewInstance view)
    {
        if (graph.Parts.Length == 1 || stage.Partitioning.Satisfies(required))
        {
            return stage;
        }

        var channel = new ExchangeChannel(graph.Parts.Length);
        var receivers = new Operator[graph.Parts.Length];
        int level = stage.Level + 1;
        for (int part = 0; part < receivers.Length; part++)
        {
            var graphPart = graph.Parts[part];
            var sender = new ExchangeSender(graphPart.Context, channel, required.HashColumns);
            Register(view, sender);
            stage.Operators[part].ConnectTo(sender, 0);
            var receiver = new ExchangeReceiver(graphPart.Context, channel, view.Failure);
            Register(view, receiver);
            view.Roots.Add((graphPart, receiver, level));
            receivers[part] = receiver;
        }

        return new Stage(receivers, level, required);
    }

    private static void Register(ViewInstance view, Operator op, PlanNode? node = null)
    {
        op.Node = node;
        view.Operators.Add(op);
    }

    private static int IndexOf(IReadOnlyList<int> columns, int column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] == column)
            {
                return i;
            }
        }

        return -1;
    }
}
