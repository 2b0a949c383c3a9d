using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>The few words an operator remembers beside its structures: written whole whenever they differ.</summary>
internal sealed class WordsState : IPersistent, IDisposable
{
    private readonly StateContext _context;
    private readonly Func<long[]> _read;
    private readonly Action<long[]> _restore;
    private long[]? _written;

    /// <param name="context">The part's.</param>
    /// <param name="read">The words now.</param>
    /// <param name="restore">Takes them back, as many as were read.</param>
    internal WordsState(StateContext context, Func<long[]> read, Action<long[]> restore)
    {
        _context = context;
        _read = read;
        _restore = restore;
        context.Registry.Add(this);
    }

    public string Schema => "words";

    public FrameShape? Shape => null;

    public void Track()
    {
    }

    public StateCapture? Capture(bool whole, long tick)
    {
        long[] now = _read();
        if (!whole && _written is not null && now.AsSpan().SequenceEqual(_written))
        {
            return null;
        }

        _written = now;
        return new WordsCapture(now);
    }

    public void Load(RunLoad runs, long tick)
    {
        if (runs.Count == 0)
        {
            return;
        }

        foreach (var block in runs.Blocks(0))
        {
            var rest = block.Span;
            StateFrame.TryRead(ref rest, out var frame);
            var bytes = frame.Require(StateFrame.Words);
            long[] words = new long[bytes.ReadInt32()];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = bytes.ReadInt64();
            }

            _written = words;
            _restore(words);
        }
    }

    public void Dispose() => _context.Registry.Remove(this);

    private sealed class WordsCapture(long[] words) : StateCapture(whole: true)
    {
        internal override bool Drain(int entriesMax) => true;

        internal override RunRef Write(RunOutput output)
        {
            var into = output.Begin(StateFrame.Words);
            into.WriteInt32(words.Length);
            foreach (long word in words)
            {
                into.WriteInt64(word);
            }

            output.EndFrame();
            return output.End(RunHead.Of(words.Length, 0));
        }
    }
}
