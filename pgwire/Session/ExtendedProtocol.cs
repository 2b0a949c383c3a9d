using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Encoding;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// Parse, Bind, Describe, Execute, Close and what they name. A prepared point look-up runs through here without an
/// allocation of its own: names are found by their bytes, descriptions and encoders stay with the statement, the
/// unnamed portal and its parameters are reused. One thread.
/// </summary>
internal sealed class ExtendedProtocol(ClientSession session) : IDisposable
{
    private readonly NameTable<StatementEntry> _statements = new();
    private readonly NameTable<PortalState> _portals = new();
    private readonly PortalState _unnamedPortal = new();
    private long _statementBytes;

    /// <summary>The text of the statement last touched, where error positions must be counted in it; else null.</summary>
    public string? Text { get; private set; }

    public void Parse(ReadOnlySpan<byte> body)
    {
        Text = null;
        var message = ParseMessage.Read(body);
        if (message.Name.IsEmpty && IsUnnamedCurrent(message))
        {
            session.Output.WriteFixed(FixedMessages.ParseComplete);
            return;
        }

        if (!message.Name.IsEmpty && _statements.TryFind(message.Name, out _))
        {
            throw new SqlException(
                SqlState.DuplicatePreparedStatement,
                $"prepared statement \"{WireText.Decode(message.Name)}\" already exists");
        }

        string text = WireText.Decode(message.Text);
        Text = text;
        Forget(message.Name.IsEmpty ? _statements.Remove(default) : null);
        var entry = new StatementEntry(
            message.Name.ToArray(), text, [.. message.Text, .. message.TypeBytes], Prepare(text, message));
        Keep(entry);
        session.Output.WriteFixed(FixedMessages.ParseComplete);
    }

    public void Bind(ReadOnlySpan<byte> body)
    {
        var message = BindMessage.Read(body);
        var entry = FindStatement(message.Statement);
        Text = entry.Text;
        var portal = PortalFor(message.Portal);
        if (entry.Prepared is not { } prepared)
        {
            CheckCount(entry, message.ParameterCount, 0);
            portal.Open(null, null, null, entry, null);
        }
        else
        {
            CheckCount(entry, message.ParameterCount, prepared.ParameterTypes.Count);
            var parameters = entry.RentParameters(message.ParameterCount);
            ParameterDecoder.Decode(ref message, prepared.ParameterTypes, parameters, session.Engine.Settings.Values);
            var running = session.OpenPortal(prepared, parameters);
            var shape = running.Columns is { } columns ? entry.Shape(columns, message.ResultFormats) : null;
            portal.Open(prepared, running, shape, entry, parameters);
        }

        if (!message.Portal.IsEmpty)
        {
            _portals.Set(message.Portal.ToArray(), portal);
        }
        else
        {
            _portals.Unnamed = portal;
        }

        session.Output.WriteFixed(FixedMessages.BindComplete);
    }

    public void Describe(ReadOnlySpan<byte> body)
    {
        var message = TargetMessage.Read(body, "DESCRIBE");
        if (message.IsStatement)
        {
            var entry = FindStatement(message.Name);
            if (session.Engine.TransactionStatus == TransactionStatus.Failed && entry.Prepared?.Columns is not null)
            {
                // The catalog of a failed transaction cannot be asked whether the result still looks so.
                throw new SqlException(
                    SqlState.InFailedSqlTransaction,
                    "current transaction is aborted, commands ignored until end of transaction block");
            }

            session.Output.WriteFixed(entry.Description());
        }
        else
        {
            session.Output.WriteFixed(
                FindPortal(message.Name).Shape is { } shape ? shape.RowDescription : FixedMessages.NoData);
        }
    }

    public ValueTask Execute(ReadOnlySpan<byte> body)
    {
        var message = ExecuteMessage.Read(body);
        var portal = FindPortal(message.Portal);
        Text = portal.Entry?.Text;
        if (portal.Prepared is null)
        {
            session.Output.WriteFixed(FixedMessages.EmptyQueryResponse);
            return default;
        }

        if (portal.IsDone)
        {
            if (portal.Shape is null)
            {
                string name = WireText.Decode(message.Portal);
                throw new SqlException(SqlState.ObjectNotInPrerequisiteState, $"portal \"{name}\" cannot be run");
            }

            CommandCompleteMessage.WriteSelect(session.Output, 0);
            return default;
        }

        return Run(portal, message.RowsMax);
    }

    public void Close(ReadOnlySpan<byte> body)
    {
        var message = TargetMessage.Read(body, "CLOSE");
        if (message.IsStatement)
        {
            Forget(_statements.Remove(message.Name));
        }
        else
        {
            _portals.Remove(message.Name)?.Dispose();
        }

        session.Output.WriteFixed(FixedMessages.CloseComplete);
    }

    public bool HasStatement(string name) => _statements.TryFind(TextEncoding.UTF8.GetBytes(name), out _);

    public void Deallocate(string name) => Forget(_statements.Remove(TextEncoding.UTF8.GetBytes(name)));

    public void DeallocateAll()
    {
        _statements.Clear();
        _statementBytes = 0;
    }

    /// <summary>A simple query ends the unnamed statement and portal.</summary>
    public void ForgetUnnamed()
    {
        Forget(_statements.Remove(default));
        _portals.Remove(default)?.Dispose();
    }

    /// <summary>Portals end with their transaction; all but the one that is running.</summary>
    public void ClosePortals(PortalState? current)
    {
        if (_portals.NamedCount > 0)
        {
            foreach (var portal in _portals.Named)
            {
                if (portal != current)
                {
                    portal.Dispose();
                }
            }
        }

        if (_unnamedPortal != current)
        {
            _unnamedPortal.Dispose();
        }

        _portals.Clear();
    }

    public void Dispose() => ClosePortals(null);

    private async ValueTask Run(PortalState portal, int rowsMax)
    {
        var cancellation = session.BeginStatement();
        var beginning = session.BeginExecution(portal.Prepared!, session.SyncFollows);
        if (!beginning.IsCompletedSuccessfully)
        {
            await beginning;
        }

        if (portal.Portal!.CopyIn is not null)
        {
            session.StartCopy(portal, isExtended: true, cancellation);
            return;
        }

        long sent = 0;
        if (portal.Portal.CopyOut is not null)
        {
            await session.Runner.SendCopy(portal, cancellation);
        }
        else
        {
            var sending = session.Runner.SendRows(portal, rowsMax, cancellation);
            sent = sending.IsCompletedSuccessfully ? sending.Result : await sending;
        }

        session.EndStatement();
        if (!portal.IsDone)
        {
            session.Output.WriteFixed(FixedMessages.PortalSuspended);
            return;
        }

        session.Runner.Complete(portal, sent);
        portal.Release();
        session.AfterStatement(portal.Prepared!.Statement, portal);
    }

    private IPreparedStatement? Prepare(string text, in ParseMessage message)
    {
        var statements = session.Engine.Parse(text, session.Server.Parse);
        if (statements.Count == 0)
        {
            return null;
        }

        if (statements.Count > 1)
        {
            throw new SqlException(SqlState.SyntaxError, "cannot insert multiple commands into a prepared statement");
        }

        var types = new SqlType[message.TypeCount];
        for (int i = 0; i < types.Length; i++)
        {
            uint oid = message.TypeOid(i);
            types[i] = TypeOids.Find(oid) ?? throw new SqlException(
                SqlState.UndefinedObject, $"type with OID {oid} does not exist");
        }

        return session.Engine.Prepare(statements[0], types);
    }

    private bool IsUnnamedCurrent(in ParseMessage message) =>
        _statements.Unnamed is { Prepared: { IsCurrent: true } } entry
        && entry.Source.Length == message.Text.Length + message.TypeBytes.Length
        && entry.Source.AsSpan(0, message.Text.Length).SequenceEqual(message.Text)
        && entry.Source.AsSpan(message.Text.Length).SequenceEqual(message.TypeBytes)
        && session.Engine.TransactionStatus != TransactionStatus.Failed;

    private void Keep(StatementEntry entry)
    {
        var options = session.Server.Options;
        if (entry.Name.Length > 0
            && (_statements.NamedCount >= options.StatementsMax || _statementBytes + entry.Bytes > options.StatementBytesMax))
        {
            throw new SqlException(
                SqlState.ProgramLimitExceeded, "too many prepared statements in this session",
                hint: "Close statements that are no longer used, or DEALLOCATE ALL.");
        }

        _statementBytes += entry.Bytes;
        _statements.Set(entry.Name, entry);
    }

    private void Forget(StatementEntry? entry) => _statementBytes -= entry?.Bytes ?? 0;

    private StatementEntry FindStatement(ReadOnlySpan<byte> name) => _statements.TryFind(name, out var entry)
        ? entry
        : throw new SqlException(SqlState.InvalidSqlStatementName, name.IsEmpty
            ? "unnamed prepared statement does not exist"
            : $"prepared statement \"{WireText.Decode(name)}\" does not exist");

    private PortalState FindPortal(ReadOnlySpan<byte> name) => _portals.TryFind(name, out var portal)
        ? portal
        : throw new SqlException(
            SqlState.InvalidCursorName, $"portal \"{WireText.Decode(name)}\" does not exist");

    /// <summary>Where a Bind puts its portal: the unnamed one is replaced, a named one must be new.</summary>
    private PortalState PortalFor(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            _unnamedPortal.Dispose();
            _portals.Unnamed = null;
            return _unnamedPortal;
        }

        if (_portals.TryFind(name, out _))
        {
            throw new SqlException(
                SqlState.DuplicateCursor, $"cursor \"{WireText.Decode(name)}\" already exists");
        }

        if (_portals.NamedCount >= session.Server.Options.PortalsMax)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "too many open portals in this session");
        }

        return new PortalState();
    }

    private static void CheckCount(StatementEntry entry, int given, int wanted)
    {
        if (given != wanted)
        {
            string name = WireText.Decode(entry.Name);
            throw new SqlException(
                SqlState.ProtocolViolation,
                $"bind message supplies {given} parameters, but prepared statement \"{name}\" requires {wanted}");
        }
    }
}
