using Vectorized.Storage.Platform;

namespace Vectorized.Connectors.Files;

/// <summary>
/// One file while it is read: how far, its length when last looked at, and its first bytes, by which a file that was
/// replaced under its name is told from one that grew. Pump thread only.
/// </summary>
internal sealed class TrackedFile(string name, SourceRows rows, long position)
{
    private const int HeadBytes = 256;

    private byte[] _head = [];

    internal string Name { get; } = name;

    internal SourceRows Rows { get; } = rows;

    /// <summary>Behind the last record delivered.</summary>
    internal long Position { get; set; } = position;

    internal long LengthSeen { get; set; } = -1;

    /// <summary>Whether the header, where files have one, was read.</summary>
    internal bool HasHeader { get; set; }

    /// <summary>Why it is not read any further, or null.</summary>
    internal string? Blocked { get; set; }

    /// <summary>Why it could not be read this time, or null.</summary>
    internal string? Trouble { get; set; }

    /// <summary>What speaks against continuing at the position in the file as it is now, or null.</summary>
    internal string? Check(IFile file)
    {
        if (file.Length < Position)
        {
            return $"file \"{Name}\" was truncated or replaced: it has {file.Length} bytes, {Position} were read";
        }

        Span<byte> head = stackalloc byte[HeadBytes];
        head = head[..ReadFully(file, head[.._head.Length])];
        return head.SequenceEqual(_head)
            ? null : $"file \"{Name}\" was replaced: its first {_head.Length} bytes are not those that were read before";
    }

    /// <summary>Remembers the beginning of what was read.</summary>
    internal void Remember(IFile file)
    {
        int wanted = (int)Math.Min(Position, HeadBytes);
        if (_head.Length < wanted)
        {
            var head = new byte[wanted];
            _head = head[..ReadFully(file, head)];
        }
    }

    private static int ReadFully(IFile file, Span<byte> target)
    {
        int total = 0;
        while (total < target.Length)
        {
            int count = file.Read(target[total..], total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
