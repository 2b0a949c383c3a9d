using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Writes one run of a pack: blocks in order, then the tail. One thread; ended before the next run begins.
/// </summary>
public sealed class RunWriter
{
    private readonly PackDraft _pack;
    private readonly IObjectUpload _upload;
    private readonly long _start;
    private readonly List<RunBlock> _blocks = [];
    private bool _ended;

    internal RunWriter(PackDraft pack, IObjectUpload upload)
    {
        _pack = pack;
        _upload = upload;
        _start = upload.BytesWritten;
    }

    public int BlockCount => _blocks.Count;

    public long BytesWritten => _upload.BytesWritten - _start;

    /// <summary>Appends a block of opaque bytes and gives its number within the run. The span is not kept.</summary>
    public int Append(ReadOnlySpan<byte> block)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _blocks.Add(new RunBlock(BytesWritten, block.Length, Crc32C.Of(block)));
        _upload.Write(block);
        return _blocks.Count - 1;
    }

    /// <summary>
    /// Completes the run. The head is opaque, and at hand when the run is opened: what a reader must know to find its
    /// blocks.
    /// </summary>
    public RunRef End(ReadOnlySpan<byte> head = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        byte[] tail = PackFormat.EncodeTail(_blocks, head);
        _upload.Write(tail);
        _ended = true;
        return _pack.Ended(this, new RunRef(_pack.Pack, _start, BytesWritten, tail.Length, Crc32C.Of(tail)));
    }
}
