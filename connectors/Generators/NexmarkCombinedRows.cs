using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// All three kinds of Nexmark events in one stream, in event order: `event_type` (0, 1, 2) and a row value `person`, `auction`
/// or `bid`, of which one is present. As RisingWave's connector without nexmark.table.type.
/// </summary>
internal sealed class NexmarkCombinedRows(NexmarkSettings settings, IReadOnlyList<SourceColumn> columns)
    : NexmarkSource(settings)
{
    private const string EventType = "event_type";
    private static readonly NexmarkKind[] _kinds = Enum.GetValues<NexmarkKind>();

    private readonly NexmarkOptions _options = settings.Events;
    private readonly NexmarkGenerator _generator = new(settings.Events);

    /// <summary>Each kind's rows while a batch is put together.</summary>
    private readonly Batch[] _sources = [.. _kinds.Select(_ => new Batch())];

    /// <summary>By column: its kind and the places of its fields among that kind's columns; event_type has none.</summary>
    private readonly (NexmarkKind Kind, int[] Places)?[] _plans = [.. columns.Select(Plan)];

    /// <summary>The columns in their full form.</summary>
    internal static IReadOnlyList<SourceColumn> Columns { get; } =
    [
        new SourceColumn(EventType, SqlType.Int64),
        .. _kinds.Select(kind => new SourceColumn(
            kind.ToString().ToLowerInvariant(), SqlType.StructOf(new StructFields(NexmarkSchema.Of(kind))))),
    ];

    /// <summary>Checks declared columns: any of the four, row values with any of their fields.</summary>
    internal static IReadOnlyList<SourceColumn> Check(IReadOnlyList<SourceColumn> declared)
    {
        foreach (var column in declared)
        {
            _ = Plan(column);
        }

        return declared.Count == 0 ? Columns : declared;
    }

    public override long NextRow(int split, long position) => position;

    public override long PositionsFor(int rowCount) => rowCount;

    public override OwnedBatch Generate(int split, long from, long to)
    {
        using var scratch = new Arena();
        foreach (var kind in _kinds)
        {
            if (!IsWanted(kind))
            {
                continue;
            }

            _generator.Write(scratch, _sources[(int)kind], kind, from, to, split, SplitCount);
        }

        int count = (int)(to - from);
        var rows = OwnedBatch.Rent();
        var arena = rows.Arena;
        var batch = rows.Batch.Reset(count, columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            if (!Wanted[i])
            {
                batch[i] = Vector.Absent(columns[i].Type, count);
                continue;
            }

            batch[i] = Vector.Allocate(arena, columns[i].Type, count);
            if (_plans[i] is { } plan)
            {
                Pack(ref batch[i], arena, _sources[(int)plan.Kind], plan.Kind, plan.Places, from);
            }
            else
            {
                FillTypes(batch[i].Values<long>(), from);
            }
        }

        return rows;
    }

    private static (NexmarkKind Kind, int[] Places)? Plan(SourceColumn column)
    {
        if (column.Name == EventType)
        {
            return column.Type == SqlType.Int64 ? null : throw new SqlException(
                SqlState.DatatypeMismatch, $"column \"{EventType}\" is bigint, not {column.Type}");
        }

        if (column.Type.Id != TypeId.Struct || !Enum.TryParse<NexmarkKind>(column.Name, ignoreCase: true, out var kind))
        {
            throw new SqlException(
                SqlState.UndefinedColumn,
                $"connector \"nexmark\" has no column \"{column.Name}\" of type {column.Type}",
                hint: "Without nexmark.table.type its columns are event_type bigint and the structs person, auction, bid; "
                    + "with it they are that table's.");
        }

        IReadOnlyList<SourceColumn> fields = [.. column.Type.Fields!.Items.Select(f => new SourceColumn(f.Name, f.Type))];
        return (kind, SourceSchema.Match(NexmarkConnector.ConnectorName, fields, NexmarkSchema.Of(kind)).Places);
    }

    private bool IsWanted(NexmarkKind kind)
    {
        for (int i = 0; i < _plans.Length; i++)
        {
            if (Wanted[i] && _plans[i] is { } plan && plan.Kind == kind)
            {
                return true;
            }
        }

        return false;
    }

    private void FillTypes(Span<long> types, long from)
    {
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = (long)KindAt(from + i);
        }
    }

    private NexmarkKind KindAt(long position)
    {
        long inRound = position % RoundLength;
        return inRound < _options.PersonProportion ? NexmarkKind.Person
            : inRound < _options.PersonProportion + _options.AuctionProportion ? NexmarkKind.Auction : NexmarkKind.Bid;
    }

    private void Pack(ref Vector column, Arena arena, Batch source, NexmarkKind kind, int[] places, long from)
    {
        var valid = column.AddValidity(arena, valid: false);
        var builder = new PackedBuilder();
        var packed = new TextSink(stackalloc byte[1024]);
        int next = 0;
        for (int row = 0; row < column.Length; row++)
        {
            if (KindAt(from + row) != kind)
            {
                continue;
            }

            foreach (int place in places)
            {
                builder.AppendFrom(source[place], next);
            }

            next++;
            packed.Clear();
            builder.WriteStruct(ref packed);
            column.Views[row] = arena.AddString(packed.Written);
            Bitmap.Set(valid, row);
        }

        packed.Dispose();
    }
}
