using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>A statement over state that is still being loaded: starts when what it needs is there.</summary>
internal sealed class LoadingPortal(Session session, Executable executable, IReadOnlyList<Datum> parameters, Task loaded) : IPortal
{
    private IPortal? _started;

    public IReadOnlyList<ResultColumn>? Columns => executable.Columns;

    public string CommandTag => _started?.CommandTag ?? "";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        if (_started is null)
        {
            await loaded.WaitAsync(cancellation).ConfigureAwait(false);
            _started = session.StartNow(executable, parameters);
        }

        return await _started.Next(cancellation).ConfigureAwait(false);
    }

    public void Dispose() => _started?.Dispose();
}
