using Vectorized.Engine.Types;

namespace Vectorized.Engine.Budget;

/// <summary>
/// Who pays for the blocks that a thread rents while the account is the thread's: charged before a block is rented, credited when
/// one is returned. An account may be in use on several threads.
/// </summary>
internal abstract class MemoryAccount(bool countsManaged)
{
    [ThreadStatic]
    private static MemoryAccount? _current;

    [ThreadStatic]
    private static long _managedStart;

    private readonly bool _countsManaged = countsManaged;

    private long _heldBytes;

    /// <summary>The thread's, or null: nobody is asked.</summary>
    internal static MemoryAccount? Current => _current;

    /// <summary>Bytes rented and not returned while the account was in use.</summary>
    internal long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Makes the account the thread's until the use is disposed; null: nobody's.</summary>
    internal static Use Enter(MemoryAccount? account)
    {
        var use = new Use(_current, _managedStart);
        _current = account;
        if (account is { _countsManaged: true })
        {
            _managedStart = GC.GetAllocatedBytesForCurrentThread();
        }

        return use;
    }

    /// <summary>
    /// Asked while something of a length that a client chooses is built on the managed heap (a statement's syntax tree, its
    /// plan): refuses as for blocks when the thread has allocated too much since it came into use.
    /// </summary>
    internal static void CheckManaged()
    {
        if (_current is { _countsManaged: true } account
            && account.RefusalOfManaged(GC.GetAllocatedBytesForCurrentThread() - _managedStart) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Raises what <see cref="Refusal"/> gives; then nothing is charged.</summary>
    internal void Charge(long bytes)
    {
        long held = Interlocked.Add(ref _heldBytes, bytes);
        if (Refusal(held, bytes) is { } refusal)
        {
            Interlocked.Add(ref _heldBytes, -bytes);
            throw refusal;
        }
    }

    internal void Credit(long bytes) => Interlocked.Add(ref _heldBytes, -bytes);

    /// <summary>Why the account may not hold so much, the wanted bytes included; null: it may.</summary>
    protected abstract SqlException? Refusal(long held, long wanted);

    /// <summary>The same for the managed heap.</summary>
    protected virtual SqlException? RefusalOfManaged(long allocated) => null;

    protected void Forget() => Interlocked.Exchange(ref _heldBytes, 0);

    /// <summary>Gives the thread back to the account it had before.</summary>
    internal readonly ref struct Use(MemoryAccount? before, long managedStartBefore)
    {
        public void Dispose()
        {
            _current = before;
            _managedStart = managedStartBefore;
        }
    }
}
