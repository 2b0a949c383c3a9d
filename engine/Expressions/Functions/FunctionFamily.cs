using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>How families put functions into the registry: short forms for the usual shapes.</summary>
internal sealed class FunctionFamily(FunctionRegistry registry)
{
    /// <summary>A strict function with a fixed result type.</summary>
    internal void Add(
        string name,
        SqlType[] parameters,
        SqlType result,
        ScalarKernel kernel,
        bool canFail = true,
        bool nullFree = true,
        bool strict = true,
        bool variadic = false,
        Volatility volatility = Volatility.Immutable,
        Func<IReadOnlyList<SqlType>, IReadOnlyList<Datum?>, ScalarKernel?>? specialize = null,
        bool isCostly = false) => AddTyped(
            name, parameters, _ => result, kernel, canFail, nullFree, strict, variadic, volatility, specialize, isCostly: isCostly);

    /// <summary>A function whose result type depends on its arguments'.</summary>
    internal void AddTyped(
        string name,
        SqlType[] parameters,
        Func<IReadOnlyList<SqlType>, SqlType> result,
        ScalarKernel kernel,
        bool canFail = true,
        bool nullFree = true,
        bool strict = true,
        bool variadic = false,
        Volatility volatility = Volatility.Immutable,
        Func<IReadOnlyList<SqlType>, IReadOnlyList<Datum?>, ScalarKernel?>? specialize = null,
        bool takesIntegersAsNumeric = false,
        bool isCostly = false) => registry.Add(new ScalarFunction
        {
            Name = name,
            Parameters = parameters,
            Result = result,
            Kernel = kernel,
            CanFail = canFail,
            NullFree = nullFree,
            Strict = strict,
            Variadic = variadic,
            Volatility = volatility,
            Specialize = specialize,
            TakesIntegersAsNumeric = takesIntegersAsNumeric,
            IsCostly = isCostly,
        });

    /// <summary>The kernel of a function registered before.</summary>
    internal ScalarKernel KernelOf(string name, params SqlType[] parameters) =>
        registry.Overloads(name).First(f => f.Parameters.SequenceEqual(parameters)).Kernel;

    /// <summary>A strict function of one fixed-width value.</summary>
    internal void Map<TIn, TOut, TOp>(string name, SqlType parameter, SqlType result, bool canFail = true)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TIn, TOut> => Add(
            name, [parameter], result,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<TIn, TOut, TOp>(default, a[0], n, c.Active, ref r),
            canFail);

    /// <summary>A strict function of two fixed-width values.</summary>
    internal void Map<TLeft, TRight, TOut, TOp>(string name, SqlType left, SqlType right, SqlType result, bool canFail = true)
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TLeft, TRight, TOut> => Add(
            name, [left, right], result,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<TLeft, TRight, TOut, TOp>(default, a[0], a[1], n, c.Active, ref r),
            canFail);
}
