using Vectorized.Engine.Serving;

namespace Vectorized.Pgwire.Session;

/// <summary>The session's timeouts as numbers, read again only after a setting has changed. One thread.</summary>
internal sealed class SessionTimeouts(SessionSettings settings)
{
    private int _version = -1;
    private TimeSpan _statement;
    private TimeSpan _idle;
    private TimeSpan _idleInTransaction;

    /// <summary>Zero: none, for each.</summary>
    public TimeSpan Statement
    {
        get
        {
            Refresh();
            return _statement;
        }
    }

    /// <summary>How long the session may wait for the client in a state.</summary>
    public TimeSpan Idle(TransactionStatus status)
    {
        Refresh();
        return status == TransactionStatus.Idle ? _idle : _idleInTransaction;
    }

    private void Refresh()
    {
        if (_version != settings.Version)
        {
            _version = settings.Version;
            _statement = Read("statement_timeout");
            _idle = Read("idle_session_timeout");
            _idleInTransaction = Read("idle_in_transaction_session_timeout");
        }
    }

    private TimeSpan Read(string name) =>
        TimeSpan.FromMilliseconds(SettingTable.ParseMilliseconds(settings.Get(name)));
}
