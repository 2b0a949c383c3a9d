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
        SqlType.Uuid, SqlType.Oid, SqlType.Name, SqlType.InternalChar, SqlType.RegClass, SqlType.RegType, SqlType.RegProc,
        SqlType.RegNamespace, SqlType.Jsonb, SqlType.ListOf(SqlType.Unknown),
        SqlType.StructOf(new StructFields([])),
    ];

    internal static void Register(FunctionFamily family)
    {
        foreach (var type in OrderedTypes)
        {
            foreach (var (symbol, op) in Operators)
            {
                family.AddTyped(
                    symbol, [type, type], _ => SqlType.Boolean, KernelOf(op), canFail: false,
                    takesIntegersAsNumeric: type.Id == TypeId.Numeric);
            }

            family.AddTyped(
                "is_distinct", [type, type], _ => SqlType.Boolean, IsDistinct(negated: false), canFail: false, strict: false,
                takesIntegersAsNumeric: type.Id == TypeId.Numeric);
            family.AddTyped(
                "is_not_distinct", [type, type], _ => SqlType.Boolean, IsDistinct(negated: true), canFail: false, strict: false,
                takesIntegersAsNumeric: type.Id == TypeId.Numeric);
        }
    }

    internal static ScalarKernel KernelOf(CompareOp op) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Compare(op, c, a[0], a[1], n, ref r);

    internal static void Compare(
        CompareOp op, EvaluationContext context, in Vector left, in Vector right, int rowCount, ref Vector result)
    {
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
