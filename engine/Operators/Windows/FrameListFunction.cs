using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// string_agg and array_agg over frames: all rows of the frame in order, which takes as long as the result is. Outputs with
/// one frame share one value.
/// </summary>
internal sealed class FrameListFunction(WindowCall call, WindowFrames frames, int place) : WindowFunction
{
    private readonly bool _isText = call.Aggregate == AggregateKind.StringAgg;
    private readonly PackedBuilder _list = new();
    private byte[] _text = new byte[256];
    private int _length;

    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        var output = Vector.Allocate(context.Scratch, call.ResultType, side.OutputCount);
        var validity = output.AddValidity(context.Scratch, valid: false);
        for (int i = 0; i < side.OutputCount; i++)
        {
            if (i > 0 && frames.IsSameAsBefore(i))
            {
                output.Views[i] = output.Views[i - 1];
                Bitmap.Put(validity, i, Bitmap.Get(validity, i - 1));
                continue;
            }

            if (Collect(side, i) == 0)
            {
                continue;
            }

            Bitmap.Put(validity, i, true);
            output.Views[i] = _isText ? context.Scratch.AddString(_text.AsSpan(0, _length)) : List(context.Scratch);
        }

        results[place] = output;
    }

    private int Collect(WindowSide side, int output)
    {
        ref readonly var values = ref side.Columns[call.Argument];
        _list.Clear();
        _length = 0;
        int count = 0;
        for (int stretch = 0; stretch < frames.StretchCount; stretch++)
        {
            int end = frames.Ends(stretch)[output];
            for (int copy = frames.Starts(stretch)[output]; copy < end; copy++)
            {
                if (!Counts(side, in values, copy))
                {
                    continue;
                }

                if (!_isText)
                {
                    _list.AppendFrom(in values, copy);
                }
                else
                {
                    Append(side, in values, copy, count > 0);
                }

                count++;
            }
        }

        return count;
    }

    private bool Counts(WindowSide side, in Vector values, int copy)
    {
        if (_isText && !values.IsValid(copy))
        {
            return false;
        }

        return call.Filter < 0 || (side.Columns[call.Filter].IsValid(copy) && side.Columns[call.Filter].Bit(copy));
    }

    private void Append(WindowSide side, in Vector values, int copy, bool withSeparator)
    {
        if (withSeparator && side.Columns[call.Argument2].IsValid(copy))
        {
            Append(side.Columns[call.Argument2].Bytes(copy));
        }

        Append(values.Bytes(copy));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_text.Length - _length < bytes.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_text.AsSpan(_length));
        _length += bytes.Length;
    }

    private StringView List(Arena arena)
    {
        var sink = new TextSink(256);
        _list.WriteList(ref sink);
        var view = arena.AddString(sink.Written);
        sink.Dispose();
        return view;
    }
}
