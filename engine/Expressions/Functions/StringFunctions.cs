using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Searching and changing strings: replace, translate, repeat, padding, position, overlay.</summary>
internal static class StringFunctions
{
    private const int ResultBytesMax = 1 << 29;

    internal static void Register(FunctionFamily family)
    {
        family.Add("replace", [SqlType.Varchar, SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, Replace, canFail: false);
        family.Add("translate", [SqlType.Varchar, SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, Translate, canFail: false);
        family.Add("repeat", [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Repeat);
        family.Add("lpad", [SqlType.Varchar, SqlType.Int32, SqlType.Varchar], SqlType.Varchar, Pad(left: true));
        family.Add("lpad", [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Pad(left: true));
        family.Add("rpad", [SqlType.Varchar, SqlType.Int32, SqlType.Varchar], SqlType.Varchar, Pad(left: false));
        family.Add("rpad", [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Pad(left: false));
        foreach (string name in new[] { "strpos", "position" })
        {
            family.Add(name, [SqlType.Varchar, SqlType.Varchar], SqlType.Int32, Position, canFail: false);
        }

        family.Add("position", [SqlType.Bytea, SqlType.Bytea], SqlType.Int32, Position, canFail: false);
        foreach (string name in new[] { "starts_with", "^@" })
        {
            family.Add(name, [SqlType.Varchar, SqlType.Varchar], SqlType.Boolean, TextKernels.Test<StartsWith>(), canFail: false);
        }

        family.Add("overlay", [SqlType.Varchar, SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Overlay);
        family.Add("overlay", [SqlType.Varchar, SqlType.Varchar, SqlType.Int32, SqlType.Int32], SqlType.Varchar, Overlay);
        family.Add("count_char", [SqlType.Varchar, SqlType.Varchar], SqlType.Int64, CountCharacter, canFail: false);
    }

    private static void Replace(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var from = new TextColumn(arguments[1]);
        var to = new TextColumn(arguments[2]);
        Span<byte> scratch = stackalloc byte[512];
        var sink = new TextSink(scratch);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                var text = texts[row];
                var wanted = from[row];
                int at = wanted.IsEmpty ? -1 : text.IndexOf(wanted);
                if (at < 0)
                {
                    result.Views[row] = texts.View(row);
                    continue;
                }

                sink.Clear();
                for (; at >= 0; at = text.IndexOf(wanted))
                {
                    sink.Write(text[..at]);
                    sink.Write(to[row]);
                    text = text[(at + wanted.Length)..];
                }

                sink.Write(text);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Each character of the second string becomes the one at its place in the third, or vanishes.</summary>
    private static void Translate(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var from = new TextColumn(arguments[1]);
        var to = new TextColumn(arguments[2]);
        Span<byte> scratch = stackalloc byte[512];
        var sink = new TextSink(scratch);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                var text = texts[row];
                while (!text.IsEmpty)
                {
                    int length = Math.Min(Utf8Text.Length(text[0]), text.Length);
                    int at = from[row].IndexOf(text[..length]);
                    if (at < 0)
                    {
                        sink.Write(text[..length]);
                    }
                    else
                    {
                        int start = Utf8Text.OffsetOf(to[row], Utf8Text.Count(from[row][..at]));
                        if (start < to[row].Length)
                        {
                            sink.Write(to[row].Slice(start, Utf8Text.Length(to[row][start])));
                        }
                    }

                    text = text[length..];
                }

                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void Repeat(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var counts = new FixedColumn<int>(arguments[1]);
        Span<byte> small = stackalloc byte[StringView.InlineBytesMax];
        foreach (int row in context.Active.Rows(rowCount))
        {
            var text = texts[row];
            long bytes = (long)text.Length * Math.Max(counts[row], 0);
            CheckSize(bytes);
            bool inline = bytes <= StringView.InlineBytesMax;
            int block = 0;
            int offset = 0;
            var target = inline ? small[..(int)bytes] : context.Arena.ReserveString((int)bytes, out block, out offset);
            for (int at = 0; at < target.Length; at += text.Length)
            {
                text.CopyTo(target[at..]);
            }

            result.Views[row] = inline ? StringView.Inline(target) : StringView.Reference(target, block, offset);
        }
    }

    private static Binding.ScalarKernel Pad(bool left) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var lengths = new FixedColumn<int>(a[1]);
            var fills = a.Length > 2 ? new TextColumn(a[2]) : default;
            bool spaces = a.Length == 2;
            Span<byte> scratch = stackalloc byte[512];
            var sink = new TextSink(scratch);
            try
            {
                foreach (int row in c.Active.Rows(n))
                {
                    var text = texts[row];
                    int wanted = Math.Max(lengths[row], 0);
                    int have = Utf8Text.Count(text);
                    var fill = spaces ? " "u8 : fills[row];
                    if (have >= wanted || fill.IsEmpty)
                    {
                        r.Views[row] = texts.Slice(row, 0, Utf8Text.OffsetOf(text, wanted));
                        continue;
                    }

                    CheckSize(wanted * 4L);
                    sink.Clear();
                    if (left)
                    {
                        Fill(fill, wanted - have, ref sink);
                        sink.Write(text);
                    }
                    else
                    {
                        sink.Write(text);
                        Fill(fill, wanted - have, ref sink);
                    }

                    r.Views[row] = c.Arena.AddString(sink.Written);
                }
            }
            finally
            {
                sink.Dispose();
            }
        };

    /// <summary>Writes so many characters of a repeated filling.</summary>
    private static void Fill(ReadOnlySpan<byte> fill, int characters, ref TextSink sink)
    {
        int whole = Utf8Text.Count(fill);
        for (; characters >= whole; characters -= whole)
        {
            sink.Write(fill);
        }

        sink.Write(fill[..Utf8Text.OffsetOf(fill, characters)]);
    }

    private static void Position(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var wanted = new TextColumn(arguments[1]);
        bool isText = arguments[0].Type.Id != TypeId.Bytea;
        var values = result.Values<int>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            int at = texts[row].IndexOf(wanted[row]);
            values[row] = at < 0 ? 0 : 1 + (isText ? Utf8Text.Count(texts[row][..at]) : at);
        }
    }

    private static void Overlay(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var replacements = new TextColumn(arguments[1]);
        var starts = new FixedColumn<int>(arguments[2]);
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (starts[row] <= 0)
                {
                    throw new SqlException(SqlState.SubstringError, "negative substring length not allowed");
                }

                long length = arguments.Length > 3 ? arguments[3].Value<int>(row) : Utf8Text.Count(replacements[row]);
                long after = Math.Max(starts[row] - 1 + length, 0);
                sink.Clear();
                sink.Write(texts[row][..Utf8Text.OffsetOf(texts[row], starts[row] - 1)]);
                sink.Write(replacements[row]);
                sink.Write(texts[row][Utf8Text.OffsetOf(texts[row], (int)Math.Min(after, int.MaxValue))..]);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>Occurrences of the second string's first character (Nexmark's count_char).</summary>
    private static void CountCharacter(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var wanted = new TextColumn(arguments[1]);
        var values = result.Values<long>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            var character = wanted[row];
            character = character.IsEmpty ? character : character[..Math.Min(Utf8Text.Length(character[0]), character.Length)];
            values[row] = character.IsEmpty ? 0 : character.Length == 1 ? texts[row].Count(character[0]) : texts[row].Count(character);
        }
    }

    private static void CheckSize(long bytes)
    {
        if (bytes > ResultBytesMax)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "requested length too large");
        }
    }

    private readonly struct StartsWith : ITextTest
    {
        public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.StartsWith(right);
    }
}
