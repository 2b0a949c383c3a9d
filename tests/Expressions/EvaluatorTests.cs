using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;
using static Vectorized.Tests.Expressions.ExpressionHarness;

namespace Vectorized.Tests.Expressions;

public sealed class EvaluatorTests : IDisposable
{
    private readonly Arena _arena = new();

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void Case_RowsOfOtherBranches_RaiseNoErrors()
    {
        var x = Column(0, SqlType.Int32);
        var batch = BatchOf(_arena, Ints(0, 1, 2, null, 5, 0));
        var expression = new CaseExpression(
            [new CaseBranch(Call("=", x, Constant(0)), Constant(-1))], Call("/", Constant(10), x), SqlType.Int32);
        Assert.Equal(Ints(-1, 10, 5, null, 2, -1), Evaluate(expression, batch, _arena));
        var alone = Call("/", Constant(10), x);
        var error = Assert.Throws<SqlException>(() => Evaluate(alone, batch, _arena));
        Assert.Equal(SqlState.DivisionByZero, error.SqlState);
    }

    [Fact]
    public void And_LaterTerms_SeeOnlyUndecidedRows()
    {
        var x = Column(0, SqlType.Int32);
        var batch = BatchOf(_arena, Ints(0, 1, 2, null, 5, 0));
        var quotient = Call(">", Call("/", Constant(10), x), Constant(4));
        var and = new LogicalExpression(true, [Call("<>", x, Constant(0)), quotient]);
        Assert.Equal(Bools(false, true, true, null, false, false), Evaluate(and, batch, _arena));
        var or = new LogicalExpression(false, [Call("=", x, Constant(0)), quotient]);
        Assert.Equal(Bools(true, true, true, null, false, true), Evaluate(or, batch, _arena));
    }

    [Fact]
    public void Coalesce_LaterArguments_SeeOnlyNullRows()
    {
        var x = Column(0, SqlType.Int32);
        var y = Column(1, SqlType.Int32);
        var batch = BatchOf(_arena, Ints(1, null, 3, null), Ints(0, 2, 0, null));
        var expression = new CoalesceExpression([x, Call("/", Constant(8), y), Constant(7)], SqlType.Int32);
        Assert.Equal(Ints(1, 4, 3, 7), Evaluate(expression, batch, _arena));
    }

    [Fact]
    public void Overflow_UnderNull_IsNoError()
    {
        var columns = BatchOf(_arena, Ints(1, int.MaxValue, null), Ints(1, null, int.MaxValue));
        var sum = Call("+", Column(0, SqlType.Int32), Column(1, SqlType.Int32));
        Assert.Equal(Ints(2, null, null), Evaluate(sum, columns, _arena));
    }

    [Fact]
    public void InList_WithNulls_FollowsThreeValuedLogic()
    {
        var x = Column(0, SqlType.Int32);
        var batch = BatchOf(_arena, Ints(1, 2, null, 30));
        Datum[] few = [Datum.OfInt32(1), Datum.OfInt32(30)];
        Assert.Equal(Bools(true, false, null, true), Evaluate(new InListExpression(x, few, false), batch, _arena));
        Assert.Equal(Bools(false, true, null, false), Evaluate(new InListExpression(x, few, true), batch, _arena));
        Datum[] withNull = [.. few, Datum.Null(SqlType.Int32)];
        Assert.Equal(Bools(true, null, null, true), Evaluate(new InListExpression(x, withNull, false), batch, _arena));
        Assert.Equal(Bools(false, null, null, false), Evaluate(new InListExpression(x, withNull, true), batch, _arena));
        Datum[] many = [.. Enumerable.Range(20, 40).Select(Datum.OfInt32)];
        Assert.Equal(Bools(false, false, null, true), Evaluate(new InListExpression(x, many, false), batch, _arena));
    }

    [Fact]
    public void InList_OfEveryType_FindsByValue()
    {
        foreach (var (type, value, other) in new[]
        {
            ("numeric(10,2)", "1.50", "2"), ("numeric", "1.50", "3"), ("double precision", "-0", "1"), ("text", "a longer string", "b"),
            ("interval", "1 mon", "2 days"), ("uuid", "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"),
            ("boolean", "t", "f"), ("date", "2024-01-01", "2024-01-02"), ("bytea", "\\x00", "\\x0000"),
        })
        {
            var column = new[] { Parse(type, value), Parse(type, other), Datum.Null(TypeNames.Parse(type)) };
            var batch = BatchOf(_arena, column);
            Datum listed = type switch
            {
                "numeric(10,2)" or "numeric" => Parse("numeric(20,5)", "1.5"),
                "double precision" => Datum.OfFloat64(0),
                "interval" => Parse("interval", "30 days"),
                _ => column[0],
            };
            for (int extra = 0; extra < 20; extra += 19)
            {
                var list = Enumerable.Repeat(listed, 1 + extra).ToList();
                var result = Evaluate(new InListExpression(Column(0, column[0].Type), list, false), batch, _arena);
                Assert.True(Bools(true, false, null).SequenceEqual(result), $"{type} {extra} {string.Join(",", result)}");
            }
        }
    }

    [Fact]
    public void NullTest_OnColumnsAndConstants_Answers()
    {
        var batch = BatchOf(_arena, Ints(1, null, 3));
        Assert.Equal(Bools(false, true, false), Evaluate(new NullTestExpression(Column(0, SqlType.Int32), false), batch, _arena));
        Assert.Equal(Bools(true, false, true), Evaluate(new NullTestExpression(Column(0, SqlType.Int32), true), batch, _arena));
        var constant = new NullTestExpression(Constant(Datum.Null(SqlType.Int32)), false);
        Assert.Equal(Bools(true, true, true), Evaluate(constant, batch, _arena));
    }

    [Fact]
    public void Predicate_SelectsTrueRows_AndGivesScratchBack()
    {
        var batch = BatchOf(_arena, Ints([.. Enumerable.Range(0, 1000).Select(i => i % 7 == 3 ? (int?)null : i)]));
        var x = Column(0, SqlType.Int32);
        var predicate = CompiledPredicate.Compile(new LogicalExpression(
            true, [Call(">", x, Constant(10)), Call("<", x, Constant(500)), Call("=", Call("%", x, Constant(2)), Constant(0))]));
        int[] rows = new int[1000];
        var context = new EvaluationContext(_arena);
        var position = _arena.Position;
        int count = predicate.Select(context, batch, rows);
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => i % 7 != 3 && i > 10 && i < 500 && i % 2 == 0), rows.Take(count));
        Assert.Equal(position, _arena.Position);
    }

    [Fact]
    public void Projection_WithFilter_GathersRowsAndWeights()
    {
        var batch = BatchOf(
            _arena, Ints([.. Enumerable.Range(0, 100).Select(i => (int?)i)]), Ints([.. Enumerable.Range(0, 100).Select(i => (int?)-i)]));
        var weights = _arena.Allocate<long>(100);
        for (int i = 0; i < 100; i++)
        {
            weights[i] = i % 3 == 0 ? -1 : 2;
        }

        batch.SetWeights(weights);
        var x = Column(0, SqlType.Int32);
        var projection = CompiledProjection.Compile(
            [Call("*", x, x), Constant(5), x], Call("<", Column(1, SqlType.Int32), Constant(-90)));
        Assert.Equal([0], projection.Columns.ToArray());
        var result = projection.Apply(new EvaluationContext(_arena), batch, new BatchPool())!;
        Assert.Equal(9, result.RowCount);
        Assert.Equal(91 * 91, result[0].Value<int>(0));
        Assert.Equal(5, result[1].Value<int>(8));
        Assert.True(result[1].IsFlat);
        Assert.Equal(Enumerable.Range(91, 9).Select(i => i % 3 == 0 ? -1L : 2), result.Weights.ToArray());
        var none = CompiledProjection.Compile([x], Call("<", x, Constant(0)));
        Assert.Null(none.Apply(new EvaluationContext(_arena), batch, new BatchPool()));
    }

    [Fact]
    public void SharedSubexpression_IsComputedOnce()
    {
        int calls = 0;
        var function = Counted(_ => calls++);
        var x = Column(0, SqlType.Int32);
        ScalarExpression counted() => new CallExpression(function, [Call("+", x, Constant(1))], SqlType.Int32);
        var projection = CompiledProjection.Compile([Call("+", counted(), counted()), Call("*", counted(), Constant(2))]);
        var batch = BatchOf(_arena, Ints(1, 2, 3));
        var result = projection.Apply(new EvaluationContext(_arena), batch, new BatchPool())!;
        Assert.Equal(1, calls);
        Assert.Equal(8, result[1].Value<int>(2));
        projection.Apply(new EvaluationContext(_arena), batch, new BatchPool());
        Assert.Equal(2, calls);
    }

    [Fact]
    public void Function_OfADictionary_RunsOnceADistinctValue()
    {
        int rows = 0;
        var function = Counted(n => rows += n);
        var values = BatchOf(_arena, Ints(10, 20))[0];
        var codes = _arena.Allocate<int>(100);
        for (int i = 0; i < 100; i++)
        {
            codes[i] = i & 1;
        }

        var batch = new Batch().Reset(100, 1);
        batch[0] = values.WithCodes(codes, 100);
        var result = Evaluate(new CallExpression(function, [Column(0, SqlType.Int32)], SqlType.Int32), batch, _arena);
        Assert.Equal(2, rows);
        Assert.Equal(20, result[1].AsInt32);
    }

    [Fact]
    public void Folder_FoldsImmutableConstants_AndLeavesErrors()
    {
        Assert.True(ConstantFolder.TryFold(Call("+", Constant(1), Constant(2)), out var value));
        Assert.Equal(3, value.AsInt32);
        Assert.False(ConstantFolder.TryFold(Call("/", Constant(1), Constant(0)), out _));
        Assert.False(ConstantFolder.TryFold(Call("+", Column(0, SqlType.Int32), Constant(2)), out _));
        Assert.False(ConstantFolder.TryFold(new ContextExpression(ContextValue.Now, SqlType.TimestampTz), out _));
    }

    [Fact]
    public void Parameters_AreReadWhenEvaluated()
    {
        var batch = BatchOf(_arena, Ints(1, 2));
        var sum = Call("+", Column(0, SqlType.Int32), new ParameterExpression(1, SqlType.Int32));
        Assert.Equal(Ints(11, 12), Evaluate(sum, batch, _arena, c => c.Parameters = [Datum.OfInt32(10)]));
        Assert.Equal(Ints(null, null), Evaluate(sum, batch, _arena, c => c.Parameters = [Datum.Null(SqlType.Int32)]));
    }

    [Fact]
    public void SteadyState_AllocatesNothingManaged()
    {
        var batch = BatchOf(_arena, Ints([.. Enumerable.Range(0, 2000).Select(i => i % 5 == 0 ? (int?)null : i)]));
        var x = Column(0, SqlType.Int32);
        var projection = CompiledProjection.Compile(
            [Call("+", Call("*", x, Constant(3)), Constant(1)), new CastExpression(x, SqlType.Int64)],
            new LogicalExpression(true, [Call(">", x, Constant(100)), Call("<>", x, Constant(777))]));
        var context = new EvaluationContext(_arena);
        var pool = new BatchPool();
        var mark = _arena.Position;
        void Once()
        {
            projection.Apply(context, batch, pool);
            pool.Reset();
            _arena.Release(mark);
        }

        Once();
        Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ScalarFunction Counted(Action<int> called) => new()
    {
        Name = "counted",
        Parameters = [SqlType.Int32],
        Result = _ => SqlType.Int32,
        Kernel = (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            called(n);
            a[0].Values<int>().CopyTo(r.Values<int>());
        },
    };

    private static Datum[] Ints(params int?[] values) =>
        [.. values.Select(v => v is { } i ? Datum.OfInt32(i) : Datum.Null(SqlType.Int32))];

    private static Datum[] Bools(params bool?[] values) =>
        [.. values.Select(v => v is { } b ? Datum.OfBoolean(b) : Datum.Null(SqlType.Boolean))];
}
