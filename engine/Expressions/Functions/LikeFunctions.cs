using System.Buffers;
using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// LIKE and ILIKE as operators ~~ ~~* !~~ !~~*. A constant pattern is taken apart when the expression is compiled, others
/// when they differ from the row's before.
/// </summary>
internal static class LikeFunctions
{
    internal static void Register(FunctionFamily family)
    {
        Like(family, "~~", negated: false, ignoreCase: false);
        Like(family, "!~~", negated: true, ignoreCase: false);
        Like(family, "~~*", negated: false, ignoreCase: true);
        Like(family, "!~~*", negated: true, ignoreCase: true);
        family.Add("like_escape", [SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, LikeEscape);
    }

    private static void Like(FunctionFamily family, string name, bool negated, bool ignoreCase)
    {
        family.Add(
            name, [SqlType.Varchar, SqlType.Varchar], SqlType.Boolean,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => ByRow(c, a, n, negated, ignoreCase, ref r),
            specialize: (_, constants) => constants[1] is { IsNull: false } pattern && IsValid(pattern.Bytes)
                ? ForPattern(Prepare(pattern.Bytes, ignoreCase), negated, ignoreCase) : null);
        if (!ignoreCase)
        {
            family.Add(
                name, [SqlType.Bytea, SqlType.Bytea], SqlType.Boolean,
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => ByRow(c, a, n, negated, false, ref r));
        }
    }

    /// <summary>A pattern that would fail is left to the rows that reach it.</summary>
    private static bool IsValid(ReadOnlySpan<byte> pattern)
    {
        int escapes = 0;
        for (int i = pattern.Length - 1; i >= 0 && pattern[i] == (byte)'\\'; i--)
        {
            escapes++;
        }

        return (escapes & 1) == 0;
    }

    private static ScalarKernel ForPattern(LikePattern pattern, bool negated, bool ignoreCase) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var bits = r.Bits;
            if (ignoreCase)
            {
                Span<byte> scratch = stackalloc byte[512];
                var sink = new TextSink(scratch);
                foreach (int row in c.Active.Rows(n))
                {
                    Bitmap.Put(bits, row, pattern.Matches(Lower(texts[row], ref sink)) != negated);
                }

                sink.Dispose();
                return;
            }

            foreach (int row in c.Active.Rows(n))
            {
                Bitmap.Put(bits, row, pattern.Matches(texts[row]) != negated);
            }
        };

    private static void ByRow(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, bool negated, bool ignoreCase, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var patterns = new TextColumn(arguments[1]);
        LikePattern? pattern = null;
        ReadOnlySpan<byte> last = default;
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (pattern is null || !patterns[row].SequenceEqual(last))
                {
                    last = patterns[row];
                    pattern = Prepare(last, ignoreCase);
                }

                var text = ignoreCase ? Lower(texts[row], ref sink) : texts[row];
                Bitmap.Put(result.Bits, row, pattern.Matches(text) != negated);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static LikePattern Prepare(ReadOnlySpan<byte> pattern, bool ignoreCase)
    {
        if (!ignoreCase)
        {
            return new LikePattern(pattern);
        }

        var sink = new TextSink(256);
        try
        {
            return new LikePattern(Lower(pattern, ref sink));
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>The text in lower case, valid until the sink is used again.</summary>
    private static ReadOnlySpan<byte> Lower(scoped ReadOnlySpan<byte> text, ref TextSink sink)
    {
        sink.Clear();
        if (Ascii.ToLower(text, sink.GetSpan(text.Length), out int written) == OperationStatus.Done)
        {
            sink.Advance(written);
            return sink.Written;
        }

        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out int consumed);
            CharacterFunctions.Append(Rune.ToLowerInvariant(rune), ref sink);
            text = text[consumed..];
        }

        return sink.Written;
    }

    /// <summary>A pattern with another escape character as one with backslashes.</summary>
    private static void LikeEscape(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var patterns = new TextColumn(arguments[0]);
        var escapes = new TextColumn(arguments[1]);
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                var escape = escapes[row];
                if (escape.Length > 0 && Utf8Text.Length(escape[0]) != escape.Length)
                {
                    throw new SqlException(
                        SqlState.InvalidEscapeSequence, "invalid escape string", hint: "Escape string must be empty or one character.");
                }

                sink.Clear();
                Rewrite(patterns[row], escape, ref sink);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void Rewrite(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape, ref TextSink sink)
    {
        while (!pattern.IsEmpty)
        {
            if (!escape.IsEmpty && pattern.StartsWith(escape))
            {
                pattern = pattern[escape.Length..];
                sink.WriteByte((byte)'\\');
                if (pattern.IsEmpty)
                {
                    return;
                }
            }
            else if (pattern[0] == (byte)'\\')
            {
                sink.WriteByte((byte)'\\');
            }

            int length = Math.Min(Utf8Text.Length(pattern[0]), pattern.Length);
            sink.Write(pattern[..length]);
            pattern = pattern[length..];
        }
    }
}
