using System.Globalization;
using System.Text.Json;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.JsonPaths;

/// <summary>
/// Runs a path over one document. Lax paths unwrap arrays where an object or scalar is wanted, and what is not there is
/// nothing; strict ones raise an error. Predicates are true, false or unknown (null), an error within making it unknown.
/// Used once; one thread.
/// </summary>
internal sealed class PathEvaluator(JsonPath path, JsonElement root, JsonElement? variables)
{
    private JsonElement _current;
    private int _last = -1;

    /// <summary>The items the path leads to.</summary>
    internal List<JsonElement> Run() => Items(path.Root);

    /// <summary>The truth of a path that is a predicate; null when unknown, or when it is none.</summary>
    internal bool? Match()
    {
        var items = Run();
        return items.Count == 1 && items[0].ValueKind is JsonValueKind.True or JsonValueKind.False
            ? items[0].GetBoolean()
            : items.Count == 1 && items[0].ValueKind == JsonValueKind.Null ? null
            : throw new SqlException(SqlState.SqlJsonItem, "single boolean result is expected");
    }

    private List<JsonElement> Items(PathNode node)
    {
        switch (node)
        {
            case RootNode:
                return [root];
            case CurrentNode:
                return [_current.ValueKind == JsonValueKind.Undefined ? root : _current];
            case LiteralNode literal:
                return [Element(literal.Json)];
            case VariableNode variable:
                return variables is { ValueKind: JsonValueKind.Object } v && v.TryGetProperty(variable.Name, out var value) ? [value]
                    : throw new SqlException(SqlState.UndefinedObject, $"could not find jsonpath variable \"{variable.Name}\"");
            case LastNode:
                return _last >= 0 ? [Element(_last.ToString(CultureInfo.InvariantCulture))]
                    : throw new SqlException(SqlState.SyntaxError, "LAST is allowed only in array subscripts");
            case MemberNode member:
                return Each(member.Input, unwraps: true, (item, into) => Member(item, member.Key, into));
            case AnyMemberNode any:
                return Each(any.Input, unwraps: true, AllMembers);
            case AnyElementNode any:
                return Each(any.Input, unwraps: false, AllElements);
            case SubscriptNode subscript:
                return Each(subscript.Input, unwraps: false, (item, into) => Subscripts(item, subscript, into));
            case DescendNode descend:
                return Each(descend.Input, unwraps: false, (item, into) => Descend(item, 0, descend, into));
            case FilterNode filter:
                return Each(filter.Input, unwraps: true, (item, into) =>
                {
                    if (Holds(filter.Predicate, item) == true)
                    {
                        into.Add(item);
                    }
                });
            case MethodNode method:
                return Each(method.Input, unwraps: method.Name is not ("type" or "size"), (item, into) => Method(item, method.Name, into));
            case ArithmeticNode arithmetic:
                return Arithmetic(arithmetic);
            default:
                return [Truth(Predicate(node))];
        }
    }

    private List<JsonElement> Each(PathNode input, bool unwraps, Action<JsonElement, List<JsonElement>> step)
    {
        var result = new List<JsonElement>();
        foreach (var item in Items(input))
        {
            if (unwraps && !path.IsStrict && item.ValueKind == JsonValueKind.Array)
            {
                foreach (var element in item.EnumerateArray())
                {
                    step(element, result);
                }
            }
            else
            {
                step(item, result);
            }
        }

        return result;
    }

    private void Member(JsonElement item, string key, List<JsonElement> into)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value))
        {
            into.Add(value);
        }
        else if (path.IsStrict)
        {
            throw new SqlException(
                item.ValueKind == JsonValueKind.Object ? SqlState.SqlJsonMember : SqlState.SqlJsonObject,
                item.ValueKind == JsonValueKind.Object ? $"JSON object does not contain key \"{key}\""
                    : "jsonpath member accessor can only be applied to an object");
        }
    }

    private void AllMembers(JsonElement item, List<JsonElement> into)
    {
        if (item.ValueKind == JsonValueKind.Object)
        {
            into.AddRange(item.EnumerateObject().Select(p => p.Value));
        }
        else if (path.IsStrict)
        {
            throw new SqlException(SqlState.SqlJsonObject, "jsonpath wildcard member accessor can only be applied to an object");
        }
    }

    private void AllElements(JsonElement item, List<JsonElement> into)
    {
        if (item.ValueKind == JsonValueKind.Array)
        {
            into.AddRange(item.EnumerateArray());
        }
        else if (path.IsStrict)
        {
            throw new SqlException(SqlState.SqlJsonArray, "jsonpath wildcard array accessor can only be applied to an array");
        }
        else
        {
            into.Add(item);
        }
    }

    private void Subscripts(JsonElement item, SubscriptNode node, List<JsonElement> into)
    {
        bool isArray = item.ValueKind == JsonValueKind.Array;
        if (!isArray && path.IsStrict)
        {
            throw new SqlException(SqlState.SqlJsonArray, "jsonpath array accessor can only be applied to an array");
        }

        int length = isArray ? item.GetArrayLength() : 1;
        int outer = _last;
        _last = length - 1;
        foreach (var (from, to) in node.Ranges)
        {
            int first = Index(from);
            int last = to is null ? first : Index(to);
            if (path.IsStrict && (first < 0 || last >= length || first > last))
            {
                throw new SqlException(SqlState.SqlJsonSubscript, "jsonpath array subscript is out of bounds");
            }

            for (int i = Math.Max(first, 0); i <= Math.Min(last, length - 1); i++)
            {
                into.Add(isArray ? item[i] : item);
            }
        }

        _last = outer;
    }

    private int Index(PathNode node) =>
        Items(node) is [{ ValueKind: JsonValueKind.Number } number] && number.TryGetDecimal(out decimal value)
            && Math.Abs(value) <= int.MaxValue ? (int)Math.Truncate(value)
            : throw new SqlException(SqlState.SqlJsonSubscript, "jsonpath array subscript is not a single numeric value");

    private static void Descend(JsonElement item, int depth, DescendNode node, List<JsonElement> into)
    {
        bool isLeaf = item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
        bool takes = node.First == int.MaxValue ? isLeaf : depth >= node.First && depth <= node.Last;
        if (takes)
        {
            into.Add(item);
        }

        if (isLeaf || depth >= node.Last)
        {
            return;
        }

        var children = item.ValueKind == JsonValueKind.Array ? item.EnumerateArray().ToList()
            : item.EnumerateObject().Select(p => p.Value).ToList();
        children.ForEach(child => Descend(child, depth + 1, node, into));
    }

    private void Method(JsonElement item, string name, List<JsonElement> into)
    {
        switch (name)
        {
            case "type":
                into.Add(Text(KindName(item)));
                break;
            case "size":
                into.Add(
                    item.ValueKind == JsonValueKind.Array ? Number(item.GetArrayLength())
                    : !path.IsStrict ? Number(1)
                    : throw new SqlException(SqlState.SqlJsonArray, "jsonpath item method .size() can only be applied to an array"));
                break;
            case "keyvalue":
                KeyValues(item, into);
                break;
            case "double" when item.ValueKind == JsonValueKind.String:
                into.Add(double.TryParse(item.GetString(), CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed)
                    ? JsonSerializer.SerializeToElement(parsed)
                    : throw new SqlException(
                        SqlState.SqlJsonNumber,
                        "string argument of jsonpath item method .double() is not a valid representation of a double precision number"));
                break;
            default:
                decimal value = NumberOf(item, name);
                into.Add(Number(name switch
                {
                    "ceiling" => Math.Ceiling(value),
                    "floor" => Math.Floor(value),
                    "abs" => Math.Abs(value),
                    _ => value,
                }));
                break;
        }
    }

    private static void KeyValues(JsonElement item, List<JsonElement> into)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new SqlException(SqlState.SqlJsonObject, "jsonpath item method .keyvalue() can only be applied to an object");
        }

        foreach (var member in item.EnumerateObject())
        {
            into.Add(Element($"{{\"id\": 0, \"key\": {JsonSerializer.Serialize(member.Name)}, \"value\": {member.Value.GetRawText()}}}"));
        }
    }

    private static decimal NumberOf(JsonElement item, string method) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetDecimal(out decimal value) ? value
            : throw new SqlException(SqlState.SqlJsonNumber, $"jsonpath item method .{method}() can only be applied to a numeric value");

    private List<JsonElement> Arithmetic(ArithmeticNode node)
    {
        if (node.Left is null)
        {
            return [.. Unwrapped(Items(node.Right)).Select(i => Number(node.Operator == '-' ? -Operand(i, node) : Operand(i, node)))];
        }

        decimal left = Single(node.Left, node);
        decimal right = Single(node.Right, node);
        if (right == 0 && node.Operator is '/' or '%')
        {
            throw new SqlException(SqlState.DivisionByZero, "division by zero");
        }

        return [Number(node.Operator switch
        {
            '+' => left + right,
            '-' => left - right,
            '*' => left * right,
            '/' => left / right,
            _ => left % right,
        })];
    }

    private decimal Single(PathNode node, ArithmeticNode of) => Unwrapped(Items(node)).ToList() is [var one] ? Operand(one, of)
        : throw new SqlException(
            SqlState.SqlJsonNumber, $"operand of jsonpath operator {of.Operator} is not a single numeric value");

    private static decimal Operand(JsonElement item, ArithmeticNode of) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetDecimal(out decimal value) ? value
            : throw new SqlException(SqlState.SqlJsonNumber, $"operand of jsonpath operator {of.Operator} is not a numeric value");

    private IEnumerable<JsonElement> Unwrapped(List<JsonElement> items) => path.IsStrict ? items
        : items.SelectMany(i => i.ValueKind == JsonValueKind.Array ? i.EnumerateArray().AsEnumerable() : [i]);

    private bool? Holds(PathNode predicate, JsonElement item)
    {
        var outer = _current;
        _current = item;
        bool? holds = Predicate(predicate);
        _current = outer;
        return holds;
    }

    private bool? Predicate(PathNode node)
    {
        switch (node)
        {
            case LogicalNode logical:
                bool? left = Predicate(logical.Left);
                return left == !logical.IsAnd ? left : Predicate(logical.Right) is var right && right == !logical.IsAnd ? right
                    : left is null || right is null ? null : logical.IsAnd;
            case NotNode not:
                return !Predicate(not.Operand);
            case IsUnknownNode unknown:
                return Predicate(unknown.Operand) is null;
            case ExistsNode exists:
                return Guarded(() => Items(exists.Operand).Count > 0);
            case ComparisonNode comparison:
                return Pairs(comparison.Left, comparison.Right, (a, b) => PathCompare.Holds(comparison.Operator, a, b));
            case StartsWithNode starts:
                return Pairs(starts.Left, starts.Right, (a, b) =>
                    a.ValueKind != JsonValueKind.String || b.ValueKind != JsonValueKind.String ? null
                        : a.GetString()!.StartsWith(b.GetString()!, StringComparison.Ordinal));
            case LikeRegexNode like:
                return Pairs(like.Left, new LiteralNode("null"), (a, _) =>
                    a.ValueKind != JsonValueKind.String ? null : like.Pattern.IsMatch(a.GetString()!));
            default:
                return Items(node) is [{ ValueKind: JsonValueKind.True or JsonValueKind.False } truth] ? truth.GetBoolean() : null;
        }
    }

    /// <summary>True if some pair is; in strict mode an unknown one makes it unknown.</summary>
    private bool? Pairs(PathNode left, PathNode right, Func<JsonElement, JsonElement, bool?> test) => Guarded(() =>
    {
        bool isUnknown = false;
        bool isTrue = false;
        var others = Unwrapped(Items(right)).ToList();
        foreach (var a in Unwrapped(Items(left)))
        {
            foreach (var b in others)
            {
                bool? holds = test(a, b);
                if (holds == true && !path.IsStrict)
                {
                    return true;
                }

                isTrue |= holds == true;
                isUnknown |= holds is null;
            }
        }

        return isUnknown ? null : isTrue;
    });

    /// <summary>An error within a predicate makes it unknown.</summary>
    private static bool? Guarded(Func<bool?> test)
    {
        try
        {
            return test();
        }
        catch (SqlException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static string KindName(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };

    private static JsonElement Truth(bool? value) => Element(value switch { true => "true", false => "false", _ => "null" });

    private static JsonElement Number(decimal value) => Element(value.ToString(CultureInfo.InvariantCulture));

    private static JsonElement Text(string value) => JsonSerializer.SerializeToElement(value);

    private static JsonElement Element(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
