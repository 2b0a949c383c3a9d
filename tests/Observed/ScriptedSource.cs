using System.Collections.Concurrent;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Observed;

/// <summary>A source (connector = 'scripted') of one bigint column that gives, lacks and lags as a test says.</summary>
internal sealed class ScriptedSource : ISourceConnector
{
    private readonly ConcurrentQueue<long> _rows = new();
    private volatile string? _problem;
    private long _lag;
    private SourceEnvironment? _environment;

    public string Name => "scripted";

    internal long Lag
    {
        get => Volatile.Read(ref _lag);
        set => Volatile.Write(ref _lag, value);
    }

    internal string? Problem
    {
        get => _problem;
        set => _problem = value;
    }

    /// <summary>Holds up who opens a reader (the main lane) until it is set.</summary>
    internal ManualResetEventSlim MayOpen { get; } = new(initialState: true);

    internal void Give(long value)
    {
        _rows.Enqueue(value);
        _environment?.Signal();
    }

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment) => wanted;

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        MayOpen.Wait(TimeSpan.FromSeconds(60));
        _environment = environment;
        return new Reader(this, environment);
    }

    private sealed class Reader(ScriptedSource source, SourceEnvironment environment) : ISourceReader
    {
        private long _position;

        public string? Problem => source.Problem;

        public long? Lag => source.Lag;

        public long? NextDueNanos => null;

        public SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk)
        {
            chunk = null;
            if (!source._rows.TryDequeue(out long value))
            {
                return SourceReadStatus.Empty;
            }

            var builder = new BatchBuilder([SqlType.Int64]);
            builder[0].Append(value);
            builder.EndRow();
            chunk = SourceChunk.Of(builder.Build(), "0", ++_position, environment.Host.Clock.WallMicros);
            return SourceReadStatus.Data;
        }

        public void Dispose()
        {
        }
    }
}
