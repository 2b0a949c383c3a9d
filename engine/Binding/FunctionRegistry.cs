using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// All scalar functions and operators by name. Filled once at start by the families in engine/Expressions, then only
/// read. Overload resolution (PostgreSQL's rules) is the binder's.
/// </summary>
public sealed class FunctionRegistry
{
    private readonly Dictionary<string, List<ScalarFunction>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScalarFunction> _bySignature = new(StringComparer.Ordinal);

    public void Add(ScalarFunction function)
    {
        if (!_bySignature.TryAdd(function.Signature, function))
        {
            throw new SqlException(SqlState.InternalError, $"function {function.Signature} is registered twice");
        }

        if (!_byName.TryGetValue(function.Name, out var overloads))
        {
            _byName.Add(function.Name, overloads = []);
        }

        overloads.Add(function);
    }

    public IReadOnlyList<ScalarFunction> Overloads(string name) => _byName.TryGetValue(name, out var list) ? list : [];

    public ScalarFunction? BySignature(string signature) => _bySignature.GetValueOrDefault(signature);

    public IEnumerable<ScalarFunction> All => _bySignature.Values;

    public IEnumerable<string> Names => _byName.Keys;
}
