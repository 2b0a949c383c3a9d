namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// Frames taken from live state, in blocks of about 64 KiB, until a writer takes them. Owner, then the writer.
/// </summary>
internal sealed class FrameBuffer
{
    private const int BlockBytes = 48 << 10;

    private readonly List<FrameBlock> _blocks = [];
    private FrameBlock? _open;

    /// <summary>Moves the blocks into a run; none is left.</summary>
    internal void MoveTo(RunOutput output)
    {
        Close();
        foreach (var block in _blocks)
        {
            output.AppendBlock(block.Written.Span);
            block.Return();
        }

        _blocks.Clear();
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
            _blocks.Add(_open);
        }

        _open = null;
    }
}
