using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Frame clauses. ROWS and GROUPS count; RANGE with an offset becomes a comparison of the order value with the current row's
/// less or plus the offset, both computed as columns in a type wide enough (PostgreSQL's in_range functions).
/// </summary>
internal sealed class WindowFrameBinder(BindContext context, QueryBinder queries, ExpressionBinder binder)
{
    /// <summary>Beyond any number of rows, and far from overflowing when added to one.</summary>
    private const long DistanceMax = 1L << 40;

    public sealed record Result(WindowFrame Frame)
    {
        public ScalarExpression? Order { get; init; }

        public ScalarExpression? Start { get; init; }

        public ScalarExpression? End { get; init; }
    }

    public Result Bind(Sql.WindowSpecification window, IReadOnlyList<WindowOrder> order, int callPosition)
    {
        if (window.Frame is not { } frame)
        {
            return new Result(WindowFrame.Default);
        }

        int position = frame.Position > 0 ? frame.Position : callPosition;
        if (frame.Unit == Sql.FrameUnit.Session)
        {
            throw context.Unsupported("SESSION WITH GAP frames", position);
        }

        if (frame.Unit == Sql.FrameUnit.Groups && order.Count == 0)
        {
            throw context.Error(SqlState.WindowingError, "GROUPS mode requires an ORDER BY clause", position);
        }

        var start = frame.Start!;
        var end = frame.End ?? new Sql.FrameBound(Sql.FrameBoundKind.CurrentRow) { Position = position };
        var exclusion = frame.Exclusion switch
        {
            Sql.FrameExclusion.CurrentRow => FrameExclusion.CurrentRow,
            Sql.FrameExclusion.Group => FrameExclusion.Group,
            Sql.FrameExclusion.Ties => FrameExclusion.Ties,
            _ => FrameExclusion.None,
        };
        if (frame.Unit == Sql.FrameUnit.Range && (start.Offset ?? end.Offset) is { } offset)
        {
            return Range(start, end, exclusion, order, ExpressionBinder.PositionOf(offset));
        }

        string mode = frame.Unit == Sql.FrameUnit.Rows ? "ROWS" : "GROUPS";
        return new Result(new WindowFrame(
            Counted(start, frame.Unit, mode, "starting"), Counted(end, frame.Unit, mode, "ending"), exclusion));
    }

    private FrameBound Counted(Sql.FrameBound bound, Sql.FrameUnit unit, string mode, string side)
    {
        if (bound.Kind is Sql.FrameBoundKind.UnboundedPreceding or Sql.FrameBoundKind.UnboundedFollowing)
        {
            return FrameBound.Unbounded;
        }

        var counts = unit == Sql.FrameUnit.Rows ? FrameBoundUnit.Rows : FrameBoundUnit.Groups;
        if (bound.Kind == Sql.FrameBoundKind.CurrentRow)
        {
            return new FrameBound(counts);
        }

        int position = ExpressionBinder.PositionOf(bound.Offset!);
        var value = queries.Coercion.TryTo(
            Offset(bound.Offset!, mode), SqlType.Int64, CoercionContext.Assignment, position)
            ?? throw context.Error(SqlState.DatatypeMismatch, $"argument of {mode} must be type bigint", position);
        long distance = Constant(value, side, position).AsInt64;
        if (distance < 0)
        {
            throw context.Error(
                SqlState.InvalidPrecedingOrFollowingSize, $"frame {side} offset must not be negative", position);
        }

        distance = Math.Min(distance, DistanceMax);
        return new FrameBound(counts, bound.Kind == Sql.FrameBoundKind.Preceding ? -distance : distance);
    }

    private Result Range(
        Sql.FrameBound start, Sql.FrameBound end, FrameExclusion exclusion, IReadOnlyList<WindowOrder> order, int position)
    {
        if (order.Count != 1)
        {
            throw context.Error(
                SqlState.WindowingError, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column", position);
        }

        var (type, offsetType) = Types(order[0].Value.Type, position);
        var value = queries.Coercion.Cast(order[0].Value, type, position);
        var (startBound, startValue) = Valued(start, value, offsetType, order[0].Descending, "starting");
        var (endBound, endValue) = Valued(end, value, offsetType, order[0].Descending, "ending");
        return new Result(new WindowFrame(startBound, endBound, exclusion))
        {
            Order = value,
            Start = startValue,
            End = endValue,
        };
    }

    /// <summary>The type values are compared in, and the offset's.</summary>
    private (SqlType Type, SqlType Offset) Types(SqlType type, int position) => type.Id switch
    {
        TypeId.Int16 or TypeId.Int32 => (SqlType.Int64, SqlType.Int64),
        TypeId.Int64 or TypeId.Numeric => (SqlType.Numeric, SqlType.Numeric),
        TypeId.Float32 or TypeId.Float64 => (SqlType.Float64, SqlType.Float64),
        TypeId.Date or TypeId.Timestamp => (SqlType.Timestamp, SqlType.Interval),
        TypeId.TimestampTz => (SqlType.TimestampTz, SqlType.Interval),
        TypeId.Interval => (SqlType.Interval, SqlType.Interval),
        _ => throw context.Error(
            SqlState.FeatureNotSupported,
            $"RANGE with offset PRECEDING/FOLLOWING is not supported for column type {CommonType.PgName(type)}", position),
    };

    private (FrameBound Bound, ScalarExpression? Value) Valued(
        Sql.FrameBound bound, ScalarExpression value, SqlType offsetType, bool descending, string side)
    {
        switch (bound.Kind)
        {
            case Sql.FrameBoundKind.UnboundedPreceding or Sql.FrameBoundKind.UnboundedFollowing:
                return (FrameBound.Unbounded, null);
            case Sql.FrameBoundKind.CurrentRow:
                return (FrameBound.Groups(0), null);
        }

        int position = ExpressionBinder.PositionOf(bound.Offset!);
        var offset = Offset(bound.Offset!, "RANGE");
        // What the column cannot be moved by (an interval over numbers, a number over times) finds no conversion.
        var coerced = queries.Coercion.TryTo(offset, offsetType, CoercionContext.Implicit, position)
            ?? throw context.Error(
                SqlState.FeatureNotSupported,
                "RANGE with offset PRECEDING/FOLLOWING is not supported for column type "
                + $"{CommonType.PgName(value.Type)} and offset type {CommonType.PgName(offset.Type)}",
                position, "Cast the offset value to an appropriate type.");
        var constant = new ConstantExpression(Constant(coerced, side, position), coerced.Type);
        if (IsNegative(constant.Value))
        {
            throw context.Error(
                SqlState.InvalidPrecedingOrFollowingSize, "invalid preceding or following size in window function", position);
        }

        bool subtracts = bound.Kind == Sql.FrameBoundKind.Preceding != descending;
        var moved = binder.Operator(subtracts ? "-" : "+", value, constant, position);
        return (new FrameBound(FrameBoundUnit.Value), queries.Coercion.Cast(moved, value.Type, position));
    }

    private ScalarExpression Offset(Sql.Expression offset, string mode)
    {
        var bound = new ExpressionBinder(context, queries, new Scope(null), mode);
        return offset is Sql.ColumnReference
            ? throw context.Error(
                SqlState.InvalidColumnReference, $"argument of {mode} must not contain variables", offset.Position)
            : bound.Bind(offset);
    }

    private Datum Constant(ScalarExpression value, string side, int position)
    {
        if (ExpressionFolding.Fold(value) is not ConstantExpression constant)
        {
            throw context.Unsupported("a frame offset that is not constant", position);
        }

        return constant.Value.IsNull
            ? throw context.Error(SqlState.NullValueNotAllowed, $"frame {side} offset must not be null", position)
            : constant.Value;
    }

    private static bool IsNegative(Datum value) => value.Type.Id switch
    {
        TypeId.Float64 => !(value.AsFloat64 >= 0),
        TypeId.Interval => ValueOrder.Compare(SqlType.Interval, value.Raw, 0) < 0,
        TypeId.Numeric when value.Type.NumericForm == NumericForm.Free => FreeNumeric.FromBits(value.Raw) is { } n
            && (n.IsNaN || n.IsNegative),
        _ => value.Raw < 0,
    };
}
