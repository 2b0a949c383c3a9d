using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Tests.Kernels;
using Vectorized.Tests.Long;
using Xunit.Abstractions;
using static Vectorized.Tests.Expressions.ExpressionHarness;

namespace Vectorized.Tests.Expressions;

/// <summary>
/// Random expressions over random batches against an interpreter that walks the tree a row at a time and knows nothing of
/// vectors: same values, same NULLs, and an error exactly when some row has one.
/// </summary>
public sealed class RandomExpressionTests(ITestOutputHelper output)
{
    private static readonly SqlType[] _columns = [SqlType.Int32, SqlType.Int32, SqlType.Int64, SqlType.Boolean, SqlType.Varchar, SqlType.Float64];

    [Fact]
    public void Expressions_OnRandomBatches_EqualRowByRow()
    {
        string? replay = Environment.GetEnvironmentVariable("VECTORIZED_SEED");
        int first = replay is null ? Environment.TickCount & 0xFFFFFF : int.Parse(replay);
        for (int i = 0; i < LongRun.Rounds(1500); i++)
        {
            output.WriteLine($"VECTORIZED_SEED={first + i}");
            Run(first + i);
        }
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        using var arena = new Arena();
        int rows = random.Next(1, 150);
        var batch = new Batch().Reset(rows, _columns.Length);
        var flat = new Vector[_columns.Length];
        for (int i = 0; i < flat.Length; i++)
        {
            flat[i] = Small(RandomVectors.Create(arena, _columns[i], rows, random.Next(3) * 20, seed + i));
            batch[i] = random.Next(3) == 0 ? RandomVectors.Encode(arena, flat[i]) : flat[i];
        }

        var expression = Generate(random, _columns[random.Next(_columns.Length)], 4);
        var expected = new List<object?>();
        string? error = null;
        for (int row = 0; row < rows && error is null; row++)
        {
            try
            {
                expected.Add(Interpret(expression, flat, row));
            }
            catch (SqlException e)
            {
                error = e.SqlState;
            }
        }

        try
        {
            var actual = Evaluate(expression, batch, arena).Select(ToObject).ToList();
            Assert.True(error is null, $"seed {seed}: expected {error} of {expression}");
            for (int row = 0; row < rows; row++)
            {
                Assert.True(
                    Equals(expected[row], actual[row]),
                    $"seed {seed} row {row}: expected {expected[row] ?? "NULL"}, was {actual[row] ?? "NULL"}: {expression}");
            }
        }
        catch (SqlException e)
        {
            Assert.True(error is not null, $"seed {seed}: unexpected {e.SqlState} {e.Message}: {expression}");
        }
    }

    /// <summary>Small numbers, so that zeros and equal values occur.</summary>
    private static Vector Small(Vector vector)
    {
        if (vector.Type.Id == TypeId.Int64)
        {
            foreach (ref long value in vector.Values<long>())
            {
                value %= 50;
            }
        }

        return vector;
    }

    private static ScalarExpression Generate(Random random, SqlType type, int depth)
    {
        if (depth == 0 || random.Next(6) == 0)
        {
            return Leaf(random, type);
        }

        switch (random.Next(8))
        {
            case 0:
                return new CaseExpression(
                    [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => new CaseBranch(
                        Generate(random, SqlType.Boolean, depth - 1), Generate(random, type, depth - 1)))],
                    Generate(random, type, depth - 1), type);
            case 1:
                return new CoalesceExpression([Generate(random, type, depth - 1), Generate(random, type, depth - 1)], type);
            default:
                return type.Id switch
                {
                    TypeId.Boolean => Condition(random, depth),
                    TypeId.Varchar => Call("||", Generate(random, type, depth - 1), Generate(random, type, depth - 1)),
                    TypeId.Int64 when random.Next(3) == 0 => new CastExpression(Generate(random, SqlType.Int32, depth - 1), type),
                    TypeId.Float64 when random.Next(3) == 0 => new CastExpression(Generate(random, SqlType.Int64, depth - 1), type),
                    TypeId.Int32 when random.Next(4) == 0 => Call("length", Generate(random, SqlType.Varchar, depth - 1)),
                    TypeId.Float64 => Call(
                        new[] { "+", "-", "*" }[random.Next(3)], Generate(random, type, depth - 1), Generate(random, type, depth - 1)),
                    _ => Call(
                        new[] { "+", "-", "*", "/", "%" }[random.Next(5)], Generate(random, type, depth - 1),
                        Generate(random, type, depth - 1)),
                };
        }
    }

    private static ScalarExpression Condition(Random random, int depth)
    {
        var type = _columns[random.Next(_columns.Length)];
        switch (random.Next(6))
        {
            case 0:
                return new LogicalExpression(
                    random.Next(2) == 0, [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Generate(random, SqlType.Boolean, depth - 1))]);
            case 1: return Call("not", Generate(random, SqlType.Boolean, depth - 1));
            case 2: return new NullTestExpression(Generate(random, type, depth - 1), random.Next(2) == 0);
            case 3:
                var listed = Enumerable.Range(0, random.Next(1, 15)).Select(i => i > 0 && random.Next(12) == 0
                    ? Datum.Null(SqlType.Int32) : Datum.OfInt32(random.Next(-100, 100))).ToArray();
                return new InListExpression(Generate(random, SqlType.Int32, depth - 1), listed, random.Next(2) == 0);
            default:
                return Call(
                    new[] { "=", "<>", "<", "<=", ">", ">=" }[random.Next(6)], Generate(random, type, depth - 1),
                    Generate(random, type, depth - 1));
        }
    }

    private static ScalarExpression Leaf(Random random, SqlType type)
    {
        var columns = Enumerable.Range(0, _columns.Length).Where(i => _columns[i].Equals(type)).ToArray();
        return random.Next(3) > 0
            ? Column(columns[random.Next(columns.Length)], type)
            : Constant(type.Id switch
            {
                TypeId.Int32 => Datum.OfInt32(random.Next(-5, 6)),
                TypeId.Int64 => Datum.OfInt64(random.Next(-5, 6)),
                TypeId.Boolean => Datum.OfBoolean(random.Next(2) == 0),
                TypeId.Float64 => Datum.OfFloat64(random.Next(-6, 6) / 2.0),
                _ => Datum.OfText(new string('a', random.Next(4)) + "é%"[..random.Next(2)]),
            });
    }

    private static object? ToObject(Datum value) => value.IsNull ? null : value.Type.Id switch
    {
        TypeId.Int32 => (long)value.AsInt32,
        TypeId.Int64 => value.AsInt64,
        TypeId.Boolean => value.AsBoolean,
        TypeId.Float64 => value.AsFloat64 == 0 ? 0.0 : value.AsFloat64,
        _ => value.AsText,
    };

    private static object? Interpret(ScalarExpression expression, Vector[] columns, int row)
    {
        object? Value(ScalarExpression e) => Interpret(e, columns, row);
        switch (expression)
        {
            case ColumnExpression e: return ToObject(Datum.FromVector(columns[e.Index], row));
            case ConstantExpression e: return ToObject(e.Value);
            case NullTestExpression e: return Value(e.Argument) is null != e.Negated;
            case CoalesceExpression e: return e.Arguments.Select(Value).FirstOrDefault(v => v is not null);
            case CaseExpression e:
                var taken = e.Branches.FirstOrDefault(b => Value(b.Condition) is true);
                return Value(taken is null ? e.Otherwise : taken.Result);
            case LogicalExpression e:
                object? result = e.IsAnd;
                foreach (var term in e.Terms)
                {
                    object? next = Value(term);
                    if (next is bool decided && decided != e.IsAnd)
                    {
                        return decided;
                    }

                    result = next is null ? null : result;
                }

                return result;
            case InListExpression e:
                object? item = Value(e.Argument);
                bool found = e.Values.Any(v => !v.IsNull && Equals(ToObject(v), item));
                return item is null ? null : found ? !e.Negated : e.Values.Any(v => v.IsNull) ? null : e.Negated;
            case CastExpression e:
                object? source = Value(e.Argument);
                return source is null ? null : e.Type.Id == TypeId.Float64 ? (double)(long)source : source;
            default:
                var call = (CallExpression)expression;
                var arguments = call.Arguments.Select(Value).ToArray();
                return arguments.Any(a => a is null) ? null : Apply(call, arguments!);
        }
    }

    private static object? Apply(CallExpression call, object[] a)
    {
        string name = call.Function.Name;
        if (call.Type.Id == TypeId.Boolean)
        {
            return name == "not" ? !(bool)a[0] : CompareOps.Holds(OpOf(name), Compare(a[0], a[1]));
        }

        switch (a[0])
        {
            case string s when name == "length": return (long)s.EnumerateRunes().Count();
            case string s: return s + (string)a[1];
            case double x:
                double y = (double)a[1];
                double real = name switch { "+" => x + y, "-" => x - y, _ => x * y };
                return double.IsInfinity(real) && !double.IsInfinity(x) && !double.IsInfinity(y)
                    ? throw new SqlException(SqlState.NumericValueOutOfRange, "overflow") : real == 0 ? 0.0 : real;
        }

        Int128 left = (long)a[0];
        Int128 right = (long)a[1];
        if (right == 0 && name is "/" or "%")
        {
            throw new SqlException(SqlState.DivisionByZero, "division by zero");
        }

        var whole = name switch { "+" => left + right, "-" => left - right, "*" => left * right, "/" => left / right, _ => left % right };
        var (min, max) = call.Type.Id == TypeId.Int32 ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        return whole < min || whole > max ? throw new SqlException(SqlState.NumericValueOutOfRange, "overflow") : (long)whole;
    }

    private static CompareOp OpOf(string name) => name switch
    {
        "=" => CompareOp.Equal,
        "<>" => CompareOp.NotEqual,
        "<" => CompareOp.Less,
        "<=" => CompareOp.LessEqual,
        ">" => CompareOp.Greater,
        _ => CompareOp.GreaterEqual,
    };

    private static int Compare(object a, object b) => (a, b) switch
    {
        (double x, double y) => double.IsNaN(x) ? (double.IsNaN(y) ? 0 : 1) : double.IsNaN(y) ? -1 : x.CompareTo(y),
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        _ => Comparer<object>.Default.Compare(a, b),
    };
}
