using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// = &lt;&gt; &lt; &lt;= &gt; &gt;= and IS [NOT] DISTINCT FROM (functions is_distinct, is_not_distinct) for every type with an
/// order. Both sides are of one type; numerics of any form and scale compare by value.
/// </summary>
internal static class ComparisonFunctions
{
    internal static readonly (string Symbol, CompareOp Op)[] Operators =
    [
        ("=", CompareOp.Equal), ("<>", CompareOp.NotEqual), ("<", CompareOp.Less), ("<=", CompareOp.LessEqual),
        (">", CompareOp.Greater), (">=", CompareOp.GreaterEqual),
    ];

    internal static readonly SqlType[] OrderedTypes =
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Numeric,
        SqlType.Varchar, SqlType.Bytea, SqlType.Date, SqlType.Time, SqlType.Timestamp, SqlType.TimestampTz, SqlType.Interval,
        SqlType.Uuid, SqlType.Oid, SqlType.Name, SqlType.InternalChar, SqlType.RegType, SqlType.RegProc,
        SqlType.RegNamespace, SqlType.Jsonb, SqlType.ListOf(SqlType.Unknown),
        SqlType.StructOf(new StructFields([])),
    ];

    internal static void Register(FunctionFamily family)
    {
        foreach (var (symbol, op) in Operators)
        {
            RegisterMixedFloats(family, symbol, op);
        }

        foreach (var type in OrderedTypes)
        {
            bool isNumeric = type.Id == TypeId.Numeric;
            foreach (var (symbol, op) in Operators)
            {
                family.AddTyped(
                    symbol, [type, type], types => ResultOf(symbol, types), KernelOf(op), canFail: false,
                    takesIntegersAsNumeric: isNumeric);
            }

            family.AddTyped(
                "is_distinct", [type, type], types => ResultOf("is distinct from", types), IsDistinct(negated: false), canFail: false,
                strict: false, takesIntegersAsNumeric: isNumeric);
            family.AddTyped(
                "is_not_distinct", [type, type], types => ResultOf("is not distinct from", types), IsDistinct(negated: true),
                canFail: false, strict: false, takesIntegersAsNumeric: isNumeric);
        }
    }

    /// <summary>Boolean; lists and rows whose members have no common type do not compare (42883).</summary>
    private static SqlType ResultOf(string symbol, IReadOnlyList<SqlType> types)
    {
        if (IsNested(types[0]) && !types[0].Equals(types[1]) && !CommonType.TrySelect(types, out _, out _))
        {
            throw new SqlException(
                SqlState.UndefinedFunction, $"operator does not exist: {types[0]} {symbol} {types[1]}",
                hint: "No operator matches the given name and argument types. You might need to add explicit type casts.");
        }

        return SqlType.Boolean;
    }

    private static bool IsNested(SqlType type) => type.Id is TypeId.List or TypeId.Struct or TypeId.Map;

    private static void RegisterMixedFloats(FunctionFamily family, string symbol, CompareOp op)
    {
        ScalarKernel kernel = (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Compare(
            op, c, Casts.Apply(c, a[0], SqlType.Float64, n), Casts.Apply(c, a[1], SqlType.Float64, n), n, ref r);
        family.Add(symbol, [SqlType.Float32, SqlType.Float64], SqlType.Boolean, kernel, canFail: false);
        family.Add(symbol, [SqlType.Float64, SqlType.Float32], SqlType.Boolean, kernel, canFail: false);
    }

    internal static ScalarKernel KernelOf(CompareOp op) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Compare(op, c, a[0], a[1], n, ref r);

    internal static void Compare(
        CompareOp op, EvaluationContext context, in Vector left, in Vector right, int rowCount, ref Vector result)
    {
        if (IsNested(left.Type) && !left.Type.Equals(right.Type))
        {
            CommonType.TrySelect([left.Type, right.Type], out var common, out _);
            CompareKernel.Compare(
                op, Casts.Apply(context, left, common, rowCount), Casts.Apply(context, right, common, rowCount), rowCount, ref result);
            return;
        }

        bool sameScale = left.Type.Id == TypeId.Numeric && right.Type.Id == TypeId.Numeric
            && left.Type.NumericForm == right.Type.NumericForm && left.Type.Scale == right.Type.Scale;
        if (sameScale || (left.Type.Id != TypeId.Numeric && right.Type.Id != TypeId.Numeric))
        {
            CompareKernel.Compare(op, left, right, rowCount, ref result);
        }
        else
        {
            NumericKernel.Compare(op, left, right, rowCount, context, ref result);
        }
    }

    private static ScalarKernel IsDistinct(bool negated) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            Compare(CompareOp.NotEqual, c, a[0], a[1], n, ref r);
            for (int row = 0; row < n; row++)
            {
                bool left = a[0].IsValid(row);
                bool right = a[1].IsValid(row);
                bool distinct = left != right || (left && Bitmap.Get(r.Bits, row));
                Bitmap.Put(r.Bits, row, distinct != negated);
            }
        };
}
