using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Encoding;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// An execution between Bind and its end: the engine's portal, how its rows go out, and where it stopped within the
/// current batch. Reused for the unnamed portal. One thread.
/// </summary>
internal sealed class PortalState : IDisposable
{
    private Datum[]? _parameters;

    /// <summary>The statement it came from; null in the simple protocol.</summary>
    public StatementEntry? Entry { get; private set; }

    public IPreparedStatement? Prepared { get; private set; }

    /// <summary>Null: an empty statement, or disposed.</summary>
    public IPortal? Portal { get; private set; }

    /// <summary>Null when it returns no rows.</summary>
    public ResultShape? Shape { get; private set; }

    public Batch? Batch { get; set; }

    /// <summary>The next row of <see cref="Batch"/>.</summary>
    public int Row { get; set; }

    public bool IsStarted { get; set; }

    public bool IsDone { get; set; }

    /// <summary>An earlier Execute stopped at its row limit: tags count the rows of each Execute.</summary>
    public bool WasSuspended { get; set; }

    public void Open(
        IPreparedStatement? prepared, IPortal? portal, ResultShape? shape, StatementEntry? entry, Datum[]? parameters)
    {
        Entry = entry;
        Prepared = prepared;
        Portal = portal;
        Shape = shape;
        _parameters = parameters;
        Batch = null;
        Row = 0;
        IsStarted = false;
        IsDone = false;
        WasSuspended = false;
    }

    /// <summary>Lets the snapshot go once the execution is complete; the portal stays known as done.</summary>
    public void Release() => Dispose();

    public void Dispose()
    {
        Batch = null;
        var portal = Portal;
        Portal = null;
        if (_parameters is not null)
        {
            Entry?.ReturnParameters(_parameters);
            _parameters = null;
        }

        portal?.Dispose();
    }
}
