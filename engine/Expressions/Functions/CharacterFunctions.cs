using System.Buffers;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Lengths, case, single characters, reversal. Characters are code points. Case mapping is Unicode's simple one, with a
/// vectorised path for ASCII.
/// </summary>
internal static class CharacterFunctions
{
    internal static void Register(FunctionFamily family)
    {
        foreach (string name in new[] { "length", "char_length", "character_length" })
        {
            family.Add(name, [SqlType.Varchar], SqlType.Int32, TextKernels.Measure<int, Characters>(), canFail: false);
        }

        family.Add("length", [SqlType.Bytea], SqlType.Int32, TextKernels.Measure<int, Bytes>(), canFail: false);
        foreach (var type in new[] { SqlType.Varchar, SqlType.Bytea })
        {
            family.Add("octet_length", [type], SqlType.Int32, TextKernels.Measure<int, Bytes>(), canFail: false);
            family.Add("bit_length", [type], SqlType.Int32, TextKernels.Measure<int, BitsOf>(), canFail: false);
        }

        family.Add("lower", [SqlType.Varchar], SqlType.Varchar, ChangeCase(upper: false), canFail: false);
        family.Add("upper", [SqlType.Varchar], SqlType.Varchar, ChangeCase(upper: true), canFail: false);
        family.Add("initcap", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<InitialCapitals>(), canFail: false);
        family.Add("reverse", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<Reversed>(), canFail: false);
        family.Add("reverse", [SqlType.Bytea], SqlType.Bytea, TextKernels.Map<ReversedBytes>(), canFail: false);
        family.Add("ascii", [SqlType.Varchar], SqlType.Int32, TextKernels.Measure<int, FirstCodePoint>(), canFail: false);
        family.Add("chr", [SqlType.Int32], SqlType.Varchar, Chr);
        family.Add("to_ascii", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<WithoutAccents>(), canFail: false);
    }

    private static Binding.ScalarKernel ChangeCase(bool upper) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            var views = r.Views;
            Span<byte> inline = stackalloc byte[StringView.InlineBytesMax];
            foreach (int row in c.Active.Rows(n))
            {
                var text = texts[row];
                if (text.Length <= StringView.InlineBytesMax)
                {
                    views[row] = Convert(text, inline, upper, out int written)
                        ? StringView.Inline(inline[..written]) : ChangeUnicode(text, upper, c.Arena);
                    continue;
                }

                var mark = c.Arena.Position;
                var target = c.Arena.ReserveString(text.Length, out int block, out int offset);
                if (Convert(text, target, upper, out _))
                {
                    views[row] = StringView.Reference(target, block, offset);
                }
                else
                {
                    c.Arena.Release(mark);
                    views[row] = ChangeUnicode(text, upper, c.Arena);
                }
            }
        };

    /// <summary>True if all was ASCII.</summary>
    private static bool Convert(ReadOnlySpan<byte> text, Span<byte> target, bool upper, out int written) =>
        (upper ? Ascii.ToUpper(text, target, out written) : Ascii.ToLower(text, target, out written)) == OperationStatus.Done;

    private static StringView ChangeUnicode(ReadOnlySpan<byte> text, bool upper, Arena arena)
    {
        Span<byte> scratch = stackalloc byte[256];
        var sink = new TextSink(scratch);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out int consumed);
            Append(upper ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune), ref sink);
            text = text[consumed..];
        }

        var view = arena.AddString(sink.Written);
        sink.Dispose();
        return view;
    }

    internal static void Append(Rune rune, ref TextSink sink)
    {
        int length = rune.EncodeToUtf8(sink.GetSpan(4));
        sink.Advance(length);
    }

    private static void Chr(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var codes = new FixedColumn<int>(arguments[0]);
        Span<byte> bytes = stackalloc byte[4];
        foreach (int row in context.Active.Rows(rowCount))
        {
            int code = codes[row];
            if (code == 0)
            {
                throw new SqlException(SqlState.ProgramLimitExceeded, "null character not permitted");
            }

            if (!Rune.IsValid(code))
            {
                throw code < 0
                    ? new SqlException(SqlState.InvalidParameterValue, "character number must be positive")
                    : new SqlException(SqlState.ProgramLimitExceeded, $"requested character too large for encoding: {code}");
            }

            int length = new Rune(code).EncodeToUtf8(bytes);
            result.Views[row] = StringView.Inline(bytes[..length]);
        }
    }

    private readonly struct Characters : ITextMeasure<int>
    {
        public static int Apply(ReadOnlySpan<byte> text) => Utf8Text.Count(text);
    }

    private readonly struct Bytes : ITextMeasure<int>
    {
        public static int Apply(ReadOnlySpan<byte> text) => text.Length;
    }

    private readonly struct BitsOf : ITextMeasure<int>
    {
        public static int Apply(ReadOnlySpan<byte> text) => text.Length * 8;
    }

    private readonly struct FirstCodePoint : ITextMeasure<int>
    {
        public static int Apply(ReadOnlySpan<byte> text)
        {
            if (text.IsEmpty)
            {
                return 0;
            }

            Rune.DecodeFromUtf8(text, out var rune, out _);
            return rune.Value;
        }
    }

    /// <summary>Upper case after anything that is no letter or digit, lower case elsewhere.</summary>
    private readonly struct InitialCapitals : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            bool inWord = false;
            while (!text.IsEmpty)
            {
                Rune.DecodeFromUtf8(text, out var rune, out int consumed);
                text = text[consumed..];
                Append(inWord ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune), ref result);
                inWord = Rune.IsLetterOrDigit(rune);
            }
        }
    }

    private readonly struct Reversed : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            var target = result.GetSpan(text.Length)[..text.Length];
            int end = text.Length;
            for (int at = 0; at < text.Length;)
            {
                int length = Math.Min(Utf8Text.Length(text[at]), text.Length - at);
                end -= length;
                text.Slice(at, length).CopyTo(target[end..]);
                at += length;
            }

            result.Advance(text.Length);
        }
    }

    private readonly struct ReversedBytes : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            var target = result.GetSpan(text.Length)[..text.Length];
            text.CopyTo(target);
            target.Reverse();
            result.Advance(text.Length);
        }
    }

    /// <summary>Latin letters lose their accents; what has no ASCII form is left out.</summary>
    private readonly struct WithoutAccents : ITextMap
    {
        private const string From = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ";
        private const string To = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyy";

        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            while (!text.IsEmpty)
            {
                Rune.DecodeFromUtf8(text, out var rune, out int consumed);
                text = text[consumed..];
                int at = rune.IsBmp ? From.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
                if (rune.IsAscii || at >= 0)
                {
                    result.WriteByte(rune.IsAscii ? (byte)rune.Value : (byte)To[at]);
                }
            }
        }
    }
}
