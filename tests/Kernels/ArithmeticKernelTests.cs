using System.Numerics;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Tests.Kernels;

public sealed class ArithmeticKernelTests
{
    private static readonly long[] Edges =
        [0, 1, -1, 2, 100, -100, short.MaxValue, short.MinValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 32, 3_037_000_500];

    [Fact]
    public void Integers_AnyLengthAndShape_EqualBigIntegers()
    {
        Integers<short, AddIntegers<short>>(SqlType.Int16, (a, b) => a + b);
        Integers<int, AddIntegers<int>>(SqlType.Int32, (a, b) => a + b);
        Integers<long, AddIntegers<long>>(SqlType.Int64, (a, b) => a + b);
        Integers<short, SubtractIntegers<short>>(SqlType.Int16, (a, b) => a - b);
        Integers<int, SubtractIntegers<int>>(SqlType.Int32, (a, b) => a - b);
        Integers<long, SubtractIntegers<long>>(SqlType.Int64, (a, b) => a - b);
        Integers<short, MultiplyInt16>(SqlType.Int16, (a, b) => a * b);
        Integers<int, MultiplyInt32>(SqlType.Int32, (a, b) => a * b);
        Integers<long, MultiplyInt64>(SqlType.Int64, (a, b) => a * b);
        Integers<short, DivideIntegers<short>>(SqlType.Int16, (a, b) => b.IsZero ? null : BigInteger.Divide(a, b));
        Integers<int, DivideIntegers<int>>(SqlType.Int32, (a, b) => b.IsZero ? null : BigInteger.Divide(a, b));
        Integers<long, DivideIntegers<long>>(SqlType.Int64, (a, b) => b.IsZero ? null : BigInteger.Divide(a, b));
        Integers<int, ModuloIntegers<int>>(SqlType.Int32, (a, b) => b.IsZero ? null : BigInteger.Remainder(a, b));
        Integers<long, ModuloIntegers<long>>(SqlType.Int64, (a, b) => b.IsZero ? null : BigInteger.Remainder(a, b));
    }

    [Fact]
    public void Floats_AnyLengthAndShape_EqualPlainArithmetic()
    {
        Floats<AddFloats<double>>((a, b) => a + b, (_, _, _) => false);
        Floats<SubtractFloats<double>>((a, b) => a - b, (_, _, _) => false);
        Floats<MultiplyFloats<double>>((a, b) => a * b, (a, b, r) => r == 0 && a != 0 && b != 0);
        Floats<DivideFloats<double>>(
            (a, b) => a / b, (a, b, r) => (b == 0 && !double.IsNaN(a)) || (r == 0 && a != 0 && !double.IsInfinity(b)));
    }

    [Fact]
    public void Overflow_UnderInactiveRow_IsNoFailure()
    {
        using var arena = new Arena();
        var a = Vector.Allocate(arena, SqlType.Int32, 50);
        a.Values<int>().Fill(1);
        a.Values<int>()[33] = int.MaxValue;
        var active = Vector.Allocate(arena, SqlType.Boolean, 50);
        active.Bits.Fill(0xFF);
        var result = Vector.Allocate(arena, SqlType.Int32, 50);
        Assert.Equal(33, ArithmeticKernel.Apply<int, AddIntegers<int>>(a, a, 50, new RowMask(active), ref result));
        Bitmap.Clear(active.Bits, 33);
        Assert.Equal(-1, ArithmeticKernel.Apply<int, AddIntegers<int>>(a, a, 50, new RowMask(active), ref result));
        Assert.Equal(2, result.Values<int>()[49]);
    }

    [Fact]
    public void Add_LongInput_EntersTheVectorBody()
    {
        using var arena = new Arena();
        var a = RandomVectors.Create(arena, SqlType.Int64, 100, 0, 1);
        var result = Vector.Allocate(arena, SqlType.Int64, 100);
        long before = KernelCounters.VectorCalls;
        ArithmeticKernel.Apply<long, AddIntegers<long>>(a, a, 100, default, ref result);
        Assert.Equal(Vector256.IsHardwareAccelerated, KernelCounters.VectorCalls > before);
    }

    private static void Integers<T, TOp>(SqlType type, Func<BigInteger, BigInteger, BigInteger?> exact)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TOp : struct, IArithmetic<T>
    {
        using var arena = new Arena();
        var random = new Random(7);
        for (int length = 0; length < 70; length++)
        {
            var a = Vector.Allocate(arena, type, length + 8).Slice(8, length);
            var b = Vector.Allocate(arena, type, length);
            bool extreme = length % 2 == 0;
            for (int i = 0; i < length; i++)
            {
                a.Values<T>()[i] = T.CreateTruncating(extreme ? Edges[random.Next(Edges.Length)] : random.Next(-90, 90));
                b.Values<T>()[i] = T.CreateTruncating(extreme ? Edges[random.Next(Edges.Length)] : random.Next(1, 90));
            }

            foreach (int shape in new[] { 0, 1, 2 })
            {
                var x = shape == 1 && length > 0 ? Datum.FromVector(a, 0).ToConstant(arena, length) : a;
                var y = shape == 2 && length > 0 ? Datum.FromVector(b, 0).ToConstant(arena, length) : b;
                var result = Vector.Allocate(arena, type, length);
                int failure = ArithmeticKernel.Apply<T, TOp>(x, y, length, default, ref result);
                int expectedFailure = -1;
                for (int i = 0; i < length; i++)
                {
                    var value = exact(BigInteger.CreateChecked(x.Value<T>(i)), BigInteger.CreateChecked(y.Value<T>(i)));
                    if (value is { } number && number >= BigInteger.CreateChecked(T.MinValue) && number <= BigInteger.CreateChecked(T.MaxValue))
                    {
                        Assert.Equal(number, BigInteger.CreateChecked(result.Values<T>()[i]));
                    }
                    else if (expectedFailure < 0)
                    {
                        expectedFailure = i;
                    }
                }

                Assert.Equal(expectedFailure, failure);
            }
        }
    }

    private static void Floats<TOp>(Func<double, double, double> exact, Func<double, double, double, bool> alsoFails)
        where TOp : struct, IArithmetic<double>
    {
        using var arena = new Arena();
        double[] edges = [0, -0.0, 1, -1.5, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e200, 1e-200];
        var random = new Random(9);
        for (int length = 0; length < 40; length++)
        {
            var a = Vector.Allocate(arena, SqlType.Float64, length);
            var b = Vector.Allocate(arena, SqlType.Float64, length);
            for (int i = 0; i < length; i++)
            {
                a.Values<double>()[i] = length % 2 == 0 ? edges[random.Next(edges.Length)] : random.NextDouble() + 1;
                b.Values<double>()[i] = length % 2 == 0 ? edges[random.Next(edges.Length)] : random.NextDouble() + 1;
            }

            var result = Vector.Allocate(arena, SqlType.Float64, length);
            int failure = ArithmeticKernel.Apply<double, TOp>(a, b, length, default, ref result);
            int expectedFailure = -1;
            for (int i = length - 1; i >= 0; i--)
            {
                double x = a.Values<double>()[i];
                double y = b.Values<double>()[i];
                double value = exact(x, y);
                Assert.Equal(value, result.Values<double>()[i]);
                bool overflow = double.IsInfinity(value) && !double.IsInfinity(x) && !double.IsInfinity(y);
                expectedFailure = overflow || alsoFails(x, y, value) ? i : expectedFailure;
            }

            Assert.Equal(expectedFailure, failure);
        }
    }
}
