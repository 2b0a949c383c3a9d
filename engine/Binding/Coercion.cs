using System.Globalization;
using System.Numerics;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Makes expressions of one type be of another: untyped literals are read as the type, parameters take it, the rest is cast
/// where the context allows.
/// </summary>
internal sealed class Coercion(BindContext context)
{
    /// <summary>Where the type has been checked to be reachable (a resolved function's argument, a common type).</summary>
    public ScalarExpression To(ScalarExpression value, SqlType type, int position) =>
        TryTo(value, type, CoercionContext.Implicit, position)
            ?? throw context.Error(
                SqlState.DatatypeMismatch,
                $"cannot convert type {CommonType.PgName(value.Type)} to {CommonType.PgName(type)}", position);

    /// <summary>
    /// A function's argument: as <see cref="To"/>, but an integer constant on its way to numeric keeps its own bounds (2 is
    /// numeric(1,0), not numeric(10,0)), so that the result's stay tight.
    /// </summary>
    public ScalarExpression Argument(ScalarExpression value, SqlType type, int position)
    {
        var coerced = To(value, type, position);
        if (coerced is not ConstantExpression { Value.IsNull: false, Type: { Id: TypeId.Numeric, Scale: 0 } } constant
            || !value.Type.IsInteger || constant.Type.NumericForm == NumericForm.Free)
        {
            return coerced;
        }

        var tight = SqlType.NumericOf(Digits((long)constant.Value.Raw), 0);
        return new ConstantExpression(Datum.OfRaw(tight, constant.Value.Raw), tight);
    }

    /// <summary>CAST(value AS type).</summary>
    public ScalarExpression Cast(ScalarExpression value, SqlType type, int position) =>
        TryTo(value, type, CoercionContext.Explicit, position)
            ?? throw context.Error(
                SqlState.CannotCoerce,
                $"cannot cast type {CommonType.PgName(value.Type)} to {CommonType.PgName(type)}", position);

    /// <summary>A value on its way into a column.</summary>
    public ScalarExpression Assign(ScalarExpression value, SqlType type, string column, int position) =>
        TryTo(value, type, CoercionContext.Assignment, position)
            ?? throw context.Error(
                SqlState.DatatypeMismatch,
                $"column \"{column}\" is of type {CommonType.PgName(type)} but expression is of type {CommonType.PgName(value.Type)}",
                position, "You will need to rewrite or cast the expression.");

    /// <summary>A condition; what names it in the message: `argument of WHERE`.</summary>
    public ScalarExpression Boolean(ScalarExpression value, string what, int position) =>
        TryTo(value, SqlType.Boolean, CoercionContext.Implicit, position)
            ?? throw context.Error(
                SqlState.DatatypeMismatch,
                $"{what} must be type boolean, not type {CommonType.PgName(value.Type)}", position);

    /// <summary>An expression that is shown or stored as it is: untyped literals become text.</summary>
    public ScalarExpression Known(ScalarExpression value, int position) =>
        value.Type.Id == TypeId.Unknown ? To(value, SqlType.Varchar, position) : value;

    public ScalarExpression? TryTo(ScalarExpression value, SqlType type, CoercionContext allowed, int position)
    {
        if (value.Type.Equals(type))
        {
            return value;
        }

        if (value.Type.Id == TypeId.Unknown)
        {
            return FromUnknown(value, type, allowed, position);
        }

        if (context.RowValues.TryGetValue(value, out var members) && type.Fields?.Items.Count == members.Count)
        {
            return Row((CallExpression)value, members, type, allowed, position);
        }

        if (!TypeRules.CanCoerce(value.Type, type, allowed))
        {
            return null;
        }

        if (value.Type.Id == type.Id && type.Base.Equals(type)
            && type.Id is TypeId.Varchar or TypeId.Map or TypeId.Struct)
        {
            return value;
        }

        // A number too long for numeric's digits (1e300) stands as a cast of its text: a float reads the text itself.
        if (value is CastExpression { Type.Id: TypeId.Numeric, Argument: ConstantExpression { Type.Id: TypeId.Varchar } written }
            && type.Id is TypeId.Float32 or TypeId.Float64)
        {
            return LiteralText.Read(written.Value.AsText, type, true, context.Position(position));
        }

        return value is ConstantExpression constant && FoldNumber(constant, type) is { } folded
            ? folded
            : new CastExpression(value, type);
    }

    /// <summary>ROW(...) with each value made of its field's type.</summary>
    private CallExpression? Row(
        CallExpression row, IReadOnlyList<ScalarExpression> members, SqlType type, CoercionContext allowed, int position)
    {
        var values = new ScalarExpression[members.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (TryTo(members[i], type.Fields!.Items[i].Type, allowed, position) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return row with { Arguments = values, Type = type };
    }

    private ScalarExpression? FromUnknown(ScalarExpression value, SqlType type, CoercionContext allowed, int position)
    {
        switch (value)
        {
            case ConstantExpression { Value.IsNull: true }:
                return ExpressionTree.Null(type);
            case ConstantExpression constant:
                return LiteralText.Read(
                    constant.Value.AsText, type, allowed == CoercionContext.Explicit, context.Position(position));
            case ParameterExpression parameter:
                context.Parameters.Infer(parameter.Number, type, context.Position(position));
                var typed = new ParameterExpression(parameter.Number, type.Base);
                return type.Equals(type.Base) ? typed : new CastExpression(typed, type);
            default:
                return new CastExpression(value, type);
        }
    }

    /// <summary>
    /// A number constant as another number type where that is exact, so that bounds stay tight and no cast is left; null:
    /// leave it to a cast.
    /// </summary>
    private static ConstantExpression? FoldNumber(ConstantExpression constant, SqlType type)
    {
        var (value, from) = (constant.Value, constant.Type);
        if (!from.IsInteger || value.IsNull)
        {
            return value.IsNull ? ExpressionTree.Null(type) : null;
        }

        long number = value.AsInt64;
        return type.Id switch
        {
            TypeId.Int16 when number is >= short.MinValue and <= short.MaxValue => Make(Datum.OfInt16((short)number)),
            TypeId.Int32 when number is >= int.MinValue and <= int.MaxValue => Make(Datum.OfInt32((int)number)),
            TypeId.Int64 => Make(Datum.OfInt64(number)),
            TypeId.Float64 when Math.Abs(number) <= 1L << 53 => Make(Datum.OfFloat64(number)),
            TypeId.Oid when number is >= 0 and <= uint.MaxValue => Make(Datum.OfRaw(SqlType.Oid, number)),
            TypeId.Numeric when type is { Scale: 0, Precision: > 0 } && Digits(number) <= type.Precision =>
                new ConstantExpression(Datum.OfRaw(type, number), type),
            _ => null,
        };

        static ConstantExpression Make(Datum datum) => new(datum, datum.Type);
    }

    private static int Digits(long number) => BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).Length;
}
