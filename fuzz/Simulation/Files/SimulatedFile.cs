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

    /// <summary>Of the writes since the last sync each sector is kept or not by itself.</summary>
    internal SimulatedFile AfterCrash(SeededRandom random)
    {
        byte[] bytes = _synced;
        foreach (var (position, written, length) in _unsynced)
        {
            if (written is null)
            {
                if (random.Next(2) == 0)
                {
                    Array.Resize(ref bytes, (int)length);
                }

                continue;
            }

            for (int start = 0; start < written.Length;)
            {
                const int sector = SimulatedFiles.SectorBytes;
                long sectorEnd = ((position + start) / sector * sector) + sector;
                int end = (int)Math.Min(written.Length, sectorEnd - position);
                if (random.Next(3) > 0)
                {
                    bytes = Written(bytes, written[start..end], position + start);
                }

                start = end;
            }
        }

        return new SimulatedFile { Bytes = bytes, _synced = bytes };
    }

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
