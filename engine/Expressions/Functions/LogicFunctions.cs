using System.Numerics;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>NOT, GREATEST and LEAST, and the bit operators of integers.</summary>
internal static class LogicFunctions
{
    internal static void Register(FunctionFamily family)
    {
        family.Add(
            "not", [SqlType.Boolean], SqlType.Boolean,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                r = BooleanKernel.Not(a[0], n, c.Arena), canFail: false);
        family.AddTyped(
            "greatest", [SqlType.Unknown], types => types[0], Extreme(CompareOp.Greater), canFail: false, strict: false, variadic: true);
        family.AddTyped(
            "least", [SqlType.Unknown], types => types[0], Extreme(CompareOp.Less), canFail: false, strict: false, variadic: true);
        Bits<short>(family, SqlType.Int16);
        Bits<int>(family, SqlType.Int32);
        Bits<long>(family, SqlType.Int64);
    }

    /// <summary>NULLs do not take part; all NULL is NULL. The arguments are of one type.</summary>
    private static ScalarKernel Extreme(CompareOp op) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var best = TakeKernel.Flatten(a[0], c.Arena);
            foreach (ref readonly var argument in a[1..])
            {
                BranchStep.CheckType(argument, r.Type);
                var candidate = TakeKernel.Flatten(argument, c.Arena);
                var better = Vector.Allocate(c.Arena, SqlType.Boolean, n);
                ComparisonFunctions.Compare(op, c, candidate, best, n, ref better);
                BitmapKernel.MergeValidity([candidate, best], n, c.Arena, ref better);
                var taken = BooleanKernel.WhereTrue(better, default, n, c.Arena);
                var missing = BooleanKernel.WhereNull(best, default, n, c.Arena);
                var merged = Vector.Allocate(c.Arena, r.Type, n);
                BlendKernel.Blend(ref merged, best, default, n, c.Arena);
                BlendKernel.Blend(ref merged, candidate, taken, n, c.Arena);
                BlendKernel.Blend(ref merged, candidate, missing, n, c.Arena);
                best = merged;
            }

            best.Type = r.Type;
            r = best;
        };

    private static void Bits<T>(FunctionFamily family, SqlType type) where T : unmanaged, IBinaryInteger<T>
    {
        family.Map<T, T, T, And<T>>("&", type, type, type, canFail: false);
        family.Map<T, T, T, Or<T>>("|", type, type, type, canFail: false);
        family.Map<T, T, T, Xor<T>>("#", type, type, type, canFail: false);
        family.Map<T, T, Complement<T>>("~", type, type, canFail: false);
        family.Map<T, int, T, ShiftLeft<T>>("<<", type, SqlType.Int32, type, canFail: false);
        family.Map<T, int, T, ShiftRight<T>>(">>", type, SqlType.Int32, type, canFail: false);
    }

    private readonly struct And<T> : IMap<T, T, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T left, T right, out T result)
        {
            result = left & right;
            return ValueStatus.Ok;
        }
    }

    private readonly struct Or<T> : IMap<T, T, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T left, T right, out T result)
        {
            result = left | right;
            return ValueStatus.Ok;
        }
    }

    private readonly struct Xor<T> : IMap<T, T, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T left, T right, out T result)
        {
            result = left ^ right;
            return ValueStatus.Ok;
        }
    }

    private readonly struct Complement<T> : IMap<T, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T value, out T result)
        {
            result = ~value;
            return ValueStatus.Ok;
        }
    }

    /// <summary>The shift counts modulo the width, as the machine does and PostgreSQL shows.</summary>
    private readonly struct ShiftLeft<T> : IMap<T, int, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T left, int right, out T result)
        {
            result = left << right;
            return ValueStatus.Ok;
        }
    }

    private readonly struct ShiftRight<T> : IMap<T, int, T> where T : unmanaged, IBinaryInteger<T>
    {
        public ValueStatus Apply(T left, int right, out T result)
        {
            result = left >> right;
            return ValueStatus.Ok;
        }
    }
}
