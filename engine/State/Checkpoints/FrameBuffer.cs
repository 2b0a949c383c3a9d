namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// Frames taken from live state, in blocks of about 64 KiB, until a writer takes them. Owner, then the writer.
/// </summary>
internal sealed class FrameBuffer
{
    private const int BlockBytes = 48 << 10;

    private readonly List<ReadOnlyMemory<byte>> _blocks = [];
    private FrameBlock? _open;

    /// <summary>The blocks, the last one closed.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Take()
    {
        Close();
        return _blocks;
    }

    /// <summary>The frame's body follows, then <see cref="EndFrame"/>.</summary>
    internal FrameBlock Begin(byte kind) => (_open ??= new FrameBlock(BlockBytes + (16 << 10))).BeginFrame(kind);

    internal void EndFrame()
    {
        _open!.EndFrame();
        if (_open.Count >= BlockBytes)
        {
            Close();
        }
    }

    private void Close()
    {
        if (_open is { Count: > 0 })
        {
            _blocks.Add(_open.Written);
        }

        _open = null;
    }
}
