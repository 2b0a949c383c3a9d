using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>A claim on one table: while it is held, no other writer of the table is admitted to a tick.</summary>
internal sealed class WriteTurn(int tableId)
{
    internal int TableId { get; } = tableId;
}

/// <summary>
/// Tables whose writers wait, and who waits. For statements too long for the commit stage that lost their race several
/// times: ticks go on, other tables' writers too. A holder takes one turn only and waits for nobody, so nothing can
/// wait in a circle. Main lane only.
/// </summary>
internal sealed class WriteTurns
{
    private readonly Dictionary<int, WriteTurn> _held = [];
    private readonly Dictionary<int, Queue<WriteCommand>> _waiting = [];
    private readonly Queue<WriteCommand> _admitted = new();

    /// <summary>Commands whose wait is over, before those that came later.</summary>
    internal Queue<WriteCommand> Admitted => _admitted;

    /// <summary>Puts a command aside if one of its tables is another's turn.</summary>
    internal bool Park(WriteCommand command)
    {
        if (_held.Count == 0)
        {
            return false;
        }

        foreach (int table in command.Tables)
        {
            if (_held.TryGetValue(table, out var holder) && holder != command.Turn)
            {
                _waiting[table].Enqueue(command);
                return true;
            }
        }

        return false;
    }

    internal void Take(WriteTurn turn)
    {
        _held.Add(turn.TableId, turn);
        _waiting.Add(turn.TableId, new Queue<WriteCommand>());
    }

    /// <summary>Lets the others in; nothing if the turn was never taken.</summary>
    internal void End(WriteTurn turn)
    {
        if (_held.GetValueOrDefault(turn.TableId) != turn)
        {
            return;
        }

        _held.Remove(turn.TableId);
        _waiting.Remove(turn.TableId, out var waiting);
        while (waiting!.TryDequeue(out var command))
        {
            _admitted.Enqueue(command);
        }
    }

    internal void FailWaiting(Exception e)
    {
        foreach (var command in _waiting.Values.SelectMany(q => q).Concat(_admitted))
        {
            command.Fail(e);
        }

        _waiting.Clear();
        _admitted.Clear();
        _held.Clear();
    }
}

/// <summary>Takes a table's turn; waits like any writer while another has it.</summary>
internal sealed class TakeTurnCommand(WriteTurn turn, IThreads threads) : WriteCommand(threads)
{
    internal override IReadOnlyList<int> Tables { get; } = [turn.TableId];

    internal override bool CanJoin(LaneTick tick) => true;

    internal override void Run(LaneTick tick) => tick.Lane.Turns.Take(turn);
}

/// <summary>Gives a turn back.</summary>
internal sealed class EndTurnCommand(WriteTurn turn, IThreads threads) : WriteCommand(threads)
{
    internal override IReadOnlyList<int> Tables => [];

    internal override bool CanJoin(LaneTick tick) => true;

    internal override void Run(LaneTick tick) => tick.Lane.Turns.End(turn);
}
