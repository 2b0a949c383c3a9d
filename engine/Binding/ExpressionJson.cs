using System.Text.Json;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Expressions as JSON arrays, the kind first: stored plans hold them. A function stands by its signature; one that a
/// later version lacks is an error that names it.
/// </summary>
public static class ExpressionJson
{
    public static void Write(Utf8JsonWriter json, ScalarExpression expression)
    {
        json.WriteStartArray();
        switch (expression)
        {
            case ColumnExpression e:
                Head(json, "col", e.Type);
                json.WriteNumberValue(e.Index);
                break;
            case ConstantExpression e:
                Head(json, "const", e.Type);
                TypeJson.WriteValue(json, e.Value);
                break;
            case ParameterExpression e:
                Head(json, "param", e.Type);
                json.WriteNumberValue(e.Number);
                break;
            case ContextExpression e:
                Head(json, "context", e.Type);
                json.WriteStringValue(e.Value.ToString());
                break;
            case CallExpression e:
                Head(json, "call", e.Type);
                json.WriteStringValue(e.Function.Signature);
                WriteAll(json, e.Arguments);
                break;
            case CastExpression e:
                Head(json, "cast", e.Type);
                Write(json, e.Argument);
                break;
            case LogicalExpression e:
                json.WriteStringValue(e.IsAnd ? "and" : "or");
                WriteAll(json, e.Terms);
                break;
            case NullTestExpression e:
                json.WriteStringValue(e.Negated ? "notnull" : "isnull");
                Write(json, e.Argument);
                break;
            case CaseExpression e:
                Head(json, "case", e.Type);
                WriteAll(json, [.. e.Branches.SelectMany(b => (ScalarExpression[])[b.Condition, b.Result])]);
                Write(json, e.Otherwise);
                break;
            case CoalesceExpression e:
                Head(json, "coalesce", e.Type);
                WriteAll(json, e.Arguments);
                break;
            case InListExpression e:
                Head(json, e.Negated ? "notin" : "in", e.Argument.Type);
                Write(json, e.Argument);
                json.WriteStartArray();
                foreach (var value in e.Values)
                {
                    TypeJson.WriteValue(json, value);
                }

                json.WriteEndArray();
                break;
            case LambdaVariable e:
                Head(json, "variable", e.Type);
                json.WriteNumberValue(e.Id);
                break;
            case LambdaExpression e:
                Head(json, "lambda", e.Type);
                json.WriteStringValue(e.Function.ToString());
                Write(json, e.Argument);
                WriteAll(json, e.Variables);
                Write(json, e.Body);
                break;
            default:
                throw new SqlException(
                    SqlState.InternalError, $"expression {expression.GetType().Name} cannot be stored");
        }

        json.WriteEndArray();
    }

    public static ScalarExpression Read(JsonElement json, FunctionRegistry functions)
    {
        ScalarExpression Inner(int i) => Read(json[i], functions);
        var type = json.GetArrayLength() > 1 && json[1].ValueKind is JsonValueKind.Number or JsonValueKind.Object
            ? TypeJson.Read(json[1])
            : SqlType.Unknown;
        switch (json[0].GetString())
        {
            case "col":
                return new ColumnExpression(json[2].GetInt32(), type);
            case "const":
                return new ConstantExpression(TypeJson.ReadValue(json[2], type), type);
            case "param":
                return new ParameterExpression(json[2].GetInt32(), type);
            case "context":
                return new ContextExpression(Enum.Parse<ContextValue>(json[2].GetString()!), type);
            case "call":
                return new CallExpression(Function(json[2].GetString()!, functions), ReadAll(json[3], functions), type);
            case "cast":
                return new CastExpression(Inner(2), type);
            case "and":
                return new LogicalExpression(true, ReadAll(json[1], functions));
            case "or":
                return new LogicalExpression(false, ReadAll(json[1], functions));
            case "isnull":
                return new NullTestExpression(Inner(1), false);
            case "notnull":
                return new NullTestExpression(Inner(1), true);
            case "case":
                var parts = ReadAll(json[2], functions);
                var branches = parts.Chunk(2).Select(p => new CaseBranch(p[0], p[1])).ToArray();
                return new CaseExpression(branches, Inner(3), type);
            case "coalesce":
                return new CoalesceExpression(ReadAll(json[2], functions), type);
            case "in" or "notin":
                return new InListExpression(
                    Inner(2), [.. json[3].EnumerateArray().Select(v => TypeJson.ReadValue(v, type))],
                    json[0].GetString() == "notin");
            case "variable":
                return new LambdaVariable(json[2].GetInt32(), type);
            case "lambda":
                return new LambdaExpression(
                    Enum.Parse<LambdaFunction>(json[2].GetString()!), Inner(3),
                    [.. ReadAll(json[4], functions).Cast<LambdaVariable>()], Inner(5), type);
            default:
                throw new SqlException(SqlState.DataCorrupted, $"stored expression {json[0]} is unknown");
        }
    }

    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<ScalarExpression> items)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            Write(json, item);
        }

        json.WriteEndArray();
    }

    public static ScalarExpression[] ReadAll(JsonElement json, FunctionRegistry functions) =>
        [.. json.EnumerateArray().Select(e => Read(e, functions))];

    private static void Head(Utf8JsonWriter json, string kind, SqlType type)
    {
        json.WriteStringValue(kind);
        TypeJson.Write(json, type);
    }

    private static ScalarFunction Function(string signature, FunctionRegistry functions) =>
        functions.BySignature(signature) ?? throw new SqlException(
            SqlState.DataCorrupted, $"a stored plan calls {signature}, which this version does not have");
}
