using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q3: auctions of category 10 joined with sellers from three states. People stand in an array by id; the few auctions
/// that name a person still to come wait in a list.
/// </summary>
internal sealed class LocalSellersLoop : FloorLoop
{
    private const long FirstId = 1000;

    private readonly ResultText.Place[] _people;
    private readonly List<(long Seller, long Auction)> _waiting = [];
    private readonly ResultText _text;
    private readonly ResultColumn<(long Seller, long Auction)> _result;
    private long _seen;

    internal LocalSellersLoop(NexmarkBlocks input)
    {
        int people = input.Rows(NexmarkKind.Person);
        // Three places a person: name, city, state; none for people from elsewhere.
        _people = new ResultText.Place[people * 3];
        _text = new ResultText(0, people * 64L);
        _result = new ResultColumn<(long, long)>(input.Rows(NexmarkKind.Auction));
    }

    internal override string Query => "q3";

    internal override void Reset()
    {
        _seen = 0;
        _text.Clear();
        _result.Clear();
        _waiting.Clear();
    }

    internal override void Consume(NexmarkBlock block)
    {
        for (int i = 0; i < block.People.RowCount; i++)
        {
            AddPerson(block.People, i);
        }

        ReadOnlySpan<long> ids = block.Auctions[0].Values<long>();
        ReadOnlySpan<long> sellers = block.Auctions[7].Values<long>();
        ReadOnlySpan<long> categories = block.Auctions[8].Values<long>();
        for (int i = 0; i < ids.Length; i++)
        {
            if (categories[i] != 10)
            {
                continue;
            }

            long seller = sellers[i] - FirstId;
            if (seller >= _seen)
            {
                _waiting.Add((seller, ids[i]));
            }
            else if (_people[seller * 3].Length != 0)
            {
                _result.Add((seller, ids[i]));
            }
        }
    }

    private void AddPerson(Batch people, int row)
    {
        long person = _seen++;
        var state = people[5].Bytes(row);
        bool wanted = state.SequenceEqual("OR"u8) || state.SequenceEqual("ID"u8) || state.SequenceEqual("CA"u8);
        if (wanted)
        {
            _people[person * 3] = _text.Keep(people[1].Bytes(row));
            _people[(person * 3) + 1] = _text.Keep(people[4].Bytes(row));
            _people[(person * 3) + 2] = _text.Keep(state);
        }
        else
        {
            _people[person * 3] = default;
        }

        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Seller == person)
            {
                if (wanted)
                {
                    _result.Add(_waiting[i]);
                }

                _waiting[i] = _waiting[^1];
                _waiting.RemoveAt(_waiting.Count - 1);
            }
        }
    }

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "name", "city", "state", "id");
        for (long row = 0; row < _result.Count; row++)
        {
            long person = _result[row].Seller * 3;
            csv.Text(_text.Bytes(_people[person])).Text(_text.Bytes(_people[person + 1]));
            csv.Text(_text.Bytes(_people[person + 2])).Number(_result[row].Auction).End();
        }
    }

    public override void Dispose()
    {
        _text.Dispose();
        _result.Dispose();
    }
}
