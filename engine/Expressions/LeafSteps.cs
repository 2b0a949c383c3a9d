using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>A column of the input, shared, not copied.</summary>
internal sealed class ColumnStep(int index, SqlType type) : EvaluationStep(type)
{
    internal int Index { get; } = index;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result) => result = batch[Index];
}

/// <summary>A literal: a constant vector.</summary>
internal sealed class ConstantStep(Datum value, SqlType type) : EvaluationStep(type)
{
    internal Datum Value { get; } = value.Type.Equals(type) ? value : value.WithType(type);

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result) =>
        result = Value.ToConstant(context.Arena, batch.RowCount);
}

/// <summary>$n, known when the statement is executed.</summary>
internal sealed class ParameterStep(int number, SqlType type) : EvaluationStep(type)
{
    internal override bool CanFail => true;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        if (number > context.Parameters.Count)
        {
            throw new SqlException(SqlState.UndefinedParameter, $"there is no value for parameter ${number}");
        }

        var value = context.Parameters[number - 1];
        result = (value.Type.Equals(Type) ? value : value.WithType(Type)).ToConstant(context.Arena, batch.RowCount);
    }
}

/// <summary>now(), current_user and the like.</summary>
internal sealed class ContextStep(ContextValue value, SqlType type) : EvaluationStep(type)
{
    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        var datum = value switch
        {
            ContextValue.Now => Datum.OfRaw(Type, context.NowMicros),
            ContextValue.CurrentUser => Datum.OfText(Type, context.Session.User),
            ContextValue.CurrentDatabase => Datum.OfText(Type, context.Session.Database),
            ContextValue.CurrentSchema => context.Session.SearchPath is [var first, ..]
                ? Datum.OfText(Type, first == "$user" && context.Session.SearchPath.Count > 1 ? context.Session.SearchPath[1] : first)
                : Datum.Null(Type),
            _ => throw new SqlException(SqlState.InternalError, $"context value {value} has no step"),
        };
        result = datum.ToConstant(context.Arena, batch.RowCount);
    }
}
