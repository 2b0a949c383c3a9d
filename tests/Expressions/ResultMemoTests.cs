using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Expressions;

/// <summary>Results remembered by text are those of the function, whatever is recalled, forgotten or left out.</summary>
public sealed class ResultMemoTests
{
    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (string result in (string[])["bool", "int", "text", "text or null"])
        {
            cases.Add(result, 50, 20);
            cases.Add(result, 5_000, 20);
            // More bytes than the memo holds, and texts too long for it.
            cases.Add(result, 20_000, 1_200);
            // Hardly a text comes again: it rests.
            cases.Add(result, int.MaxValue, 20);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Call_RandomTexts_GivesWhatTheFunctionGives(string result, int distinct, int lengthMax)
    {
        var random = new Random(distinct ^ lengthMax);
        long called = 0;
        long asked = 0;
        bool mayBeNull = result == "text or null";
        var type = result switch { "bool" => SqlType.Boolean, "int" => SqlType.Int32, _ => SqlType.Varchar };
        var memo = new ResultMemo(
            (EvaluationContext context, ReadOnlySpan<Vector> arguments, int rows, ref Vector into) =>
            {
                foreach (int row in context.Active.Rows(rows))
                {
                    called++;
                    Compute(StringView.Bytes(in arguments[0].Views[row]), context.Arena, row, mayBeNull, ref into);
                }
            },
            0, nullFree: !mayBeNull);
        for (int batch = 0; batch < 60; batch++)
        {
            using var arena = new Arena();
            var context = new EvaluationContext(arena);
            var texts = Texts(random, arena, distinct, lengthMax);
            var mask = RandomMask(random, texts.Length, arena);
            context.Active = mask;
            var actual = NewVector(type, texts.Length, arena, mayBeNull);
            memo.Call(context, [texts], texts.Length, ref actual);
            Assert.True(RowMaskBits.SameBits(mask, context.Active));
            var expected = NewVector(type, texts.Length, arena, mayBeNull);
            foreach (int row in mask.Rows(texts.Length))
            {
                asked++;
                Compute(StringView.Bytes(in texts.Views[row]), arena, row, mayBeNull, ref expected);
                Assert.True(
                    KeyEquality.Identical(in expected, row, in actual, row),
                    $"{result}, batch {batch}, row {row}: {Encoding.UTF8.GetString(StringView.Bytes(in texts.Views[row]))}");
            }
        }

        // Known texts did not come to the function again; where there are none all did.
        Assert.True(
            distinct == int.MaxValue ? called > asked * 99 / 100 : lengthMax > 1_000 ? called < asked : called < asked / 2,
            $"{called} of {asked}");
    }

    [Fact]
    public void Regex_OverRepeatedTexts_GivesWhatItGivesOnce()
    {
        var random = new Random(7);
        ScalarExpression[] expressions =
        [
            .. new[] { "(&|^)channel_id=([^&]*)", "x+", "(b)|(c)" }.SelectMany(pattern => new[]
            {
                ExpressionHarness.Call("regexp_match", Text, Pattern(pattern)), ExpressionHarness.Call("~", Text, Pattern(pattern)),
                ExpressionHarness.Call("regexp_count", Text, Pattern(pattern)),
                ExpressionHarness.Call("regexp_replace", Text, Pattern(pattern), Pattern("<\\1>")),
            }),
        ];
        var kept = CompiledProjection.Compile(expressions);
        for (int batch = 0; batch < 30; batch++)
        {
            using var arena = new Arena();
            var context = new EvaluationContext(arena);
            var texts = Enumerable.Range(0, 300).Select(_ => random.Next(6) == 0
                ? Datum.Null(SqlType.Varchar) : Datum.OfText(Words[random.Next(Words.Length)] + Words[random.Next(Words.Length)]));
            var input = ExpressionHarness.BatchOf(arena, [.. texts]);
            var actual = new Batch().Reset(input.RowCount, expressions.Length);
            kept.Evaluate(context, input, actual);
            var expected = new Batch().Reset(input.RowCount, expressions.Length);
            CompiledProjection.Compile(expressions).Evaluate(context, input, expected);
            for (int column = 0; column < expressions.Length; column++)
            {
                for (int row = 0; row < input.RowCount; row++)
                {
                    bool same = KeyEquality.Identical(in expected[column], row, in actual[column], row);
                    Assert.True(same, $"batch {batch}, {expressions[column]}, row {row}");
                }
            }
        }
    }

    private static readonly string[] Words =
        ["", "a", "b", "c", "xx", "&channel_id=17", "channel_id=4&z", "a text beyond twelve bytes", "ä€"];

    private static readonly ColumnExpression Text = ExpressionHarness.Column(0, SqlType.Varchar);

    private static ConstantExpression Pattern(string text) => ExpressionHarness.Constant(Datum.OfText(text));

    private static Vector Texts(Random random, Arena arena, int distinct, int lengthMax)
    {
        var texts = Vector.Allocate(arena, SqlType.Varchar, 900);
        for (int row = 0; row < texts.Length; row++)
        {
            int number = random.Next(distinct);
            string letters = new((char)('a' + (number % 26)), number % lengthMax);
            string text = number % 3 == 0 && distinct != int.MaxValue ? letters : letters + number;
            texts.Views[row] = arena.AddString(Encoding.UTF8.GetBytes(text));
        }

        return texts;
    }

    private static RowMask RandomMask(Random random, int rows, Arena arena)
    {
        if (random.Next(3) == 0)
        {
            return default;
        }

        var booleans = Vector.Allocate(arena, SqlType.Boolean, rows);
        for (int row = 0; row < rows; row++)
        {
            Bitmap.Put(booleans.Bits, row, random.Next(4) != 0);
        }

        return new RowMask(booleans);
    }

    private static Vector NewVector(SqlType type, int rows, Arena arena, bool mayBeNull)
    {
        var vector = Vector.Allocate(arena, type, rows);
        if (mayBeNull)
        {
            vector.AddValidity(arena);
        }

        return vector;
    }

    private static void Compute(ReadOnlySpan<byte> text, Arena arena, int row, bool mayBeNull, ref Vector into)
    {
        if (mayBeNull && text.Length % 5 == 1)
        {
            Bitmap.Clear(into.Validity, row);
            return;
        }

        switch (into.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(into.Bits, row, text.Length % 2 == 0); break;
            case Layout.Fixed4: into.Values<int>()[row] = text.Length; break;
            default: into.Views[row] = arena.AddString(text[(text.Length / 2)..]); break;
        }
    }
}
