using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The values of each group in an order, for aggregates that need it: min and max that take retractions, string_agg,
/// array_agg, first and last value, percentiles, mode. One ordered set for all groups, keyed (group, order columns,
/// tie-breaking columns), a count being how often a key stands in it; the values themselves stand in the payload, in the key, or
/// in a table of distinct values, whichever is least. Where ties break by the stream's key the payload ends the key: an updated
/// row stands in it twice for a while. For mode() a second set has each key once, ranked by its count. A tick's changes are
/// applied at its end, insertions first, so that no count goes below zero on the way. O(log n) a change, whatever the size of its
/// group.
/// </summary>
internal sealed class OrderedValues : IDisposable
{
    private readonly OperatorContext _context;
    private readonly OrderedValuesSpec _spec;
    private readonly AggregateInput _input;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly OrderedSet _set;
    private readonly GroupTable? _values;
    private readonly int[] _one = new int[1];
    private readonly List<Batch> _changes = [];
    private readonly Payload _payload;
    private readonly CountRanking? _ranking;
    private readonly ValueForms? _forms;
    private readonly int[] _valueColumns;
    private readonly bool _endsInPayload;
    private byte[] _longKey = new byte[128];
    private byte[] _keyRoom = [];

    internal OrderedValues(OperatorContext context, OrderedValuesSpec spec)
    {
        _context = context;
        _spec = spec;
        _input = new AggregateInput(spec.ValueColumns[0], spec.SkipsNulls, spec.Filter);
        var order = new List<SortKey>(spec.GroupColumns.Select(c => new SortKey(c, false, false)));
        order.AddRange(spec.Order);
        order.AddRange(spec.TieColumns.Select(c => new SortKey(c, false, false)));
        _encoder = new NormalizedKeyEncoder(OrderTypes(spec.InputTypes), order);
        _set = new OrderedSet("ordered values", context.State);
        _ranking = spec.RanksByCount ? new CountRanking(context.State, OrderTypes(spec.InputTypes), spec.GroupColumns) : null;
        var valueType = spec.InputTypes[spec.ValueColumns[0]];
        bool isAlone = spec.ValueColumns.Count == 1 && spec.SkipsNulls;
        _payload = isAlone && valueType.Layout is not (Layout.View or Layout.Fixed16) ? Payload.Value
            : isAlone && spec.IsByValue && OrderTypes([valueType])[0].Id == TypeId.Bytea ? Payload.InKey : Payload.Table;
        _endsInPayload = _payload != Payload.InKey && !spec.KeyHoldsValues;
        _forms = spec.KeepsForms ? new ValueForms(valueType) : null;
        _valueColumns = _forms is null ? spec.ValueColumnArray : [.. Enumerable.Range(0, spec.ValueColumns.Count + 1)];
        if (_payload == Payload.Table)
        {
            var types = spec.ValueColumns.Select(c => spec.InputTypes[c]).ToList();
            if (_forms is not null)
            {
                types.Add(_forms.Type);
            }

            _values = new GroupTable(
                new GroupTableSpec("distinct values", types, [sizeof(long)], context.HashSeed), context.State);
        }
    }

    private enum Payload
    {
        /// <summary>The value's bits.</summary>
        Value,

        /// <summary>Nothing: a string is read back from the key.</summary>
        InKey,

        /// <summary>The value's number in the table of distinct values.</summary>
        Table,
    }

    /// <summary>
    /// The types as sort keys take them: strings and JSON, which has no order of its own here, by their bytes.
    /// </summary>
    internal static SqlType[] OrderTypes(IReadOnlyList<SqlType> types) =>
        [.. types.Select(t => t.Layout == Layout.View && t.Id is not (TypeId.List or TypeId.Struct or TypeId.Map) ? SqlType.Bytea : t)];

    internal OrderedSet Set => _set;

    /// <summary>The keys of a group by how often they occur.</summary>
    internal CountRanking Ranking => _ranking!;

    internal long Bytes => _set.LiveBytes + (_values?.LiveBytes ?? 0) + (_ranking?.Bytes ?? 0);

    /// <summary>Remembers a batch's changes until the tick ends.</summary>
    internal void Add(Batch batch) => _changes.Add(_context.Keep(batch));

    /// <summary>Applies the tick's changes.</summary>
    internal void Apply()
    {
        foreach (var batch in _changes)
        {
            Apply(batch, insertions: true);
        }

        foreach (var batch in _changes)
        {
            if (batch.HasWeights)
            {
                Apply(batch, insertions: false);
            }
        }

        _changes.Clear();
        FreeValues();
    }

    /// <summary>Writes the value a cursor stands at to a row of a column of the value's type.</summary>
    internal void Read(in OrderedCursor cursor, int prefixLength, ref Vector output, int row, Arena arena)
    {
        switch (_payload)
        {
            case Payload.Value:
                Put(ref output, row, cursor.Payload);
                break;
            case Payload.InKey:
                output.Views[row] = arena.AddString(StringInKey(in cursor, prefixLength));
                break;
            default:
                var value = Value(in cursor, 0, arena);
                Copy(in value, ref output, row, arena);
                break;
        }
    }

    /// <summary>One value column (the argument, a separator) at a cursor, as a vector of one row.</summary>
    internal Vector Value(in OrderedCursor cursor, int column, Arena arena)
    {
        if (_values is not null)
        {
            _one[0] = (int)cursor.Payload;
            return _values.GatherKey(column, _one, arena);
        }

        var vector = Vector.Allocate(arena, _spec.InputTypes[_spec.ValueColumns[column]], 1);
        Put(ref vector, 0, cursor.Payload);
        return vector;
    }

    public void Dispose()
    {
        _set.Dispose();
        _keys.Dispose();
        _values?.Dispose();
        _ranking?.Dispose();
    }

    private void Apply(Batch batch, bool insertions)
    {
        var scratch = _context.Scratch;
        int count = _input.Select(batch, scratch, out var rows);
        if (count == 0)
        {
            return;
        }

        _encoder.Encode(batch, _keys);
        _ranking?.Start(batch);
        var argument = TakeKernel.Flatten(batch[_spec.ValueColumns[0]], scratch);
        _forms?.Start(in argument, batch.RowCount, scratch);
        var numbers = default(Span<int>);
        if (_values is not null)
        {
            var values = _forms is null ? batch : _forms.Beside(batch, _spec.ValueColumnArray);
            numbers = scratch.Allocate<int>(batch.RowCount);
            _values.FindOrInsert(values, _valueColumns, KeyHashing.Of(values, _valueColumns, _context.HashSeed, scratch), numbers);
        }

        for (int i = 0; i < count; i++)
        {
            int row = rows.IsEmpty ? i : rows[i];
            long weight = batch.Weight(row);
            if (weight > 0 != insertions)
            {
                continue;
            }

            long payload = _payload == Payload.Value ? Raw(in argument, row) : 0;
            if (_values is not null)
            {
                payload = numbers[row];
                _values.Current<long>(0)[numbers[row]] += weight;
            }

            var key = _forms is null ? _keys[row] : _forms.Append(_keys[row], row);
            long after = _set.Add(_endsInPayload ? WithPayload(key, payload) : key, payload, weight);
            _ranking?.Move(row, _keys[row], payload, after - weight, after);
        }
    }

    private ReadOnlySpan<byte> WithPayload(ReadOnlySpan<byte> key, long payload)
    {
        if (_longKey.Length < key.Length + sizeof(long))
        {
            _longKey = new byte[(key.Length + sizeof(long)) * 2];
        }

        key.CopyTo(_longKey);
        BinaryPrimitives.WriteInt64BigEndian(_longKey.AsSpan(key.Length), payload);
        return _longKey.AsSpan(0, key.Length + sizeof(long));
    }

    private void FreeValues()
    {
        if (_values is null)
        {
            return;
        }

        var uses = _values.Current<long>(0);
        foreach (int number in _values.Touched)
        {
            if (uses[number] == 0)
            {
                _values.Remove(number);
            }
        }

        _values.EndTick();
    }

    private static long Raw(in Vector vector, int row) => vector.Type.Layout switch
    {
        Layout.Bit => vector.Bit(row) ? 1 : 0,
        Layout.Fixed2 => vector.Values<short>()[row],
        Layout.Fixed4 => vector.Values<int>()[row],
        _ => vector.Values<long>()[row],
    };

    private static void Put(ref Vector output, int row, long raw)
    {
        switch (output.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(output.Bits, row, raw != 0); break;
            case Layout.Fixed2: output.Values<short>()[row] = (short)raw; break;
            case Layout.Fixed4: output.Values<int>()[row] = (int)raw; break;
            default: output.Values<long>()[row] = raw; break;
        }
    }

    private static void Copy(in Vector value, ref Vector output, int row, Arena arena)
    {
        if (!value.IsValid(0))
        {
            AggregateResult.SetNull(ref output, row);
        }
        else if (value.Type.Layout == Layout.View)
        {
            // The table may give the string up before the tick ends.
            output.Views[row] = arena.AddString(value.Bytes(0));
        }
        else if (value.Type.Width == 16)
        {
            output.Values<Int128>()[row] = value.Values<Int128>()[0];
        }
        else
        {
            Put(ref output, row, Raw(in value, 0));
        }
    }

    /// <summary>The string behind the group's part of a key: a NULL byte, escaped bytes, two zeros.</summary>
    private ReadOnlySpan<byte> StringInKey(in OrderedCursor cursor, int prefixLength)
    {
        int length = cursor.KeyLength;
        if (_keyRoom.Length < length)
        {
            _keyRoom = new byte[Math.Max(length * 2, 256)];
        }

        cursor.CopyKey(_keyRoom);
        var bytes = _keyRoom.AsSpan(prefixLength + 1, length - prefixLength - 3);
        int read = bytes.IndexOf((byte)0);
        if (read < 0)
        {
            return bytes;
        }

        int written = read;
        while (read < bytes.Length)
        {
            bytes[written++] = bytes[read];
            read += bytes[read] == 0 ? 2 : 1;
        }

        return bytes[..written];
    }
}
