using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>A conversion's kernel and what the evaluator must know of it. Casts are strict.</summary>
internal readonly record struct CastKernel(ScalarKernel Kernel, bool CanFail, bool DependsOnSession = false, bool NullFree = true);

/// <summary>
/// Conversions between all types. Whether one may happen by itself is the binder's business; an explicit cast to
/// varchar(n) cuts silently. Rounding and errors follow PostgreSQL.
/// </summary>
internal static class Casts
{
    /// <summary>Whether the result depends on the session's time zone or on the catalog.</summary>
    internal static bool DependsOnSession(SqlType from, SqlType to) =>
        !from.Equals(to) && !IsRelabel(from, to) && Find(from, to).DependsOnSession;

    /// <summary>Whether what is not NULL stays so: JSON's null does not.</summary>
    internal static bool IsNullFree(SqlType from, SqlType to) => from.Equals(to) || IsRelabel(from, to) || Find(from, to).NullFree;

    internal static EvaluationStep CreateStep(EvaluationStep argument, SqlType to)
    {
        var from = argument.Type;
        if (from.Equals(to))
        {
            return argument;
        }

        if (IsRelabel(from, to))
        {
            return new RelabelStep(argument, to);
        }

        var cast = Find(from, to);
        return new CallStep(cast.Kernel, new CallTraits(true, cast.NullFree, cast.CanFail, false), [argument], to);
    }

    internal static CastKernel Find(SqlType from, SqlType to) =>
        NumberCasts.Find(from, to) ?? TemporalCasts.Find(from, to) ?? CatalogCasts.Find(from, to)
        ?? NestedCasts.Find(from, to) ?? TextCasts.Find(from, to)
        ?? throw new SqlException(SqlState.CannotCoerce, $"cannot cast type {from} to {to}");

    /// <summary>Converts an argument within a kernel: the active rows that are not NULL.</summary>
    internal static Vector Apply(EvaluationContext context, in Vector argument, SqlType to, int rowCount)
    {
        if (argument.Type.Equals(to))
        {
            return argument;
        }

        if (argument.Encoding == VectorEncoding.Constant)
        {
            var one = argument;
            one.Length = 1;
            var converted = Apply(context, TakeKernel.Flatten(one, context.Arena), to, 1);
            converted.Encoding = VectorEncoding.Constant;
            converted.Length = rowCount;
            return converted;
        }

        var batch = new Batch().Reset(rowCount, 1);
        batch[0] = argument;
        var outer = context.Active;
        context.Active = rowCount == outer.RowCount ? outer : default;
        Vector result = default;
        CreateStep(new ColumnStep(0, argument.Type), to).Evaluate(context, batch, ref result);
        context.Active = outer;
        return TakeKernel.Flatten(result, context.Arena);
    }

    /// <summary>Same values in the same representation, under another name.</summary>
    private static bool IsRelabel(SqlType from, SqlType to) => to.Id switch
    {
        TypeId.Varchar => from.Id is TypeId.Unknown or TypeId.Name or TypeId.InternalChar && to.Precision == 0
            || (from.Id == TypeId.Varchar && (to.Precision == 0 || (from.Precision != 0 && from.Precision <= to.Precision))),
        TypeId.Unknown => from.IsText,
        TypeId.Oid => from.IsOidLike || from.Id == TypeId.Int32,
        TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => from.IsOidLike || from.Id == TypeId.Int32,
        TypeId.Int32 => from.IsOidLike,
        TypeId.Numeric => from.Id == TypeId.Numeric && from.NumericForm == to.NumericForm && from.Scale == to.Scale
            && (from.NumericForm == NumericForm.Free || from.Precision <= to.Precision),
        _ => false,
    };
}

/// <summary>A cast that changes nothing but the type's name.</summary>
internal sealed class RelabelStep(EvaluationStep argument, SqlType type) : EvaluationStep(type)
{
    internal override bool CanFail => argument.CanFail;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        argument.Evaluate(context, batch, ref result);
        result.Type = Type;
    }
}
