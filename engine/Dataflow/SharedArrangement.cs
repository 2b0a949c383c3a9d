using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// An arrangement that several views' joins read: a stateless part of a plan over one stored relation, kept by one key.
/// It is a relation without a name: deltas come out of it, its rows can be scanned, and it is complete before the first
/// view is attached. Lives as long as a view holds it. Main lane only.
/// </summary>
internal sealed class SharedArrangement(string identity, ViewInstance owner, RelationOutput output)
{
    /// <summary>Plan and key; equal identities hold equal rows.</summary>
    internal string Identity { get; } = identity;

    /// <summary>Its operators, as a view has them.</summary>
    internal ViewInstance Owner { get; } = owner;

    internal RelationOutput Output { get; } = output;

    /// <summary>False until it holds what the relation held before.</summary>
    internal bool IsFilled { get; set; }

    internal int HolderCount { get; set; }
}

/// <summary>
/// The shared arrangements of a graph, by what they hold. Views take and give back; the last one to give back takes the
/// arrangement down. An arrangement that has failed takes its views down with it and is not handed out again.
/// </summary>
/// <param name="detach">Takes the arrangement's operators out of the graph.</param>
internal sealed class SharedArrangements(Action<ViewInstance> detach)
{
    /// <summary>Ids of relations that the catalog does not know.</summary>
    private int _lastId;

    private readonly Dictionary<string, SharedArrangement> _byIdentity = new(StringComparer.Ordinal);

    /// <summary>Which sides of a join are shared; another one only in tests that plant bugs.</summary>
    internal Func<JoinKind, bool, bool, JoinSharing> Rule { get; set; } = JoinSharing.For;

    /// <summary>What makes two arrangements one; as <see cref="Rule"/>.</summary>
    internal Func<PlanNode, IReadOnlyList<int>, string> Identify { get; set; } =
        (plan, keys) => $"{PlanFingerprint.Of(plan)} by {string.Join(',', keys)}";

    internal IReadOnlyCollection<SharedArrangement> All => _byIdentity.Values;

    /// <summary>The scope of an arrangement's state: the same for the same identity.</summary>
    internal static string ScopeOf(string identity) =>
        "s" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(identity)))[..32];

    internal int NextId() => --_lastId;

    internal SharedArrangement? Find(string identity) =>
        _byIdentity.TryGetValue(identity, out var found) && !found.Owner.Failure.HasFailed ? found : null;

    internal void Add(SharedArrangement arrangement) => _byIdentity[arrangement.Identity] = arrangement;

    /// <summary>The view reads the arrangement from now on, and fails if it does.</summary>
    internal void Take(SharedArrangement arrangement, ViewInstance view)
    {
        arrangement.HolderCount++;
        arrangement.Owner.Failure.AddDependent(view.Failure);
        view.Shared.Add(arrangement);
        view.GiveBack ??= GiveBackAll;
    }

    /// <summary>The view, whose gates are cut already, reads none of its shared arrangements any more.</summary>
    private void GiveBackAll(ViewInstance view)
    {
        foreach (var arrangement in view.Shared)
        {
            GiveBack(arrangement, view);
        }

        view.Shared.Clear();
    }

    private void GiveBack(SharedArrangement arrangement, ViewInstance view)
    {
        arrangement.Owner.Failure.RemoveDependent(view.Failure);
        if (--arrangement.HolderCount > 0)
        {
            return;
        }

        if (_byIdentity.TryGetValue(arrangement.Identity, out var known) && known == arrangement)
        {
            _byIdentity.Remove(arrangement.Identity);
        }

        detach(arrangement.Owner);
    }
}
