using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>
/// One file: its bytes as running programs see them, and as the last sync left them. Arrays are replaced, never changed.
/// </summary>
internal sealed class SimulatedFile
{
    private readonly List<(long Position, byte[]? Bytes, long Length)> _unsynced = [];
    private byte[] _synced = [];

    internal byte[] Bytes { get; private set; } = [];

    internal void Write(byte[] bytes, long position)
    {
        Bytes = Written(Bytes, bytes, position);
        _unsynced.Add((position, bytes, 0));
    }

    internal void SetLength(long length)
    {
        byte[] bytes = Bytes;
        Array.Resize(ref bytes, (int)length);
        Bytes = bytes;
        _unsynced.Add((0, null, length));
    }

    internal void Sync()
    {
        _unsynced.Clear();
        _synced = Bytes;
    }

    /// <summary>Turns a bit over on the device.</summary>
    internal void Flip(long position, int bit)
    {
        byte[] bytes = Bytes.ToArray();
        bytes[position] ^= (byte)(1 << bit);
        Write(bytes, 0);
        Sync();
    }

    /// <summary>
    /// Of the writes since the last sync each sector is kept or not by itself, or those of the first so many writes and sectors are.
    /// </summary>
    internal SimulatedFile AfterCrash(SeededRandom random)
    {
        byte[] bytes = _synced;
        bool inOrder = random.Next(2) == 0;
        long left = random.Next(2 * Math.Max(_unsynced.Sum(w => SectorsOf(w.Position, w.Bytes)), 1));
        foreach (var (position, written, length) in _unsynced)
        {
            if (written is null)
            {
                if (inOrder ? left-- > 0 : random.Next(2) == 0)
                {
                    Array.Resize(ref bytes, (int)length);
                }

                continue;
            }

            for (int start = 0; start < written.Length;)
            {
                int end = (int)Math.Min(written.Length, SectorEnd(position + start) - position);
                if (inOrder ? left-- > 0 : random.Next(3) > 0)
                {
                    bytes = Written(bytes, written[start..end], position + start);
                }

                start = end;
            }
        }

        return new SimulatedFile { Bytes = bytes, _synced = bytes };
    }

    private static long SectorEnd(long position) =>
        (position / SimulatedFiles.SectorBytes * SimulatedFiles.SectorBytes) + SimulatedFiles.SectorBytes;

    private static long SectorsOf(long position, byte[]? written) => written is null ? 1
        : (SectorEnd(position + Math.Max(written.Length - 1, 0)) - SectorEnd(position)) / SimulatedFiles.SectorBytes + 1;

    private static byte[] Written(byte[] bytes, byte[] what, long position)
    {
        if (bytes.Length < position + what.Length)
        {
            Array.Resize(ref bytes, (int)position + what.Length);
        }
        else
        {
            bytes = bytes.ToArray();
        }

        what.CopyTo(bytes.AsSpan((int)position));
        return bytes;
    }
}
