using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// The top rung of the key ladder: values of single integer keys addressed directly, in pages of 1,024 neighbouring
/// keys (of this part's shards), found through one directory. A page exists once enough of its keys do; until then its
/// keys stand in the hash tables beside, and the directory counts them. So density is judged page by page: dense ids
/// become dense whatever order they come in, stray ones cost no page, nothing is ever migrated as a whole. Keys far off
/// the rest are not even counted. Rule: a key stands here exactly if its page exists. One writer, any readers: a page
/// is filled before its entry in the directory is stored; a reader that found neither the page nor the key in the
/// tables looks at the directory once more (<see cref="KeyTable"/>).
/// </summary>
internal sealed unsafe class DensePages(StateHeap heap, StateContext context)
{
    /// <summary>
    /// Keys of a page that must be there before it is made: 4 KiB for them is at most 26 bytes a key.
    /// </summary>
    internal const int PromoteAt = 160;

    internal const int PageEntries = 1 << PageBits;
    private const int DemoteBelow = 24;
    private const int PageBits = 10;
    private const int PageBytes = PageEntries * sizeof(uint);
    private const int LengthMin = 64;
    private const long LengthFree = 1 << 12;
    private const int KeysPerPlace = 16;
    private const int FarKeysMax = 4096;

    private readonly int _firstShard = context.FirstShard;
    private readonly int _shardBits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)context.OwnShards));
    private readonly int _addressBits =
        PageBits - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)context.OwnShards));

    private int _farKeys;

    // A Directory*: replaced as a whole when it grows or slides.
    private nint _directory;

    /// <summary>
    /// A range of page places: page addresses (0: none), then (writer only) how many keys each place has.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Directory
    {
        internal long First;
        internal long Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static nint* Pages(Directory* directory) => (nint*)(directory + 1);

        internal static ushort* Counts(Directory* directory) => (ushort*)(Pages(directory) + directory->Length);

        internal static long Bytes(long length) => sizeof(Directory) + (length * (sizeof(nint) + sizeof(ushort)));
    }

    /// <summary>Keys that stand in pages.</summary>
    internal long Count { get; private set; }

    /// <summary>The pages as they are now, for a block of look-ups.</summary>
    internal readonly ref struct View
    {
        private readonly nint* _pages;
        private readonly long _first;
        private readonly ulong _length;
        private readonly int _firstShard;
        private readonly int _shardBits;
        private readonly int _addressBits;

        internal View(DensePages dense)
        {
            var directory = (Directory*)Volatile.Read(ref dense._directory);
            _firstShard = dense._firstShard;
            _shardBits = dense._shardBits;
            _addressBits = dense._addressBits;
            if (directory != null)
            {
                _pages = Directory.Pages(directory);
                _first = directory->First;
                _length = (ulong)directory->Length;
            }
        }

        /// <summary>
        /// The entry of a key (given by its hash), 0 where the key is not; null if its page does not exist.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal uint* Entry(ulong hash)
        {
            ulong place = (ulong)((Sharding.AddressOf(hash) >> _addressBits) - _first);
            uint shard = (uint)(Sharding.ShardOf(hash) - _firstShard);
            if (place >= _length || shard >> _shardBits != 0)
            {
                return null;
            }

            var page = (uint*)Volatile.Read(ref _pages[place]);
            return page == null ? null : page + (((uint)hash & ((1u << _addressBits) - 1)) << _shardBits | shard);
        }
    }

    internal View Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(this);
    }

    /// <inheritdoc cref="View.Entry"/>
    internal uint* Entry(ulong hash) => new View(this).Entry(hash);

    /// <summary>A key has been given its first value in its page.</summary>
    internal void NoteFilled(ulong hash)
    {
        Counts(hash)++;
        Count++;
    }

    /// <summary>
    /// A key's entry has been cleared. True: its page has so few left that they belong into the tables.
    /// </summary>
    internal bool NoteCleared(ulong hash)
    {
        Count--;
        return --Counts(hash) < DemoteBelow;
    }

    /// <summary>A key has been added to the tables. True: its page should be made.</summary>
    internal bool NoteHashed(ulong hash, long keys)
    {
        return Covers(hash, keys) && ++Counts(hash) >= PromoteAt;
    }

    /// <summary>A key has left the tables.</summary>
    internal void NoteUnhashed(ulong hash)
    {
        var directory = (Directory*)_directory;
        if (directory != null && IsOwn(hash) && (ulong)PlaceOf(hash) < (ulong)directory->Length)
        {
            ref ushort count = ref Counts(hash);
            // Keys that came before the directory reached here were not counted.
            count -= (ushort)(count > 0 ? 1 : 0);
        }
    }

    /// <summary>An empty page for the neighbours of a key, not yet found by anyone.</summary>
    internal uint* NewPage() => (uint*)heap.AllocateZeroed(PageBytes);

    /// <summary>The hash of the key of an entry of the page a key is in; false beyond this part's shards.</summary>
    internal bool HashAt(ulong hash, int entry, out ulong neighbour)
    {
        ulong address = (ulong)Sharding.AddressOf(hash) & ~((1UL << _addressBits) - 1) | (uint)entry >> _shardBits;
        int shard = _firstShard + (entry & ((1 << _shardBits) - 1));
        neighbour = Sharding.HashOf(shard, address);
        return shard < Sharding.ShardCount;
    }

    /// <summary>Lets readers find a filled page.</summary>
    internal void Publish(ulong hash, uint* page, int keys)
    {
        Counts(hash) = (ushort)keys;
        Count += keys;
        Volatile.Write(ref Directory.Pages((Directory*)_directory)[PlaceOf(hash)], (nint)page);
    }

    /// <summary>Takes a page away whose keys have been put into the tables.</summary>
    internal void Withdraw(ulong hash)
    {
        ref nint page = ref Directory.Pages((Directory*)_directory)[PlaceOf(hash)];
        var old = (uint*)page;
        Count -= Counts(hash);
        Volatile.Write(ref page, 0);
        heap.Retire(old, PageBytes);
    }

    /// <summary>The entries of the page a key is in.</summary>
    internal uint* PageOf(ulong hash) => (uint*)Directory.Pages((Directory*)_directory)[PlaceOf(hash)];

    private bool IsOwn(ulong hash) => (uint)(Sharding.ShardOf(hash) - _firstShard) >> _shardBits == 0;

    private long PlaceOf(ulong hash) => (Sharding.AddressOf(hash) >> _addressBits) - ((Directory*)_directory)->First;

    private ref ushort Counts(ulong hash) => ref Directory.Counts((Directory*)_directory)[PlaceOf(hash)];

    /// <summary>
    /// Whether the directory reaches a key's place, after growing it if the keys there are justify that.
    /// </summary>
    private bool Covers(ulong hash, long keys)
    {
        if (!IsOwn(hash))
        {
            return false;
        }

        var old = (Directory*)_directory;
        long place = Sharding.AddressOf(hash) >> _addressBits;
        if (old == null)
        {
            _directory = (nint)NewDirectory(place - (LengthMin / 4), LengthMin);
            return true;
        }

        if ((ulong)(place - old->First) < (ulong)old->Length)
        {
            return true;
        }

        long limit = Math.Max(LengthFree, keys / KeysPerPlace);
        if (place < old->First - limit || place > old->First + old->Length + limit)
        {
            return Recentre(place);
        }

        // What is in use, and the new place, with room on the side it grows to.
        long first = 0;
        long end = old->Length;
        while (first < end && Directory.Counts(old)[first] == 0)
        {
            first++;
        }

        while (end > first && Directory.Counts(old)[end - 1] == 0)
        {
            end--;
        }

        long newFirst = first == end ? place : Math.Min(old->First + first, place);
        long newEnd = first == end ? place + 1 : Math.Max(old->First + end, place + 1);
        ulong span = (ulong)(newEnd - newFirst);
        if (span > (ulong)limit)
        {
            return false;
        }

        long length = Math.Max(LengthMin, (long)span * 3 / 2);
        newFirst = place < old->First ? newEnd - length : newFirst;
        var grown = NewDirectory(newFirst, length);
        for (long i = first; i < end; i++)
        {
            long to = old->First + i - newFirst;
            Directory.Pages(grown)[to] = Directory.Pages(old)[i];
            Directory.Counts(grown)[to] = Directory.Counts(old)[i];
        }

        Volatile.Write(ref _directory, (nint)grown);
        heap.Retire(old, Directory.Bytes(old->Length));
        return true;
    }

    /// <summary>
    /// A place far off: counted out, unless the directory turns out to stand around a few strays while most keys are
    /// elsewhere.
    /// </summary>
    private bool Recentre(long place)
    {
        if (Count > 0 || ++_farKeys < FarKeysMax)
        {
            return false;
        }

        _farKeys = 0;
        var old = (Directory*)_directory;
        Volatile.Write(ref _directory, (nint)NewDirectory(place - (LengthMin / 4), LengthMin));
        heap.Retire(old, Directory.Bytes(old->Length));
        return true;
    }

    private Directory* NewDirectory(long first, long length)
    {
        var directory = (Directory*)heap.AllocateZeroed(Directory.Bytes(length));
        directory->First = first;
        directory->Length = length;
        return directory;
    }
}
