using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>Frames of a run on their way into a pack, in blocks of about <see cref="BlockBytes"/>. One thread.</summary>
internal sealed class RunOutput(PackDraft pack)
{
    internal const int BlockBytes = 192 << 10;

    private readonly FrameBlock _block = new(BlockBytes + (64 << 10));
    private RunWriter? _run;

    /// <summary>The frame's body follows, then <see cref="EndFrame"/>.</summary>
    internal FrameBlock Begin(byte kind) => _block.BeginFrame(kind);

    internal void EndFrame()
    {
        _block.EndFrame();
        if (_block.Count >= BlockBytes)
        {
            Flush();
        }
    }

    /// <summary>A whole frame, head included.</summary>
    internal void Append(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(_block.GetSpan(frame.Length));
        _block.Advance(frame.Length);
        if (_block.Count >= BlockBytes)
        {
            Flush();
        }
    }

    /// <summary>The number, within the run, of the block that the next frame goes into.</summary>
    internal int BlockNumber => _run?.BlockCount ?? 0;

    /// <summary>A frame in a block of its own.</summary>
    internal void AppendBlock(byte kind, ReadOnlySpan<byte> body)
    {
        Flush();
        var into = Begin(kind);
        body.CopyTo(into.GetSpan(Math.Max(body.Length, 1)));
        into.Advance(body.Length);
        _block.EndFrame();
        Flush();
    }

    /// <summary>A block that was filled before.</summary>
    internal void AppendBlock(ReadOnlySpan<byte> block)
    {
        Flush();
        Run.Append(block);
    }

    internal RunRef End(ReadOnlySpan<byte> head)
    {
        Flush();
        var run = Run.End(head);
        _run = null;
        return run;
    }

    /// <summary>What comes next stands in another block.</summary>
    internal void Flush()
    {
        if (_block.Count > 0)
        {
            Run.Append(_block.Written.Span);
            _block.Clear();
        }
    }

    private RunWriter Run => _run ??= pack.BeginRun();
}
