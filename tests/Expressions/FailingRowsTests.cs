using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators;

namespace Vectorized.Tests.Expressions;

/// <summary>Where errors of rows are taken, an expression is NULL over exactly the rows it fails for, and others keep their values.</summary>
public class FailingRowsTests
{
    private static readonly ScalarExpression _quotient = TestExpressions.Call(
        "/", TestExpressions.Column(0, SqlType.Int32), TestExpressions.Column(1, SqlType.Int32));

    [Fact]
    public void Projection_RandomRows_NullWhereItFails()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, 300);
            int zeros = random.Next(4) switch { 0 => 0, 1 => 100, _ => random.Next(100) };
            using var rows = Make(random, count, zeros);
            using var arena = new Arena();
            var errors = new Counter();
            var context = new EvaluationContext(arena) { RowErrors = errors };
            var sum = TestExpressions.Call("+", _quotient, _quotient);
            var projected = new Batch().Reset(count, 2);

            CompiledProjection.Compile([_quotient, sum]).Evaluate(context, rows.Batch, projected);

            int failing = 0;
            for (int row = 0; row < count; row++)
            {
                var (a, b) = (rows.Batch[0], rows.Batch[1]);
                int? expected = !a.IsValid(row) || !b.IsValid(row) || b.Value<int>(row) == 0
                    ? null : a.Value<int>(row) / b.Value<int>(row);
                failing += a.IsValid(row) && b.IsValid(row) && b.Value<int>(row) == 0 ? 1 : 0;
                Assert.Equal(expected, ValueOf(projected[0], row));
                Assert.Equal(expected * 2, ValueOf(projected[1], row));
            }

            Assert.Equal(failing * 2, errors.Count);
        }
    }

    [Fact]
    public void Predicate_RandomRows_FalseWhereItFails()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, 300);
            using var rows = Make(random, count, random.Next(100));
            using var arena = new Arena();
            var context = new EvaluationContext(arena) { RowErrors = new Counter() };
            var above = TestExpressions.Call(">", _quotient, new ConstantExpression(Datum.OfInt32(2), SqlType.Int32));
            int[] selected = new int[count];

            int passing = CompiledPredicate.Compile(above).Select(context, rows.Batch, selected);

            var expected = Enumerable.Range(0, count).Where(row =>
            {
                var (a, b) = (rows.Batch[0], rows.Batch[1]);
                return a.IsValid(row) && b.IsValid(row) && b.Value<int>(row) != 0 && a.Value<int>(row) / b.Value<int>(row) > 2;
            });
            Assert.Equal(expected, selected.Take(passing));
        }
    }

    [Fact]
    public void Projection_NobodyTakesErrors_Raises()
    {
        using var rows = Make(new Random(1), 10, zeroPercent: 100);
        using var arena = new Arena();
        var projected = new Batch().Reset(10, 1);
        var error = Assert.Throws<SqlException>(
            () => CompiledProjection.Compile([_quotient]).Evaluate(new EvaluationContext(arena), rows.Batch, projected));
        Assert.Equal(SqlState.DivisionByZero, error.SqlState);
    }

    private static int? ValueOf(in Vector vector, int row) =>
        Datum.FromVector(vector, row) is { IsNull: false } value ? (int)value.Raw : null;

    private static OwnedBatch Make(Random random, int count, int zeroPercent)
    {
        var builder = new BatchBuilder([SqlType.Int32, SqlType.Int32]);
        for (int row = 0; row < count; row++)
        {
            Append(builder[0], random, random.Next(100));
            Append(builder[1], random, random.Next(100) < zeroPercent ? 0 : random.Next(1, 9));
            builder.EndRow();
        }

        return builder.Build();
    }

    private static void Append(VectorBuilder column, Random random, int value)
    {
        if (random.Next(10) == 0)
        {
            column.AppendNull();
        }
        else
        {
            column.Append(value);
        }
    }

    private sealed class Counter : IRowErrors
    {
        internal int Count { get; private set; }

        public void Report(SqlException error) => Count++;
    }
}
