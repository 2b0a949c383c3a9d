namespace Vectorized.Engine.Columns;

/// <summary>One native allocation: 64-byte aligned, with its id in <see cref="BlockTable"/>. Owned by whoever rented it.</summary>
internal readonly unsafe struct Block(byte* address, int id, int bytes)
{
    public byte* Address { get; } = address;

    public int Id { get; } = id;

    public int Bytes { get; } = bytes;

    public bool IsNull => Address == null;
}
