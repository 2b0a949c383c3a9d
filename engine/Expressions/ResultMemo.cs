using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Remembers what a costly function (<see cref="ScalarFunction.IsCostly"/>) gave for a text, all its other arguments being constant:
/// what a dictionary would give where the column is none. Texts and results are copied into one buffer of at most
/// <see cref="BytesMax"/>, found by hash in sets of <see cref="Ways"/> slots; a full buffer is forgotten whole. Where few texts come
/// again it rests. A row that fails is never remembered. Managed memory, for an expression has no end of life; nothing is
/// allocated once it has its size. One thread, as the step it belongs to.
/// </summary>
internal sealed class ResultMemo(ScalarKernel inner, int text, bool nullFree)
{
    private const int Ways = 4;
    private const int SlotsMin = 1 << 10;
    private const int SlotsMax = 1 << 16;
    private const int BytesMax = 1 << 23;
    private const int TextBytesMax = 1 << 10;

    /// <summary>Judged after so many rows: at least one in four must be known.</summary>
    private const int RowsJudged = 1 << 15;

    /// <summary>Rows that pass before another try.</summary>
    private const int RowsOfRest = 1 << 19;

    private Slot[] _slots = [];
    private byte[] _bytes = [];
    private int _used;
    private int _count;
    private int _victim;
    private int _seen;
    private int _missed;
    private int _rest;

    /// <summary>A text at <see cref="Start"/>, its result behind it. Length -1 for no slot; result -1 for NULL.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        internal uint Tag;
        internal int Start;
        internal int TextLength;
        internal int ResultLength;
    }

    /// <summary>The one argument that varies, if results of the call can be remembered by it, else -1.</summary>
    internal static int ArgumentOf(ScalarFunction function, EvaluationStep[] arguments, SqlType result)
    {
        if (!function.IsCostly || !function.Strict || result.Layout is not (Layout.Bit or Layout.Fixed4 or Layout.View))
        {
            return -1;
        }

        int varying = Array.FindIndex(arguments, a => a is not ConstantStep);
        return varying >= 0 && arguments[varying].Type.Layout == Layout.View
            && Array.FindLastIndex(arguments, a => a is not ConstantStep) == varying ? varying : -1;
    }

    /// <summary>The kernel: known texts get their result, the others go to the function.</summary>
    internal void Call(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        if (_rest > 0 || arguments[text].Encoding == VectorEncoding.Constant)
        {
            _rest = Math.Max(_rest - rowCount, 0);
            inner(context, arguments, rowCount, ref result);
            return;
        }

        var active = context.Active;
        var texts = arguments[text].Views;
        var missing = Vector.Allocate(context.Arena, SqlType.Boolean, rowCount);
        int seen = 0;
        int missed = 0;
        foreach (int row in active.Rows(rowCount))
        {
            seen++;
            if (!TryRecall(ref texts[row], context.Arena, row, ref result))
            {
                Bitmap.Set(missing.Bits, row);
                missed++;
            }
        }

        if (missed > 0)
        {
            var misses = new RowMask(missing);
            context.Active = misses;
            inner(context, arguments, rowCount, ref result);
            context.Active = active;
            foreach (int row in misses.Rows(rowCount))
            {
                Remember(ref texts[row], row, in result);
            }
        }

        Judge(seen, missed);
    }

    private bool TryRecall(ref StringView view, Arena arena, int row, ref Vector result)
    {
        if (_slots.Length == 0)
        {
            return false;
        }

        var key = StringView.Bytes(in view);
        ulong hash = HashWord.OfString(in view, 0);
        int found = Find(key, hash);
        if (found < 0)
        {
            return false;
        }

        ref readonly var slot = ref _slots[found];
        if (slot.ResultLength < 0)
        {
            Bitmap.Clear(result.Validity, row);
            return true;
        }

        var value = _bytes.AsSpan(slot.Start + slot.TextLength, slot.ResultLength);
        switch (result.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(result.Bits, row, value[0] != 0); break;
            case Layout.Fixed4: result.Values<int>()[row] = MemoryMarshal.Read<int>(value); break;
            default: result.Views[row] = arena.AddString(value); break;
        }

        return true;
    }

    private void Remember(ref StringView view, int row, in Vector result)
    {
        var key = StringView.Bytes(in view);
        bool isNull = !nullFree && !result.IsValid(row);
        Span<byte> word = stackalloc byte[sizeof(int)];
        var value = isNull ? default : ValueOf(in result, row, word);
        int bytes = key.Length + value.Length;
        if (bytes > TextBytesMax)
        {
            return;
        }

        if (2 * (_count + 1) > _slots.Length)
        {
            Grow();
        }

        ulong hash = HashWord.OfString(in view, 0);
        if (Find(key, hash) >= 0)
        {
            return;
        }

        if (_used + bytes > _bytes.Length)
        {
            MakeRoom(bytes);
        }

        key.CopyTo(_bytes.AsSpan(_used));
        value.CopyTo(_bytes.AsSpan(_used + key.Length));
        Put(new Slot
        {
            Tag = (uint)(hash >> 32),
            Start = _used,
            TextLength = key.Length,
            ResultLength = isNull ? -1 : value.Length,
        }, hash);
        _used += bytes;
    }

    private static ReadOnlySpan<byte> ValueOf(in Vector result, int row, Span<byte> word)
    {
        switch (result.Type.Layout)
        {
            case Layout.Bit:
                word[0] = result.Bit(row) ? (byte)1 : (byte)0;
                return word[..1];
            case Layout.Fixed4:
                MemoryMarshal.Write(word, result.Values<int>()[row]);
                return word;
            default:
                return StringView.Bytes(in result.Views[row]);
        }
    }

    private int Find(ReadOnlySpan<byte> key, ulong hash)
    {
        int set = SetOf(hash);
        uint tag = (uint)(hash >> 32);
        for (int i = set; i < set + Ways; i++)
        {
            ref readonly var slot = ref _slots[i];
            if (slot.Tag == tag && slot.TextLength == key.Length && key.SequenceEqual(_bytes.AsSpan(slot.Start, slot.TextLength)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Into a free slot of the set, else over some other.</summary>
    private void Put(in Slot slot, ulong hash)
    {
        int set = SetOf(hash);
        for (int i = set; i < set + Ways; i++)
        {
            if (_slots[i].TextLength < 0)
            {
                _slots[i] = slot;
                _count++;
                return;
            }
        }

        _slots[set + (_victim++ & (Ways - 1))] = slot;
    }

    private int SetOf(ulong hash) => (int)hash & (_slots.Length - Ways);

    /// <summary>Twice the slots, as long as that is allowed. Where a set of the old ones was full, hashes are made anew.</summary>
    private void Grow()
    {
        if (_slots.Length == SlotsMax)
        {
            return;
        }

        var old = _slots;
        _slots = new Slot[Math.Max(2 * old.Length, SlotsMin)];
        Clear(_slots);
        _count = 0;
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.TextLength >= 0)
            {
                Put(in slot, HashOf(_bytes.AsSpan(slot.Start, slot.TextLength)));
            }
        }
    }

    /// <summary>As <see cref="HashWord.OfString"/> hashes the text's view.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> key)
    {
        if (key.Length > StringView.InlineBytesMax)
        {
            return HashWord.OfBytes(key, 0);
        }

        var view = StringView.Inline(key);
        return HashWord.OfString(in view, 0);
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes.Length < BytesMax)
        {
            Array.Resize(ref _bytes, Math.Min(Math.Max(2 * _bytes.Length, 1 << 16), BytesMax));
        }

        if (_used + bytes > _bytes.Length)
        {
            Forget();
        }
    }

    private void Forget()
    {
        Clear(_slots);
        _count = 0;
        _used = 0;
    }

    private void Judge(int seen, int missed)
    {
        _seen += seen;
        _missed += missed;
        if (_seen < RowsJudged)
        {
            return;
        }

        if (4L * _missed > 3L * _seen)
        {
            _rest = RowsOfRest;
            Forget();
        }

        _seen = 0;
        _missed = 0;
    }

    private static void Clear(Span<Slot> slots) => slots.Fill(new Slot { TextLength = -1 });
}
