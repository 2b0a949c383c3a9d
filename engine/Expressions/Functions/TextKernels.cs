using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>A string made from a string.</summary>
internal interface ITextMap
{
    static abstract void Apply(ReadOnlySpan<byte> text, ref TextSink result);
}

/// <summary>A part of a string: no byte is copied.</summary>
internal interface ITextSlice
{
    static abstract (int Start, int Length) Apply(ReadOnlySpan<byte> text);
}

/// <summary>A fixed-width value of a string.</summary>
internal interface ITextMeasure<T> where T : unmanaged
{
    static abstract T Apply(ReadOnlySpan<byte> text);
}

/// <summary>A condition on two strings.</summary>
internal interface ITextTest
{
    static abstract bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);
}

/// <summary>
/// Loops over active rows for string functions, specialised for each: no allocation per row. New strings are written to
/// a scratch sink and copied to the arena once; slices share the argument's bytes.
/// </summary>
internal static class TextKernels
{
    private const int ScratchBytes = 512;

    internal static ScalarKernel Map<TOp>() where TOp : struct, ITextMap =>
        static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var views = r.Views;
            Span<byte> scratch = stackalloc byte[ScratchBytes];
            var sink = new TextSink(scratch);
            try
            {
                foreach (int row in c.Active.Rows(n))
                {
                    sink.Clear();
                    TOp.Apply(texts[row], ref sink);
                    views[row] = c.Arena.AddString(sink.Written);
                }
            }
            finally
            {
                sink.Dispose();
            }
        };

    internal static ScalarKernel Slice<TOp>() where TOp : struct, ITextSlice =>
        static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var views = r.Views;
            foreach (int row in c.Active.Rows(n))
            {
                var (start, length) = TOp.Apply(texts[row]);
                views[row] = texts.Slice(row, start, length);
            }
        };

    internal static ScalarKernel Measure<T, TOp>()
        where T : unmanaged
        where TOp : struct, ITextMeasure<T> =>
        static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var values = r.Values<T>();
            foreach (int row in c.Active.Rows(n))
            {
                values[row] = TOp.Apply(texts[row]);
            }
        };

    internal static ScalarKernel Test<TOp>() where TOp : struct, ITextTest =>
        static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var left = new TextColumn(a[0]);
            var right = new TextColumn(a[1]);
            var bits = r.Bits;
            foreach (int row in c.Active.Rows(n))
            {
                Bitmap.Put(bits, row, TOp.Apply(left[row], right[row]));
            }
        };
}
