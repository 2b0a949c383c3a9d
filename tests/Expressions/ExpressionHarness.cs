using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Expressions;

/// <summary>Builds and evaluates expressions by hand: functions by name and exact argument types, batches from datums.</summary>
internal static class ExpressionHarness
{
    internal static FunctionRegistry Registry => BuiltinFunctions.Shared;

    /// <summary>The overload whose parameters are the argument types (Unknown takes any); arguments are not coerced.</summary>
    internal static CallExpression Call(string name, params ScalarExpression[] arguments)
    {
        var types = arguments.Select(a => a.Type).ToList();
        var function = Registry.Overloads(name).Where(f => Fits(f, types)).OrderBy(Vague).FirstOrDefault()
            ?? throw new InvalidOperationException($"no overload {name}({string.Join(", ", types)})");
        return new CallExpression(function, arguments, function.Result(types));
    }

    internal static ColumnExpression Column(int index, SqlType type) => new(index, type);

    internal static ConstantExpression Constant(Datum value) => new(value, value.Type);

    internal static ConstantExpression Constant(int value) => Constant(Datum.OfInt32(value));

    internal static Datum Parse(string type, string text) =>
        text == "\\N" ? Datum.Null(TypeNames.Parse(type)) : TextParse.Parse(text, TypeNames.Parse(type));

    internal static Batch BatchOf(Arena arena, params Datum[][] columns)
    {
        var batch = new Batch().Reset(columns[0].Length, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            var builder = new VectorBuilder(arena, columns[i][0].Type);
            foreach (var value in columns[i])
            {
                value.AppendTo(builder);
            }

            batch[i] = builder.Build();
        }

        return batch;
    }

    internal static List<Datum> Evaluate(
        ScalarExpression expression, Batch batch, Arena arena, Action<EvaluationContext>? configure = null)
    {
        var context = new EvaluationContext(arena) { NowMicros = 1_700_000_000_000_000 };
        configure?.Invoke(context);
        Vector result = default;
        CompiledExpression.Compile(expression).Evaluate(context, batch, ref result);
        Assert.True(context.Active.IsAll);
        Assert.Equal(batch.RowCount, result.Length);
        Assert.Equal(expression.Type.Layout, result.Type.Layout);
        var rows = new List<Datum>();
        for (int row = 0; row < batch.RowCount; row++)
        {
            rows.Add(Datum.FromVector(result, row));
        }

        // What the planner takes to be never NULL is not (on active rows; a test that gives a mask looks at those only).
        if (Nullability.IsNotNull(expression, FilledColumns(batch)))
        {
            Assert.DoesNotContain(rows, r => r.IsNull);
        }

        return rows;
    }

    private static HashSet<int> FilledColumns(Batch batch)
    {
        var filled = new HashSet<int>();
        for (int column = 0; column < batch.ColumnCount; column++)
        {
            bool isFilled = batch[column].Type is not null;
            for (int row = 0; isFilled && row < batch.RowCount; row++)
            {
                isFilled = batch[column].IsValid(batch[column].Encoding == VectorEncoding.Constant ? 0 : row);
            }

            if (isFilled)
            {
                filled.Add(column);
            }
        }

        return filled;
    }

    /// <summary>
    /// Applies a function to values in every way it may be called: constants, columns among NULL rows, dictionaries, and
    /// mixtures. All must agree; their one result (or error) as text.
    /// </summary>
    internal static string CallAllWays(string name, Datum[] arguments, Action<EvaluationContext>? configure = null)
    {
        string constant = Outcome(name, arguments, _ => Shape.Constant, configure);
        if (arguments.Length == 0)
        {
            return constant;
        }

        Assert.Equal(constant, Outcome(name, arguments, _ => Shape.Flat, configure));
        Assert.Equal(constant, Outcome(name, arguments, _ => Shape.Dictionary, configure));
        if (arguments.Length > 1)
        {
            Assert.Equal(constant, Outcome(name, arguments, i => i == 0 ? Shape.Flat : Shape.Constant, configure));
            Assert.Equal(constant, Outcome(name, arguments, i => i == 0 ? Shape.Constant : Shape.Flat, configure));
            Assert.Equal(constant, Outcome(name, arguments, i => i == 0 ? Shape.Dictionary : Shape.Constant, configure));
        }

        return constant;
    }

    private enum Shape
    {
        Constant,
        Flat,
        Dictionary,
    }

    private static string Outcome(string name, Datum[] arguments, Func<int, Shape> shape, Action<EvaluationContext>? configure)
    {
        using var arena = new Arena();
        const int rows = 21;
        var batch = new Batch().Reset(rows, arguments.Length);
        var expressions = new ScalarExpression[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            expressions[i] = shape(i) == Shape.Constant ? Constant(arguments[i]) : Column(i, arguments[i].Type);
            batch[i] = shape(i) switch
            {
                Shape.Constant => default,
                Shape.Flat => FlatColumn(arena, arguments[i], rows),
                _ => DictionaryColumn(arena, arguments[i], rows),
            };
        }

        try
        {
            var call = Call(name, expressions);
            var results = Evaluate(call, batch, arena, configure);
            bool allConstant = Enumerable.Range(0, arguments.Length).All(i => shape(i) == Shape.Constant);
            var result = results[3];
            for (int row = 0; row < rows; row++)
            {
                if (row % 5 != 1 || allConstant)
                {
                    Assert.Equal(result, results[row]);
                }
                else if (call.Function.Strict)
                {
                    Assert.True(results[row].IsNull);
                }
            }

            return result.IsNull ? "NULL" : TextFormat.ToText(result);
        }
        catch (SqlException e)
        {
            return $"ERR {e.SqlState} {e.Message}";
        }
    }

    /// <summary>The value in all rows but every fifth, which is NULL.</summary>
    private static Vector FlatColumn(Arena arena, Datum value, int rows)
    {
        var builder = new VectorBuilder(arena, value.Type);
        for (int row = 0; row < rows; row++)
        {
            (row % 5 == 1 ? Datum.Null(value.Type) : value).AppendTo(builder);
        }

        return builder.Build();
    }

    private static Vector DictionaryColumn(Arena arena, Datum value, int rows)
    {
        // Two values of which the second is never referred to, and which no function likes.
        var builder = new VectorBuilder(arena, value.Type);
        value.AppendTo(builder);
        if (value.Type.Layout == Layout.View)
        {
            builder.AppendBytes(value.Bytes);
        }
        else
        {
            Datum.OfRaw(value.Type, 0).AppendTo(builder);
        }

        var values = builder.Build();
        values.DropValidity();
        var codes = arena.AllocateZeroed<int>(rows);
        var vector = values.WithCodes(codes, rows);
        var validity = vector.AddValidity(arena, valid: !value.IsNull);
        for (int row = 1; row < rows; row += 5)
        {
            Bitmap.Clear(validity, row);
        }

        return vector;
    }

    private static bool Fits(ScalarFunction function, List<SqlType> types)
    {
        if (function.Variadic ? types.Count < function.Parameters.Count : types.Count != function.Parameters.Count)
        {
            return false;
        }

        for (int i = 0; i < types.Count; i++)
        {
            var parameter = function.Parameters[Math.Min(i, function.Parameters.Count - 1)];
            if (parameter.Id != TypeId.Unknown && parameter.Id != types[i].Id)
            {
                return false;
            }

            if (parameter.Id == TypeId.List && parameter.Element!.Id is var element && element != TypeId.Unknown
                && element != types[i].Element!.Id)
            {
                return false;
            }
        }

        return true;
    }

    private static int Vague(ScalarFunction function) => (function.Variadic ? 100 : 0) + function.Parameters.Count(
        p => p.Id == TypeId.Unknown || p.Element?.Id == TypeId.Unknown);
}
