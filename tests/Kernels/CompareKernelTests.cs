using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

public sealed class CompareKernelTests
{
    public static TheoryData<SqlType> Types =>
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Oid,
        SqlType.NumericOf(10, 2), SqlType.NumericOf(30, 2), SqlType.Varchar, SqlType.Interval, SqlType.Uuid,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Compare_AnyLengthAndShape_EqualsRowByRow(SqlType type)
    {
        using var arena = new Arena();
        for (int length = 0; length <= 200; length += length < 20 ? 1 : 13)
        {
            int offset = length % 3 * 8;
            var left = RandomVectors.Create(arena, type, length + offset, 0, length).Slice(offset, length);
            var right = RandomVectors.Create(arena, type, length + 8, 0, length + 1000).Slice(8, length);
            var constant = RandomVectors.Rows(RandomVectors.Create(arena, type, 1, 0, length))[0].ToConstant(arena, length);
            foreach (var op in Enum.GetValues<CompareOp>())
            {
                Check(arena, op, left, right, length);
                Check(arena, op, left, constant, length);
                Check(arena, op, constant, right, length);
            }
        }
    }

    [Fact]
    public void Compare_LongInput_EntersTheVectorBody()
    {
        using var arena = new Arena();
        foreach (var type in new[] { SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64 })
        {
            var vector = RandomVectors.Create(arena, type, 100, 0, 1);
            var result = Vector.Allocate(arena, SqlType.Boolean, 100);
            long before = KernelCounters.VectorCalls;
            CompareKernel.Compare(CompareOp.Less, vector, vector, 100, ref result);
            Assert.Equal(Vector128.IsHardwareAccelerated, KernelCounters.VectorCalls > before);
        }
    }

    private static void Check(Arena arena, CompareOp op, in Vector left, in Vector right, int length)
    {
        var result = Vector.Allocate(arena, SqlType.Boolean, length);
        CompareKernel.Compare(op, left, right, length, ref result);
        for (int row = 0; row < length; row++)
        {
            bool expected = CompareOps.Holds(op, Order(left, right, row));
            Assert.True(expected == result.Bit(row), $"{left.Type} {op} length {length} row {row}");
        }
    }

    private static int Order(in Vector left, in Vector right, int row)
    {
        var a = Datum.FromVector(left, row);
        var b = Datum.FromVector(right, row);
        return left.Type.Id switch
        {
            TypeId.Float32 or TypeId.Float64 => Float(a).CompareTo(Float(b)),
            TypeId.Oid => a.AsUInt32.CompareTo(b.AsUInt32),
            TypeId.Interval => Length(a).CompareTo(Length(b)),
            TypeId.Uuid => BigEndian(a).CompareTo(BigEndian(b)),
            _ when left.Type.Layout == Layout.View => a.AsSpan.SequenceCompareTo(b.AsSpan),
            _ => a.Raw.CompareTo(b.Raw),
        };
    }

    private static (bool IsNaN, double Value) Float(Datum value)
    {
        double number = value.Type.Id == TypeId.Float32 ? value.AsFloat32 : value.AsFloat64;
        return double.IsNaN(number) ? (true, 0) : (false, number == 0 ? 0 : number);
    }

    private static Int128 Length(Datum value)
    {
        long head = (long)value.Raw;
        return ((((int)head * 30L) + (int)(head >> 32)) * (Int128)86_400_000_000) + (long)(value.Raw >> 64);
    }

    private static UInt128 BigEndian(Datum value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes, value.Raw);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
