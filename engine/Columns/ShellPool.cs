namespace Vectorized.Engine.Columns;

/// <summary>
/// Managed shells waiting to be used again, up to a bound; those beyond it go to the garbage collector. A shell is
/// returned once, by its last owner. Any thread.
/// </summary>
internal sealed class ShellPool<T>(int shellsMax) where T : class
{
    private readonly Lock _lock = new();
    private readonly T?[] _free = new T?[shellsMax];
    private int _count;

    /// <summary>A shell in whatever state its last owner left it, or null when none waits.</summary>
    internal T? TryTake()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return null;
            }

            var shell = _free[--_count];
            _free[_count] = null;
            return shell;
        }
    }

    internal void Return(T shell)
    {
        lock (_lock)
        {
            if (_count < _free.Length)
            {
                _free[_count++] = shell;
            }
        }
    }
}
