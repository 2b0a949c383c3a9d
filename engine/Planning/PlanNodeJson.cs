using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>The own parameters of each kind of node, for <see cref="PlanJson"/>.</summary>
internal static class PlanNodeJson
{
    public static void Write(Utf8JsonWriter json, PlanNode node)
    {
        switch (node)
        {
            case ScanNode n:
                Relation(json, "scan", n.RelationId, n.RelationName);
                Ints(json, "relationColumns", n.RelationColumns);
                break;
            case IndexLookupNode n:
                Relation(json, "lookup", n.RelationId, n.RelationName);
                Ints(json, "relationColumns", n.RelationColumns);
                Ints(json, "indexColumns", n.IndexColumns);
                Rows(json, "keys", n.Keys);
                break;
            case ValuesNode n:
                json.WriteString("op", "values");
                Rows(json, "values", n.Rows);
                break;
            case SystemScanNode n:
                json.WriteString("op", "system");
                json.WriteString("schema", n.Schema);
                json.WriteString("name", n.Relation);
                Ints(json, "relationColumns", n.RelationColumns);
                break;
            case ProjectNode n:
                json.WriteString("op", "project");
                json.WritePropertyName("expressions");
                ExpressionJson.WriteAll(json, n.Expressions);
                break;
            case FilterNode n:
                json.WriteString("op", "filter");
                Expression(json, "predicate", n.Predicate);
                break;
            case TemporalFilterNode n:
                json.WriteString("op", "temporal");
                Expression(json, "predicate", n.Predicate);
                break;
            case WindowCloseNode n:
                json.WriteString("op", "close");
                WindowClosing.Write(json, "closing", n.Closing);
                break;
            case AggregateNode n:
                json.WriteString("op", "aggregate");
                Ints(json, "groups", n.GroupColumns);
                AggregateJson.Write(json, n.Aggregates);
                json.WriteBoolean("emitEmpty", n.EmitEmpty);
                WindowClosing.Write(json, "closing", n.Closing);
                break;
            case JoinNode n:
                json.WriteString("op", "join");
                json.WriteString("join", n.Kind.ToString());
                json.WriteBoolean("asOfNow", n.AsOfNow);
                WindowClosing.Write(json, "closing", n.Closing);
                Ints(json, "leftKeys", n.LeftKeys);
                Ints(json, "rightKeys", n.RightKeys);
                Ints(json, "nullSafe", [.. n.NullSafe.Select(s => s ? 1 : 0)]);
                Expression(json, "residual", n.Residual);
                break;
            case TopNNode n:
                json.WriteString("op", "topn");
                Ints(json, "partition", n.PartitionColumns);
                AggregateJson.Order(json, "order", n.Order);
                Expression(json, "limit", n.Limit);
                Expression(json, "offset", n.Offset);
                json.WriteBoolean("numbered", n.EmitRowNumber);
                break;
            case WindowNode n:
                json.WriteString("op", "window");
                Ints(json, "partition", n.PartitionColumns);
                AggregateJson.Order(json, "order", n.Order);
                WindowJson.Write(json, n);
                WindowClosing.Write(json, "closing", n.Closing);
                break;
            case UnionAllNode:
                json.WriteString("op", "union");
                break;
            case SessionNode n:
                json.WriteString("op", "session");
                Ints(json, "partition", n.PartitionColumns);
                json.WriteNumber("time", n.TimeColumn);
                json.WriteNumber("gap", n.GapMicros);
                WindowClosing.Write(json, "closing", n.Closing);
                break;
            case SessionAggregateNode n:
                json.WriteString("op", "sessionAggregate");
                Ints(json, "partition", n.PartitionColumns);
                json.WriteNumber("time", n.TimeColumn);
                json.WriteNumber("gap", n.GapMicros);
                Ints(json, "groups", n.GroupColumns);
                AggregateJson.Write(json, n.Aggregates);
                break;
            case HopNode n:
                json.WriteString("op", "hop");
                json.WriteNumber("time", n.TimeColumn);
                json.WriteNumber("slide", n.SlideMicros);
                json.WriteNumber("size", n.SizeMicros);
                json.WriteNumber("offset", n.OffsetMicros);
                break;
            case PaneNode n:
                json.WriteString("op", "pane");
                json.WriteNumber("time", n.TimeColumn);
                json.WriteNumber("pane", n.PaneMicros);
                json.WriteNumber("offset", n.OffsetMicros);
                break;
            case TableFunctionNode n:
                json.WriteString("op", "function");
                json.WriteString("name", n.Function);
                json.WritePropertyName("expressions");
                ExpressionJson.WriteAll(json, n.Arguments);
                json.WriteBoolean("ordinality", n.WithOrdinality);
                break;
            case MaterializeNode n:
                Relation(json, "materialize", n.RelationId, n.RelationName);
                break;
            case SinkNode n:
                Relation(json, "sink", n.SinkId, n.SinkName);
                json.WriteBoolean("discards", n.Discards);
                json.WriteBoolean("insertsOnly", n.InsertsOnly);
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"{node.GetType().Name} cannot be stored");
        }
    }

    public static PlanNode Read(JsonElement json, PlanNode[] inputs, FunctionRegistry functions)
    {
        ScalarExpression? Optional(string name) =>
            json.GetProperty(name) is { ValueKind: JsonValueKind.Array } e ? ExpressionJson.Read(e, functions) : null;
        ScalarExpression[] All() => ExpressionJson.ReadAll(json.GetProperty("expressions"), functions);
        int[] List(string name) => Ints(json.GetProperty(name));
        int Id() => json.GetProperty("relation").GetInt32();
        string Name() => json.GetProperty("name").GetString()!;
        return json.GetProperty("op").GetString() switch
        {
            "scan" => new ScanNode(Id(), Name(), List("relationColumns")) { Columns = [], Properties = Later },
            "lookup" => new IndexLookupNode(
                Id(), Name(), List("relationColumns"), List("indexColumns"),
                ReadRows(json.GetProperty("keys"), functions))
            {
                Columns = [],
                Properties = Later,
            },
            "values" => new ValuesNode(
                ReadRows(json.GetProperty("values"), functions))
            { Columns = [], Properties = Later },
            "system" => new SystemScanNode(json.GetProperty("schema").GetString()!, Name(), List("relationColumns"))
            {
                Columns = [],
                Properties = Later,
            },
            "project" => new ProjectNode(inputs[0], All()) { Columns = [], Properties = Later },
            "filter" => new FilterNode(inputs[0], Optional("predicate")!) { Columns = [], Properties = Later },
            "close" => new WindowCloseNode(inputs[0], WindowClosing.Read(json, "closing")!) { Columns = [], Properties = Later },
            "temporal" => new TemporalFilterNode(inputs[0], Optional("predicate")!) { Columns = [], Properties = Later },
            "aggregate" => new AggregateNode(
                inputs[0], List("groups"), AggregateJson.Read(json.GetProperty("aggregates")),
                json.GetProperty("emitEmpty").GetBoolean())
            {
                Columns = [],
                Properties = Later,
                Closing = WindowClosing.Read(json, "closing"),
            },
            "join" => new JoinNode(
                inputs[0], inputs[1], Enum.Parse<JoinKind>(json.GetProperty("join").GetString()!), List("leftKeys"),
                List("rightKeys"), [.. List("nullSafe").Select(s => s != 0)], Optional("residual"))
            {
                Columns = [],
                Properties = Later,
                Closing = WindowClosing.Read(json, "closing"),
                AsOfNow = json.TryGetProperty("asOfNow", out var asOfNow) && asOfNow.GetBoolean(),
            },
            "topn" => new TopNNode(
                inputs[0], List("partition"), AggregateJson.Order(json.GetProperty("order")), Optional("limit"),
                Optional("offset"),
                json.GetProperty("numbered").GetBoolean())
            {
                Columns = [],
                Properties = Later,
            },
            "window" => new WindowNode(
                inputs[0], List("partition"), AggregateJson.Order(json.GetProperty("order")),
                WindowJson.Read(json.GetProperty("calls")))
            {
                Limit = WindowJson.ReadLimit(json),
                Closing = WindowClosing.Read(json, "closing"),
                IsRising = json.TryGetProperty("rising", out var rising) && rising.GetBoolean(),
                Columns = [],
                Properties = Later,
            },
            "union" => new UnionAllNode(inputs) { Columns = [], Properties = Later },
            "session" => new SessionNode(
                inputs[0], List("partition"), json.GetProperty("time").GetInt32(), json.GetProperty("gap").GetInt64())
            {
                Columns = [],
                Properties = Later,
                Closing = WindowClosing.Read(json, "closing"),
            },
            "sessionAggregate" => new SessionAggregateNode(
                inputs[0], List("partition"), json.GetProperty("time").GetInt32(), json.GetProperty("gap").GetInt64(),
                List("groups"), AggregateJson.Read(json.GetProperty("aggregates")))
            {
                Columns = [],
                Properties = Later,
            },
            "hop" => new HopNode(
                inputs[0], json.GetProperty("time").GetInt32(), json.GetProperty("slide").GetInt64(),
                json.GetProperty("size").GetInt64(), json.GetProperty("offset").GetInt64())
            {
                Columns = [],
                Properties = Later,
            },
            "pane" => new PaneNode(
                inputs[0], json.GetProperty("time").GetInt32(), json.GetProperty("pane").GetInt64(),
                json.GetProperty("offset").GetInt64())
            {
                Columns = [],
                Properties = Later,
            },
            "function" => new TableFunctionNode(
                inputs.Length == 0 ? null : inputs[0], Name(), All(), json.GetProperty("ordinality").GetBoolean())
            {
                Columns = [],
                Properties = Later,
            },
            "materialize" => new MaterializeNode(inputs[0], Id(), Name()) { Columns = [], Properties = Later },
            "sink" => new SinkNode(
                inputs[0], Id(), Name(), json.GetProperty("discards").GetBoolean(),
                json.GetProperty("insertsOnly").GetBoolean())
            {
                Columns = [],
                Properties = Later,
            },
            var op => throw new SqlException(SqlState.DataCorrupted, $"stored plan node {op} is unknown"),
        };
    }

    public static void Ints(Utf8JsonWriter json, string name, IReadOnlyList<int> items)
    {
        json.WriteStartArray(name);
        foreach (int item in items)
        {
            json.WriteNumberValue(item);
        }

        json.WriteEndArray();
    }

    public static int[] Ints(JsonElement json) => [.. json.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>Set by <see cref="PlanJson"/> once the node is made.</summary>
    private static readonly StreamProperties Later = new(StreamKind.General, null);

    private static void Relation(Utf8JsonWriter json, string op, int id, string name)
    {
        json.WriteString("op", op);
        json.WriteNumber("relation", id);
        json.WriteString("name", name);
    }

    private static void Expression(Utf8JsonWriter json, string name, ScalarExpression? value)
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            ExpressionJson.Write(json, value);
        }
    }

    private static void Rows(Utf8JsonWriter json, string name, IReadOnlyList<IReadOnlyList<ScalarExpression>> rows)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            ExpressionJson.WriteAll(json, row);
        }

        json.WriteEndArray();
    }

    private static ScalarExpression[][] ReadRows(JsonElement json, FunctionRegistry functions) =>
        [.. json.EnumerateArray().Select(r => ExpressionJson.ReadAll(r, functions))];
}
