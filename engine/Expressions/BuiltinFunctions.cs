using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions.Functions;

namespace Vectorized.Engine.Expressions;

/// <summary>All functions and operators the engine comes with. The registry is made once a process and only read.</summary>
public static class BuiltinFunctions
{
    private static readonly Lazy<FunctionRegistry> _shared = new(CreateRegistry);

    /// <summary>The process's registry.</summary>
    public static FunctionRegistry Shared => _shared.Value;

    public static FunctionRegistry CreateRegistry()
    {
        var registry = new FunctionRegistry();
        var family = new FunctionFamily(registry);
        ComparisonFunctions.Register(family);
        ArithmeticFunctions.Register(family);
        LogicFunctions.Register(family);
        MathFunctions.Register(family);
        RoundingFunctions.Register(family);
        CharacterFunctions.Register(family);
        SliceFunctions.Register(family);
        StringFunctions.Register(family);
        ConcatFunctions.Register(family);
        BinaryFunctions.Register(family);
        LikeFunctions.Register(family);
        RegexFunctions.Register(family);
        TemporalArithmeticFunctions.Register(family);
        ExtractFunctions.Register(family);
        TruncateFunctions.Register(family);
        ZoneFunctions.Register(family);
        CalendarFunctions.Register(family);
        FormatFunctions.Register(family);
        ArrayFunctions.Register(family);
        ArrayConcatFunctions.Register(family);
        ArraySetFunctions.Register(family);
        ArrayTextFunctions.Register(family);
        QuantifiedFunctions.Register(family);
        RowFunctions.Register(family);
        SubqueryFunctions.Register(family);
        JsonFunctions.Register(family);
        JsonValueFunctions.Register(family);
        JsonListFunctions.Register(family);
        JsonEditFunctions.Register(family);
        JsonTestFunctions.Register(family);
        DegreeFunctions.Register(family);
        CipherFunctions.Register(family);
        JsonPathFunctions.Register(family);
        PercentileFunctions.Register(family);
        MapFunctions.Register(family);
        CatalogFunctions.Register(family);
        SessionFunctions.Register(family);
        ServerFunctions.Register(family);
        return registry;
    }
}
