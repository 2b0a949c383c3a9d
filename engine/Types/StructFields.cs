namespace Vectorized.Engine.Types;

/// <summary>The named fields of a row type, compared by value.</summary>
public sealed class StructFields(IReadOnlyList<(string Name, SqlType Type)> fields) : IEquatable<StructFields>
{
    public IReadOnlyList<(string Name, SqlType Type)> Items { get; } = fields;

    public bool Equals(StructFields? other) => other is not null && Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => Equals(obj as StructFields);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var field in Items)
        {
            hash.Add(field);
        }

        return hash.ToHashCode();
    }
}
