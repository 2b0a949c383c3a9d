using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>Adds a table to a graph: an input, an exchange to the parts that own the keys, the operator that keeps the rows.</summary>
internal static class TableBuilder
{
    internal static RelationOutput Build(
        DataflowGraph graph,
        int relationId,
        string name,
        IReadOnlyList<SqlType> columnTypes,
        Arrangement[] arrangements,
        Partitioning partitioning,
        RelationIntake? intake = null)
    {
        int partCount = graph.Parts.Length;
        var inputs = new RelationInput[partCount];
        var operators = new Operator[partCount];
        var channel = new ExchangeChannel(partCount);
        bool isExchanged = partCount > 1;
        var roots = new List<(GraphPart, RootOperator)>();
        for (int part = 0; part < partCount; part++)
        {
            var graphPart = graph.Parts[part];
            inputs[part] = new RelationInput(graphPart.Context);
            AddRoot(graphPart, 0, inputs[part]);
            operators[part] = new TableOperator(graphPart.Context, arrangements[part]);
            if (!isExchanged)
            {
                inputs[part].ConnectTo(operators[part], 0);
                continue;
            }

            inputs[part].ConnectTo(new ExchangeSender(graphPart.Context, channel, partitioning.HashColumns), 0);
            var receiver = new ExchangeReceiver(graphPart.Context, channel, new ViewFailure());
            AddRoot(graphPart, 1, receiver);
            receiver.ConnectTo(operators[part], 0);
        }

        var output = new RelationOutput
        {
            RelationId = relationId,
            Name = name,
            ColumnTypes = columnTypes,
            Operators = operators,
            Level = isExchanged ? 1 : 0,
            Partitioning = partitioning,
            Arrangements = arrangements,
            Inputs = inputs,
            Intake = intake,
            Roots = roots,
        };
        graph.AddRelation(output);
        return output;

        void AddRoot(GraphPart part, int level, RootOperator root)
        {
            part.AddRoot(level, root);
            roots.Add((part, root));
        }
    }
}

/// <summary>Adds a source to a graph: rows enter in any part and are kept by nobody.</summary>
internal static class SourceBuilder
{
    internal static RelationOutput Build(
        DataflowGraph graph, int relationId, string name, IReadOnlyList<SqlType> columnTypes, RelationIntake? intake = null)
    {
        var inputs = new RelationInput[graph.Parts.Length];
        var roots = new List<(GraphPart, RootOperator)>();
        for (int part = 0; part < inputs.Length; part++)
        {
            inputs[part] = new RelationInput(graph.Parts[part].Context);
            graph.Parts[part].AddRoot(0, inputs[part]);
            roots.Add((graph.Parts[part], inputs[part]));
        }

        var output = new RelationOutput
        {
            RelationId = relationId,
            Name = name,
            ColumnTypes = columnTypes,
            Operators = [.. inputs],
            Level = 0,
            Partitioning = Partitioning.Anywhere,
            Inputs = inputs,
            Intake = intake,
            Roots = roots,
        };
        graph.AddRelation(output);
        return output;
    }
}
