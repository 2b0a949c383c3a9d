using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>At the start of a group's record. All zero: the group does not exist.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct GroupHeader
{
    internal const int Bytes = 8;
    internal const byte Absent = 0;
    internal const byte Present = 1;
    internal const byte Removed = 2;

    /// <summary>Number of the tick (counted by the table) that touched the group last.</summary>
    internal uint Stamp;

    /// <summary>State in the low byte, which keys are NULL in the upper three.</summary>
    internal uint StateAndNulls;

    internal byte State
    {
        readonly get => (byte)StateAndNulls;
        set => StateAndNulls = (StateAndNulls & 0xFFFFFF00) | value;
    }

    internal readonly uint Nulls => StateAndNulls >> 8;
}

/// <summary>
/// Where keys and accumulators stand in a group's record: header, keys by falling width (a boolean one byte, strings as
/// views into the table's pool), accumulators aligned to 8. Immutable.
/// </summary>
internal sealed class GroupLayout
{
    /// <summary>As many as <see cref="GroupHeader"/> has NULL bits for.</summary>
    internal const int KeysMax = 24;

    internal GroupLayout(GroupTableSpec spec)
    {
        if (spec.KeyTypes.Count > KeysMax)
        {
            throw new SqlException(SqlState.TooManyColumns, $"grouping by more than {KeysMax} columns is not supported");
        }

        KeyForms = [.. spec.KeyTypes.Select(Kernels.KeyForms.Of)];
        KeyOffsets = new int[spec.KeyTypes.Count];
        int offset = GroupHeader.Bytes;
        foreach (int width in (ReadOnlySpan<int>)[16, 8, 4, 2, 0])
        {
            for (int i = 0; i < KeyOffsets.Length; i++)
            {
                if (spec.KeyTypes[i].Width == width)
                {
                    KeyOffsets[i] = offset;
                    offset += Math.Max(width, 1);
                    HasStrings |= spec.KeyTypes[i].Layout == Layout.View;
                }
            }
        }

        AccumulatorsStart = (offset + 7) & -8;
        AccumulatorOffsets = new int[spec.AccumulatorBytes.Count];
        offset = 0;
        for (int i = 0; i < AccumulatorOffsets.Length; i++)
        {
            AccumulatorOffsets[i] = offset;
            offset += (spec.AccumulatorBytes[i] + 7) & -8;
        }

        AccumulatorsBytes = offset;
    }

    internal KeyForm[] KeyForms { get; }

    internal int[] KeyOffsets { get; }

    internal bool HasStrings { get; }

    internal int AccumulatorsStart { get; }

    internal int AccumulatorsBytes { get; }

    /// <summary>From the start of the accumulators.</summary>
    internal int[] AccumulatorOffsets { get; }

    internal int RecordBytes => AccumulatorsStart + AccumulatorsBytes;
}
