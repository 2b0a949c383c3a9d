using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// The groups of a table in the order of one key column that has a watermark, so that those below it, which no change can
/// reach any more, are freed without looking at others. Groups whose value is NULL are never closed. Invariant: after a
/// tick's notes it holds exactly the groups of the table with a value. O(log n) a group that comes, goes or closes.
/// </summary>
internal sealed class ClosingKeys(OperatorContext context, GroupTable table, int keyColumn, IReadOnlyList<WatermarkTerm> watermark)
    : IDisposable
{
    private const int KeyBytes = sizeof(long) + sizeof(int);

    private readonly OrderedSet _set = new("groups by window", context.State);

    internal long Bytes => _set.LiveBytes;

    /// <summary>Takes note of the touched groups that came into being in this tick or went; by touched group, whether it exists.</summary>
    internal void NoteTouched(ReadOnlySpan<bool> exists)
    {
        var touched = table.Touched;
        Vector values = default;
        Span<byte> key = stackalloc byte[KeyBytes];
        for (int i = 0; i < touched.Length; i++)
        {
            if (table.WasAbsent(i) != exists[i])
            {
                continue;
            }

            values = values.Length == 0 ? table.GatherKey(keyColumn, touched, context.Scratch) : values;
            if (values.IsValid(i))
            {
                Write(key, ValueAt(in values, i), touched[i]);
                _set.Add(key, touched[i], exists[i] ? 1 : -1);
            }
        }
    }

    /// <summary>Takes the next group below the watermark out of the order; -1: none is left.</summary>
    internal int NextClosed()
    {
        if (_set.KeyCount == 0)
        {
            return -1;
        }

        var first = _set.First();
        if (ValueOf(in first) >= context.Watermarks.Of(watermark))
        {
            return -1;
        }

        Span<byte> key = stackalloc byte[KeyBytes];
        first.CopyKey(key);
        int group = (int)first.Payload;
        _set.Add(key, 0, -1);
        return group;
    }

    public void Dispose() => _set.Dispose();

    /// <summary>A value of a column that can have a watermark.</summary>
    internal static long ValueAt(in Vector values, int row) => values.Type.Layout switch
    {
        Layout.Fixed2 => values.Value<short>(row),
        Layout.Fixed4 => values.Value<int>(row),
        _ => values.Value<long>(row),
    };

    /// <summary>12 bytes that sort by value, then number.</summary>
    internal static void Write(Span<byte> key, long value, int number)
    {
        BinaryPrimitives.WriteInt64BigEndian(key, value ^ long.MinValue);
        BinaryPrimitives.WriteInt32BigEndian(key[sizeof(long)..], number);
    }

    internal static long ValueOf(in OrderedCursor cursor) => BinaryPrimitives.ReadInt64BigEndian(cursor.KeyHead) ^ long.MinValue;
}
