using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.TableFunctions;

/// <summary>
/// A set-returning function, one row's values at a time: <see cref="Start"/> takes the arguments (none NULL),
/// <see cref="MoveNext"/> steps, <see cref="Append"/> writes the current value. One thread.
/// </summary>
internal abstract class SetFunction
{
    internal abstract void Start(Batch arguments, int row);

    internal abstract bool MoveNext();

    internal abstract void Append(VectorBuilder column);

    internal static SetFunction Create(string name, SqlType type, OperatorContext context) => (name, type.Id) switch
    {
        ("unnest", _) => new Unnest(type),
        ("generate_series" or "range", TypeId.Int32 or TypeId.Int64) => new IntegerSeries(name == "generate_series", type),
        ("generate_series" or "range", TypeId.Numeric) => new NumericSeries(name == "generate_series"),
        ("generate_series" or "range", TypeId.Timestamp or TypeId.TimestampTz) =>
            new TimeSeries(name == "generate_series", type, context),
        _ => throw new SqlException(SqlState.FeatureNotSupported, $"table function {name} of {type} is not supported"),
    };

    protected static SqlException ZeroStep() => new(SqlState.InvalidParameterValue, "step size cannot equal zero");
}

/// <summary>The elements of a list in order, NULLs among them.</summary>
internal sealed class Unnest(SqlType element) : SetFunction
{
    private Vector _list;
    private int _row;
    private int _next;

    internal override void Start(Batch arguments, int row)
    {
        _list = arguments[0];
        _row = row;
        _next = 0;
    }

    internal override bool MoveNext() => ++_next <= List.Count;

    internal override void Append(VectorBuilder column)
    {
        var list = List;
        int index = _next - 1;
        if (list.IsNull(index))
        {
            column.AppendNull();
            return;
        }

        switch (element.Layout)
        {
            case Layout.Bit: column.AppendBit(list.Raw(index) != 0); break;
            case Layout.Fixed2: column.Append((short)list.Raw(index)); break;
            case Layout.Fixed4: column.Append((int)list.Raw(index)); break;
            case Layout.Fixed8: column.Append((long)list.Raw(index)); break;
            case Layout.Fixed16: column.Append(list.Raw(index)); break;
            default: column.AppendBytes(list.Bytes(index)); break;
        }
    }

    private PackedList List => new(element, _list.Bytes(_row));
}

/// <summary>generate_series (the end included) and range (not) of integers; ends where the type ends.</summary>
internal sealed class IntegerSeries(bool inclusive, SqlType type) : SetFunction
{
    private Int128 _at;
    private Int128 _stop;
    private Int128 _step;

    internal override void Start(Batch arguments, int row)
    {
        _step = arguments.ColumnCount > 2 ? Integer(in arguments[2], row) : 1;
        if (_step == 0)
        {
            throw ZeroStep();
        }

        _at = Integer(in arguments[0], row) - _step;
        _stop = Integer(in arguments[1], row);
    }

    internal override bool MoveNext()
    {
        _at += _step;
        return (_step > 0 ? _at < _stop : _at > _stop) || (inclusive && _at == _stop);
    }

    internal override void Append(VectorBuilder column)
    {
        if (type.Id == TypeId.Int32)
        {
            column.Append((int)_at);
        }
        else
        {
            column.Append((long)_at);
        }
    }

    private static Int128 Integer(in Vector vector, int row) =>
        vector.Type.Layout == Layout.Fixed4 ? vector.Value<int>(row) : vector.Value<long>(row);
}

/// <summary>generate_series and range of unbounded numerics.</summary>
internal sealed class NumericSeries(bool inclusive) : SetFunction
{
    private FreeNumeric _at;
    private FreeNumeric _stop;
    private FreeNumeric _step;
    private bool _hasStarted;

    internal override void Start(Batch arguments, int row)
    {
        _at = Numeric(in arguments[0], row, "start");
        _stop = Numeric(in arguments[1], row, "stop");
        _step = arguments.ColumnCount > 2 ? Numeric(in arguments[2], row, "step size") : FreeNumeric.FromInt64(1);
        _hasStarted = false;
        if (_step.IsZero)
        {
            throw ZeroStep();
        }
    }

    internal override bool MoveNext()
    {
        if (_hasStarted && Numerics.Add(_at, _step, out _at) != ValueStatus.Ok)
        {
            return false;
        }

        _hasStarted = true;
        return (_step.IsNegative ? _at > _stop : _at < _stop) || (inclusive && _at == _stop);
    }

    internal override void Append(VectorBuilder column) => column.Append(_at.Bits);

    private static FreeNumeric Numeric(in Vector vector, int row, string what)
    {
        var value = FreeNumeric.FromBits(vector.Value<Int128>(row));
        return value.IsFinite ? value : throw new SqlException(
            SqlState.InvalidParameterValue, $"{what} value cannot be {(value.IsNaN ? "NaN" : "infinity")}");
    }
}

/// <summary>generate_series and range of timestamps by an interval; with time zone, days are the session zone's.</summary>
internal sealed class TimeSeries(bool inclusive, SqlType type, OperatorContext context) : SetFunction
{
    private long _at;
    private long _stop;
    private IntervalValue _step;
    private bool _descends;
    private bool _hasStarted;

    internal override void Start(Batch arguments, int row)
    {
        _at = arguments[0].Value<long>(row);
        _stop = arguments[1].Value<long>(row);
        _step = IntervalValue.FromBits(arguments[2].Value<Int128>(row));
        _hasStarted = false;
        if (_step.Normalized == 0)
        {
            throw ZeroStep();
        }

        _descends = _step.Normalized < 0;
    }

    internal override bool MoveNext()
    {
        if (_hasStarted)
        {
            var status = type.Id == TypeId.TimestampTz
                ? TemporalArithmetic.AddTz(_at, _step, context.Evaluation.Session.TimeZone, out _at)
                : TemporalArithmetic.Add(_at, _step, out _at);
            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Operation(status, type);
            }
        }

        _hasStarted = true;
        return (_descends ? _at > _stop : _at < _stop) || (inclusive && _at == _stop);
    }

    internal override void Append(VectorBuilder column) => column.Append(_at);
}
