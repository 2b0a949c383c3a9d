using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The channels and urls bids name: 4 hot ones, then 10,000 numbered ones, nine tenths of whose urls end in a
/// channel_id (the absolute value of the number's 32 bits reversed). The text depends on nothing but the number, stands
/// in memory of the process's life, and is shared by all batches of all generators: a bid copies two 16-byte views.
/// </summary>
internal static class NexmarkChannels
{
    internal const int HotCount = 4;
    internal const int ColdCount = 10_000;
    private const ulong UrlSeed = 0x4E45584D41524B;
    private const int PartBytesMin = 3;
    private const int PartBytesMax = 5;

    private static readonly string[] _hotNames = ["Google", "Facebook", "Baidu", "Apple"];
    private static readonly (Vector Names, Vector Urls) _table = Build();

    /// <summary>Flat vectors of <see cref="HotCount"/> + <see cref="ColdCount"/> values.</summary>
    internal static Vector Names => _table.Names;

    internal static Vector Urls => _table.Urls;

    private static (Vector Names, Vector Urls) Build()
    {
        var arena = new Arena();
        var random = CounterRandom.ForSeed(UrlSeed);
        var names = Vector.Allocate(arena, SqlType.Varchar, HotCount + ColdCount);
        var urls = Vector.Allocate(arena, SqlType.Varchar, HotCount + ColdCount);
        for (int i = 0; i < HotCount + ColdCount; i++)
        {
            int number = i - HotCount;
            var words = random.At(i);
            string url = $"https://www.nexmark.com/{Part(words, 0)}/{Part(words, 1)}/{Part(words, 2)}/item.htm?query=1";
            ulong chance = words.Word(3);
            if (number >= 0 && CounterRandom.Take(ref chance, 10) > 0)
            {
                url += $"&channel_id={ChannelId(number)}";
            }

            names.Views[i] = arena.AddString(Encoding.ASCII.GetBytes(number < 0 ? _hotNames[i] : $"channel-{number}"));
            urls.Views[i] = arena.AddString(Encoding.ASCII.GetBytes(url));
        }

        return (names, urls);
    }

    private static long ChannelId(int number)
    {
        uint reversed = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            reversed |= (uint)(number >> bit & 1) << (31 - bit);
        }

        return Math.Abs((long)(int)reversed);
    }

    private static string Part(CounterRandom words, int index)
    {
        Span<byte> part = stackalloc byte[Letters.GroupBytes];
        ulong word = words.Word(index);
        int length = PartBytesMin + (int)CounterRandom.Take(ref word, PartBytesMax - PartBytesMin);
        Letters.FillSpaced(part, length, words.Word(4 + index), (byte)'_');
        return Encoding.ASCII.GetString(part[..length]);
    }
}
