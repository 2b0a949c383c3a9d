using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>Writes people into columns: one of every 50 events.</summary>
internal static class NexmarkPeople
{
    private const long FirstId = 1000;
    private const int CardBytes = 19;
    private const int UserLengthMax = 7;
    private const int HostLengthMax = 5;

    private static readonly byte[][] _firstNames =
        Words("Peter,Paul,Luke,John,Saul,Vicky,Kate,Julie,Sarah,Deiter,Walter");

    private static readonly byte[][] _lastNames = Words("Shultz,Abrams,Spencer,White,Bartels,Walton,Smith,Jones,Noris");

    private static readonly byte[][] _cities =
        Words("Phoenix,Los Angeles,San Francisco,Boise,Portland,Bend,Redmond,Seattle,Kent,Cheyenne");

    private static readonly byte[][] _states = Words("AZ,CA,ID,OR,WA,WY");

    internal static void Write(
        NexmarkOptions options, CounterRandom random, Arena arena, NexmarkRows rows, Batch batch, WantedColumns wanted)
    {
        bool hasExtra = wanted[7] && !options.OmitExtra;
        int count = rows.Count;
        batch.Reset(count, NexmarkSchema.Person.Count);
        for (int i = 0; i < NexmarkSchema.Person.Count; i++)
        {
            batch[i] = Vector.Allocate(arena, NexmarkSchema.Person[i].Type, count);
        }

        var text = new TextRegion(arena);
        int row = 0;
        while (row < count)
        {
            var (round, place, length) = rows.Stretch(rows.First + row);
            long eventNumber = rows.EventNumber(round, place);
            var clock = new EventClock(options, eventNumber);
            for (int end = row + length; row < end; row++, place++)
            {
                var words = random.At(eventNumber++);
                batch[0].Values<long>()[row] = (round * options.PersonProportion) + place + FirstId;
                batch[6].Values<long>()[row] = clock.Next();

                ulong word = words.Word(0);
                Span<byte> first = Choose(_firstNames, ref word);
                Span<byte> last = Choose(_lastNames, ref word);
                Span<byte> city = Choose(_cities, ref word);
                Span<byte> state = Choose(_states, ref word);
                int bytes = 8 + CardBytes + city.Length + state.Length;
                bytes += Put(batch[1].Views, row, Name(ref text, first, last, options.LowerCase));
                ulong lengths = words.Word(1);
                bytes += Put(batch[2].Views, row, Email(ref text, words, ref lengths));
                Put(batch[3].Views, row, Card(ref text, words.Word(2)));
                Put(batch[4].Views, row, Cased(ref text, city, options.LowerCase));
                Put(batch[5].Views, row, Cased(ref text, state, options.LowerCase));
                if (hasExtra)
                {
                    int padding = new PaddedLength(bytes, options.PersonBytesAvg).Choose(ref lengths);
                    Letters.Fill(text.Room(padding + Letters.GroupBytes), padding, words.Word(3));
                    batch[7].Views[row] = text.Close(padding);
                }
            }
        }

    }

    private static int Put(Span<StringView> column, int row, StringView view)
    {
        column[row] = view;
        return view.Length;
    }

    private static byte[] Choose(byte[][] words, ref ulong word) => words[CounterRandom.Take(ref word, (uint)words.Length)];

    private static StringView Name(ref TextRegion text, Span<byte> first, Span<byte> last, bool lowerCase)
    {
        int length = first.Length + 1 + last.Length;
        var room = text.Room(length);
        first.CopyTo(room);
        room[first.Length] = (byte)' ';
        last.CopyTo(room[(first.Length + 1)..]);
        return Close(ref text, room, length, lowerCase);
    }

    private static StringView Cased(ref TextRegion text, Span<byte> value, bool lowerCase)
    {
        var room = text.Room(value.Length);
        value.CopyTo(room);
        return Close(ref text, room, value.Length, lowerCase);
    }

    private static StringView Close(ref TextRegion text, Span<byte> room, int length, bool lowerCase)
    {
        if (lowerCase)
        {
            Ascii.ToLowerInPlace(room[..length], out _);
        }

        return text.Close(length);
    }

    private static StringView Email(ref TextRegion text, CounterRandom words, ref ulong lengths)
    {
        var room = text.Room(SpacedText.Room(UserLengthMax + HostLengthMax));
        int length = SpacedText.Write(room, UserLengthMax, ref lengths, words.Word(4));
        room[length++] = (byte)'@';
        length += SpacedText.Write(room[length..], HostLengthMax, ref lengths, words.Word(5));
        ".com"u8.CopyTo(room[length..]);
        return text.Close(length + 4);
    }

    private static StringView Card(ref TextRegion text, ulong word)
    {
        var room = text.Room(CardBytes)[..CardBytes];
        for (int i = 0; i < room.Length; i++)
        {
            room[i] = i % 5 == 4 ? (byte)' ' : (byte)('0' + CounterRandom.Take(ref word, 10));
        }

        return text.Close(CardBytes);
    }

    private static byte[][] Words(string text) => Array.ConvertAll(text.Split(','), Encoding.ASCII.GetBytes);
}
