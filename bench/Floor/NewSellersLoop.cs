using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q8: people who opened an auction in the 10 s window in which they joined. An array by person holds the window and
/// whether the pair was found; auctions that name a person still to come wait in a list.
/// </summary>
internal sealed class NewSellersLoop(NexmarkBlocks input) : FloorLoop
{
    private const long FirstId = 1000;
    private const long WindowMicros = 10_000_000;

    private readonly Person[] _people = new Person[input.Rows(NexmarkKind.Person)];
    private readonly List<(long Seller, long Window)> _waiting = [];
    private readonly ResultText _names = new(0, input.Rows(NexmarkKind.Person) * 32L);
    private readonly ResultColumn<long> _result = new(input.Rows(NexmarkKind.Person));
    private long _seen;

    internal override string Query => "q8";

    internal override void Reset()
    {
        _seen = 0;
        _waiting.Clear();
        _names.Clear();
        _result.Clear();
    }

    internal override void Consume(NexmarkBlock block)
    {
        for (int i = 0; i < block.People.RowCount; i++)
        {
            AddPerson(block.People, i);
        }

        ReadOnlySpan<long> times = block.Auctions[5].Values<long>();
        ReadOnlySpan<long> sellers = block.Auctions[7].Values<long>();
        for (int i = 0; i < times.Length; i++)
        {
            long seller = sellers[i] - FirstId;
            long window = times[i] / WindowMicros;
            if (seller >= _seen)
            {
                _waiting.Add((seller, window));
            }
            else
            {
                Match(seller, window);
            }
        }
    }

    private void AddPerson(Batch people, int row)
    {
        long person = _seen++;
        _people[person] = new Person
        {
            Window = people[6].Value<long>(row) / WindowMicros,
            Name = _names.Keep(people[1].Bytes(row)),
        };
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Seller == person)
            {
                Match(person, _waiting[i].Window);
                _waiting[i] = _waiting[^1];
                _waiting.RemoveAt(_waiting.Count - 1);
            }
        }
    }

    private void Match(long seller, long window)
    {
        ref var person = ref _people[seller];
        if (person.Window == window && !person.Found)
        {
            person.Found = true;
            _result.Add(seller);
        }
    }

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "id", "name", "starttime");
        for (long i = 0; i < _result.Count; i++)
        {
            ref var person = ref _people[_result[i]];
            csv.Number(_result[i] + FirstId).Text(_names.Bytes(person.Name)).Time(person.Window * WindowMicros).End();
        }
    }

    public override void Dispose()
    {
        _names.Dispose();
        _result.Dispose();
    }

    private struct Person
    {
        internal long Window;
        internal ResultText.Place Name;
        internal bool Found;
    }
}
