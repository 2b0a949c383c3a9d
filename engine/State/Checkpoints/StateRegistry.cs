namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// The persistent state of one part by name: a scope (a relation, a view, an index) and how many structures were made in it
/// before. As plans are stored and operators made in their order, the same name is the same structure after a restart. What is
/// made outside of a scope (queries, transactions) is not persistent. A structure made anew under a name stands for it until it is
/// removed; then the one before does again (a definition that failed). Owner's thread, between ticks.
/// </summary>
internal sealed class StateRegistry
{
    private readonly SortedDictionary<string, List<IPersistent>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<IPersistent, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IPersistent> _held = new(ReferenceEqualityComparer.Instance);
    private string? _scope;
    private int _next;

    /// <summary>Set once, before anything is made, when the database is to last.</summary>
    internal bool IsEnabled { get; set; }

    /// <summary>What is made meanwhile, for a view that is being built, does not stand for its name before <see cref="Admit"/>.</summary>
    internal bool IsHolding { get; set; }

    /// <summary>Names and what stands for them now, in order of names.</summary>
    internal IEnumerable<KeyValuePair<string, IPersistent>> Items => _held.Count == 0
        ? _items.Select(e => KeyValuePair.Create(e.Key, e.Value[^1]))
        : _items.Select(e => KeyValuePair.Create(e.Key, e.Value.FindLast(i => !_held.Contains(i))!)).Where(e => e.Value is not null);

    /// <summary>What was held stands for its names.</summary>
    internal void Admit() => _held.Clear();

    /// <summary>What is still held never will: whoever owns it frees it, if anyone does.</summary>
    internal void Abandon()
    {
        foreach (var item in _held.ToList())
        {
            Remove(item);
        }
    }

    /// <summary>What is made until <see cref="Close"/> stands under this scope.</summary>
    internal ScopeMark Open(string scope)
    {
        var outer = new ScopeMark(_scope, _next);
        if (IsEnabled)
        {
            _scope = scope;
            _next = 0;
        }

        return outer;
    }

    internal void Close(ScopeMark outer) => (_scope, _next) = (outer.Scope, outer.Next);

    /// <summary>Called by everything persistent when it is made.</summary>
    internal void Add(IPersistent item)
    {
        if (_scope is null)
        {
            return;
        }

        string name = $"{_scope}.{_next++}";
        if (!_items.TryGetValue(name, out var made))
        {
            _items.Add(name, made = []);
        }

        made.Add(item);
        _names.Add(item, name);
        if (IsHolding)
        {
            _held.Add(item);
        }

        item.Track();
    }

    /// <summary>The structure is gone, or will be when no reader is left. Again is no error.</summary>
    internal void Remove(IPersistent item)
    {
        if (!_names.Remove(item, out string? name))
        {
            return;
        }

        _held.Remove(item);
        var made = _items[name];
        made.Remove(item);
        if (made.Count == 0)
        {
            _items.Remove(name);
        }
    }

    internal readonly record struct ScopeMark(string? Scope, int Next);
}
