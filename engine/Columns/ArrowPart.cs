namespace Vectorized.Engine.Columns;

/// <summary>The buffers of one array of a message, copied out of it: a dictionary waiting for batches.</summary>
internal sealed class ArrowPart(ArrowPart.Content content)
{
    /// <summary>A node and its buffers (validity first), in the order Arrow has them.</summary>
    internal readonly record struct Content(int Length, long Nulls, byte[][] Buffers);

    internal Vector Read(in ArrowSchema.Column column, Arena arena)
    {
        var buffers = new ArrowBuffers(content.Buffers);
        return ArrowColumnReader.Read(column.Kind, column.Field.Type, content.Length, content.Nulls, buffers, arena);
    }
}
