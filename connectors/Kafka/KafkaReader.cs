using System.Globalization;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Formats;

namespace Vectorized.Connectors.Kafka;

/// <summary>
/// Reads all partitions of a topic by one librdkafka consumer, in batches. A position is the offset behind the last
/// message; offsets need not be dense (transactions, compaction). New partitions are read from their beginning. An
/// offset that the broker no longer has stops the source by name.
/// </summary>
internal sealed class KafkaReader : PumpedReader
{
    private const int WaitMs = 100;
    private const long RefreshNanos = 10_000_000_000;

    private readonly SourceDefinition _definition;
    private readonly KafkaSettings _settings;
    private readonly SplitPositions? _end;
    private readonly SplitPositions _positions;
    private readonly IRecordDecoder _decoder;
    private readonly Dictionary<int, KafkaPartition> _partitions = [];
    private readonly IntPtr[] _messages = new IntPtr[Batch.RowsMax];
    private readonly bool _wantsTimestamp;
    private readonly bool _wantsKey;
    private byte[] _payload = new byte[4096];
    private byte[] _key = new byte[256];
    private volatile string[] _splits = [];
    private bool _startedBefore;
    private long _lag = -1;

    internal KafkaReader(
        SourceDefinition definition,
        KafkaSettings settings,
        SourceEnvironment environment,
        SplitPositions start,
        SplitPositions? end)
        : base(environment)
    {
        _definition = definition;
        _settings = settings;
        _positions = new SplitPositions(start);
        _end = end;
        _startedBefore = start.Count > 0;
        _decoder = SourceFormats.CreateDecoder(KafkaConnector.ConnectorName, definition);
        _wantsTimestamp = definition.Columns.Any(c => c.Include == SourceIncludes.Timestamp);
        _wantsKey = definition.Columns.Any(c => c.Include == SourceIncludes.Key);
        Start($"kafka {definition.Name}");
    }

    public override long? Lag => Volatile.Read(ref _lag) is >= 0 and var lag ? lag : null;

    public override IReadOnlyList<string> Splits => _splits;

    protected override bool IsTransient(Exception error) => error is KafkaException;

    protected override void Pump()
    {
        using var client = new KafkaClient(_settings);
        _partitions.Clear();
        try
        {
            long refreshed = Environment.Host.Clock.MonotonicNanos;
            StartPartitions(client);
            while (!IsStopping && !HasReachedEnd())
            {
                Receive(client);
                long now = Environment.Host.Clock.MonotonicNanos;
                if (_end is null && now - refreshed >= RefreshNanos)
                {
                    refreshed = now;
                    StartPartitions(client);
                }
            }
        }
        finally
        {
            foreach (var partition in _partitions.Values)
            {
                partition.Rows.Discard();
            }
        }
    }

    /// <summary>Starts reading the partitions that are not being read yet.</summary>
    private void StartPartitions(KafkaClient client)
    {
        int[] wanted = [.. PartitionsToRead(client)];
        _splits = [.. wanted.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        foreach (int number in wanted)
        {
            if (IsStopping || _partitions.ContainsKey(number))
            {
                continue;
            }

            string split = number.ToString(CultureInfo.InvariantCulture);
            var (low, high) = client.Bounds(number);
            bool isNew = !_positions.TryGetValue(split, out long position);
            bool isChoice = isNew && !_startedBefore && _end is null && _settings.Startup != KafkaSettings.Earliest;
            if (isNew)
            {
                position = isChoice ? StartupPosition(client, number, high) : low;
            }
            else if (position < low || position > high)
            {
                throw OutOfRange(number, position, low, high);
            }

            long end = _end is null ? long.MaxValue : _end[split];
            var partition = new KafkaPartition(number, new SourceRows(_definition, _decoder, split, () => Wanted), position, end);
            _partitions.Add(number, partition);
            if (isChoice)
            {
                // Pins where reading starts, so that a restart before the first message starts there as well.
                Deliver(partition, position);
            }

            if (position < end)
            {
                client.Start(number, position);
            }
        }

        _startedBefore = true;
        Report(null);
    }

    private IEnumerable<int> PartitionsToRead(KafkaClient client) => _end is null
        ? client.Partitions()
        : _end.Where(split => _positions.GetValueOrDefault(split.Key) < split.Value)
            .Select(split => int.Parse(split.Key, CultureInfo.InvariantCulture)).Order();

    /// <summary>Where `latest` or a timestamp is; partitions that appear later are read whole instead.</summary>
    private long StartupPosition(KafkaClient client, int number, long high)
    {
        long found = _settings.Startup == KafkaSettings.AtTimestamp
            ? client.OffsetAt(number, _settings.StartupTimestampMs) : -1;
        return found < 0 ? high : found;
    }

    private bool HasReachedEnd() => _end is not null && _partitions.Values.All(p => p.Position >= p.End);

    private void Receive(KafkaClient client)
    {
        int count = client.Receive(_messages, Math.Min(RowsWanted, _messages.Length), WaitMs);
        int taken = 0;
        try
        {
            for (; taken < count; taken++)
            {
                Take(new KafkaMessage(_messages[taken]));
                Librdkafka.rd_kafka_message_destroy(_messages[taken]);
            }
        }
        finally
        {
            for (; taken < count; taken++)
            {
                Librdkafka.rd_kafka_message_destroy(_messages[taken]);
            }
        }

        long lag = 0;
        foreach (var partition in _partitions.Values)
        {
            if (!partition.Rows.HasAny)
            {
                partition.Position = partition.Seen;
            }
            else if (!Deliver(partition, partition.Seen))
            {
                return;
            }

            lag += Math.Max((client.KnownEnd(partition.Number) ?? partition.Position) - partition.Position, 0);
        }

        Volatile.Write(ref _lag, lag);
        string? error = client.TakeError();
        if (error is not null || count > 0)
        {
            Report(error);
        }
    }

    private void Take(KafkaMessage message)
    {
        if (!_partitions.TryGetValue(message.Partition, out var partition))
        {
            throw new KafkaException($"topic \"{_settings.Topic}\": {message.ErrorText}");
        }

        long offset = message.Offset;
        switch (message.Error)
        {
            case KafkaError.None:
                break;
            case KafkaError.PartitionEnd:
                ReachEnd(partition, offset);
                return;
            case KafkaError.AutoOffsetReset or KafkaError.OffsetOutOfRange:
                throw OutOfRange(partition.Number, partition.Seen, null, null);
            default:
                throw new KafkaException($"topic \"{_settings.Topic}\", partition {partition.Number}: {message.ErrorText}");
        }

        if (offset >= partition.End || offset < partition.Seen)
        {
            // Beyond a bounded read, whose end then lies in a gap; or delivered already.
            partition.Seen = Math.Max(partition.Seen, Math.Min(offset, partition.End));
            return;
        }

        var place = new RecordPlace
        {
            Offset = offset,
            TimestampMicros = _wantsTimestamp ? message.TimestampMicros : null,
            HasKey = _wantsKey && message.HasKey,
            Key = _wantsKey ? message.Key(ref _key) : default,
        };
        if (message.HasPayload)
        {
            partition.Rows.Add(message.Payload(ref _payload), place);
        }
        else
        {
            partition.Rows.Reject(default, offset, "the message has no value");
        }

        partition.Seen = offset + 1;
    }

    /// <summary>Nothing more now; for a bounded read either its end, or proof that it cannot be reached.</summary>
    private void ReachEnd(KafkaPartition partition, long offset)
    {
        if (_end is not null && offset < partition.End)
        {
            throw new SourceFailedException(
                $"topic \"{_settings.Topic}\", partition {partition.Number} ends at offset {offset}; messages up to "
                + $"{partition.End} are needed again");
        }

        partition.Seen = Math.Max(partition.Seen, Math.Min(offset, partition.End));
    }

    private bool Deliver(KafkaPartition partition, long position)
    {
        if (!Deliver(partition.Rows.Take(position, Environment.Host.Clock.WallMicros)))
        {
            return false;
        }

        partition.Position = position;
        _positions[partition.Rows.Split] = position;
        return true;
    }

    private SourceFailedException OutOfRange(int partition, long position, long? low, long? high) => new(
        $"topic \"{_settings.Topic}\", partition {partition}: offset {position} is not there any more"
        + (low is null ? string.Empty : $" (the broker has {low} to {high})")
        + "; messages were deleted or the topic was made anew. Nothing is skipped silently: resume the source at a position "
        + "that accepts the gap");
}
