using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Collects the buffers of one record or dictionary batch: arrays in order, each a node (length, nulls) and its
/// buffers, which are copied into one body in Arrow's form. Reusable after <see cref="Clear"/>.
/// </summary>
internal sealed unsafe class ArrowBodyWriter
{
    private const int Alignment = 64;
    private const int VariadicBytesMax = 1 << 30;

    private byte[] _body = new byte[4096];
    private int _used;
    private int _bufferStart;

    internal List<(long Length, long Nulls)> Nodes { get; } = [];

    internal List<(long Offset, long Length)> Buffers { get; } = [];

    /// <summary>By view array, how many data buffers it has.</summary>
    internal List<long> VariadicCounts { get; } = [];

    internal long Bytes => _used;

    internal void Clear()
    {
        Nodes.Clear();
        Buffers.Clear();
        VariadicCounts.Clear();
        _used = 0;
    }

    internal void WriteTo(ref TextSink sink) => sink.Write(_body.AsSpan(0, _used));

    /// <summary>A value for every row, whatever the vector's encoding.</summary>
    internal void AddRows(in Vector vector)
    {
        AddNode(vector);
        if (vector.IsFlat)
        {
            AddFlat(vector, vector.Length);
        }
        else
        {
            AddGathered(vector);
        }
    }

    /// <summary>A dictionary's values, all present; a flat vector or a constant is its own dictionary, nulls and all.</summary>
    internal void AddValues(in Vector vector)
    {
        var values = vector;
        values.Length = vector.ValueCount;
        if (vector.Encoding == VectorEncoding.Dictionary)
        {
            values.DropValidity();
        }

        AddNode(values);
        AddFlat(vector, vector.ValueCount);
    }

    /// <summary>The codes by row, with the rows' nulls.</summary>
    internal void AddCodes(in Vector vector)
    {
        AddNode(vector);
        var codes = StartBuffer<int>(vector.Length);
        for (int row = 0; row < codes.Length; row++)
        {
            codes[row] = vector.ValueIndex(row);
        }

        EndBuffer();
    }

    internal void AddWeights(Batch batch)
    {
        Nodes.Add((batch.RowCount, 0));
        Buffers.Add((_used, 0));
        var weights = StartBuffer<long>(batch.RowCount);
        if (batch.HasWeights)
        {
            batch.Weights.CopyTo(weights);
        }
        else
        {
            weights.Fill(1);
        }

        EndBuffer();
    }

    /// <summary>The node and the validity buffer, which is empty when no row is null.</summary>
    private void AddNode(in Vector vector)
    {
        int length = vector.Length;
        bool isConstant = vector.Encoding == VectorEncoding.Constant;
        int nulls = !vector.MayHaveNulls || length == 0 ? 0
            : isConstant ? (vector.IsValid(0) ? 0 : length) : length - Bitmap.CountSet(vector.Validity, length);
        Nodes.Add((length, nulls));
        if (nulls == 0)
        {
            Buffers.Add((_used, 0));
            return;
        }

        var bits = StartBuffer<byte>(Bitmap.BytesFor(length));
        if (isConstant)
        {
            bits.Clear();
        }
        else
        {
            vector.Validity.CopyTo(bits);
        }

        EndBuffer();
    }

    /// <summary>The first values of a vector in their own order.</summary>
    private void AddFlat(in Vector vector, int count)
    {
        var type = vector.Type;
        switch (type.Layout)
        {
            case Layout.Bit:
                // Values under a null are unspecified, and so are bits past the end: both may be anything in Arrow too.
                vector.Bits[..Bitmap.BytesFor(count)].CopyTo(StartBuffer<byte>(Bitmap.BytesFor(count)));
                EndBuffer();
                break;
            case Layout.View: AddViews(vector, count, isByRow: false); break;
            case Layout.Fixed8 when type.Id == TypeId.Numeric: AddDecimals(vector, count, isByRow: false); break;
            case Layout.Fixed16 when type.Id == TypeId.Interval: AddIntervals(vector, count, isByRow: false); break;
            case Layout.Fixed16 when type.NumericForm == NumericForm.Free: AddNumericTexts(vector, count, isByRow: false); break;
            default:
                // SAFETY: a flat vector holds count values of its type's width.
                new ReadOnlySpan<byte>(vector.ValuesPointer, count * type.Width).CopyTo(StartBuffer<byte>(count * type.Width));
                EndBuffer();
                break;
        }
    }

    /// <summary>Row by row through codes or a constant.</summary>
    private void AddGathered(in Vector vector)
    {
        var type = vector.Type;
        int rows = vector.Length;
        switch (type.Layout)
        {
            case Layout.Bit:
                var bits = StartBuffer<byte>(Bitmap.BytesFor(rows));
                bits.Clear();
                for (int row = 0; row < rows; row++)
                {
                    Bitmap.Put(bits, row, vector.Bit(row));
                }

                EndBuffer();
                break;
            case Layout.View: AddViews(vector, rows, isByRow: true); break;
            case Layout.Fixed8 when type.Id == TypeId.Numeric: AddDecimals(vector, rows, isByRow: true); break;
            case Layout.Fixed16 when type.Id == TypeId.Interval: AddIntervals(vector, rows, isByRow: true); break;
            case Layout.Fixed16 when type.NumericForm == NumericForm.Free: AddNumericTexts(vector, rows, isByRow: true); break;
            case Layout.Fixed2: Gather<short>(vector); break;
            case Layout.Fixed4: Gather<int>(vector); break;
            case Layout.Fixed8: Gather<long>(vector); break;
            default: Gather<Int128>(vector); break;
        }
    }

    private void Gather<T>(in Vector vector) where T : unmanaged
    {
        var target = StartBuffer<T>(vector.Length);
        for (int row = 0; row < target.Length; row++)
        {
            target[row] = vector.Value<T>(row);
        }

        EndBuffer();
    }

    /// <summary>Scaled 64-bit numerics widened to Decimal128.</summary>
    private void AddDecimals(in Vector vector, int count, bool isByRow)
    {
        var values = vector.Values<long>();
        var target = StartBuffer<Int128>(count);
        for (int i = 0; i < count; i++)
        {
            target[i] = values[isByRow ? vector.ValueIndex(i) : i];
        }

        EndBuffer();
    }

    /// <summary>Microseconds become nanoseconds; values under a null become 0.</summary>
    private void AddIntervals(in Vector vector, int count, bool isByRow)
    {
        var values = vector.Values<IntervalValue>();
        var target = StartBuffer<IntervalValue>(count);
        for (int i = 0; i < count; i++)
        {
            bool isPresent = (vector.Encoding == VectorEncoding.Dictionary && !isByRow) || vector.IsValid(i);
            var value = isPresent ? values[isByRow ? vector.ValueIndex(i) : i] : default;
            long nanoseconds = unchecked(value.Micros * 1000);
            if (nanoseconds / 1000 != value.Micros)
            {
                throw new SqlException(SqlState.IntervalFieldOverflow, $"interval \"{value}\" is out of range for Arrow");
            }

            target[i] = new IntervalValue(value.Months, value.Days, nanoseconds);
        }

        EndBuffer();
    }

    /// <summary>Views whose long strings are copied into fresh data buffers, which they then refer to.</summary>
    private void AddViews(in Vector vector, int count, bool isByRow)
    {
        var source = vector.Views;
        var views = StartBuffer<StringView>(count);
        long longBytes = 0;
        for (int i = 0; i < count; i++)
        {
            views[i] = source[isByRow ? vector.ValueIndex(i) : i];
            longBytes += views[i].IsInline ? 0 : views[i].Length;
        }

        int viewsStart = _bufferStart;
        EndBuffer();
        if (longBytes == 0)
        {
            VariadicCounts.Add(0);
            return;
        }

        int buffers = 1;
        EnsureRoom(longBytes + Alignment);
        _bufferStart = _used;
        for (int i = 0; i < count; i++)
        {
            ref readonly var original = ref source[isByRow ? vector.ValueIndex(i) : i];
            if (original.IsInline)
            {
                continue;
            }

            var bytes = StringView.Bytes(in original);
            if (_used - _bufferStart + (long)bytes.Length > VariadicBytesMax)
            {
                EndBuffer();
                _bufferStart = _used;
                buffers++;
            }

            View(viewsStart, i) = StringView.Reference(bytes, buffers - 1, _used - _bufferStart);
            EnsureRoom(bytes.Length + Alignment);
            bytes.CopyTo(_body.AsSpan(_used));
            _used += bytes.Length;
        }

        EndBuffer();
        VariadicCounts.Add(buffers);
    }

    /// <summary>Unbounded numerics as text.</summary>
    private void AddNumericTexts(in Vector vector, int count, bool isByRow)
    {
        var values = vector.Values<FreeNumeric>();
        StartBuffer<StringView>(count).Clear();
        int viewsStart = _bufferStart;
        EndBuffer();
        _bufferStart = _used;
        Span<byte> room = stackalloc byte[64];
        var text = new TextSink(room);
        for (int i = 0; i < count; i++)
        {
            bool isPresent = (vector.Encoding == VectorEncoding.Dictionary && !isByRow) || vector.IsValid(i);
            if (!isPresent)
            {
                continue;
            }

            text.Clear();
            NumericText.Append(values[isByRow ? vector.ValueIndex(i) : i], ref text);
            var bytes = text.Written;
            if (bytes.Length <= StringView.InlineBytesMax)
            {
                View(viewsStart, i) = StringView.Inline(bytes);
                continue;
            }

            View(viewsStart, i) = StringView.Reference(bytes, 0, _used - _bufferStart);
            EnsureRoom(bytes.Length + Alignment);
            bytes.CopyTo(_body.AsSpan(_used));
            _used += bytes.Length;
        }

        bool hasLong = _used > _bufferStart;
        VariadicCounts.Add(hasLong ? 1 : 0);
        if (hasLong)
        {
            EndBuffer();
        }
    }

    private ref StringView View(int viewsStart, int index) =>
        ref MemoryMarshal.Cast<byte, StringView>(_body.AsSpan(viewsStart))[index];

    private Span<T> StartBuffer<T>(int count) where T : unmanaged
    {
        long bytes = (long)count * sizeof(T);
        EnsureRoom(bytes + Alignment);
        _bufferStart = _used;
        _used += (int)bytes;
        return MemoryMarshal.Cast<byte, T>(_body.AsSpan(_bufferStart, (int)bytes));
    }

    /// <summary>Notes the buffer that was started and pads behind it.</summary>
    private void EndBuffer()
    {
        Buffers.Add((_bufferStart, _used - _bufferStart));
        int padding = -_used & (Alignment - 1);
        EnsureRoom(padding);
        _body.AsSpan(_used, padding).Clear();
        _used += padding;
    }

    private void EnsureRoom(long bytes)
    {
        if (_body.Length - _used >= bytes)
        {
            return;
        }

        long wanted = Math.Max(_used + bytes, 2L * _body.Length);
        if (wanted > Array.MaxLength)
        {
            wanted = _used + bytes;
        }

        if (wanted > Array.MaxLength)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "a batch exceeds the limit of 2 GiB of an Arrow message");
        }

        Array.Resize(ref _body, (int)wanted);
    }
}
