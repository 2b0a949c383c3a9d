using System.Text.RegularExpressions;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;

namespace Vectorized.Tests.Slt;

/// <summary>Runs a file's records, each on its connection, and collects what differs.</summary>
internal sealed class SltRunner(IDatabase database, ManualTime? time = null) : IDisposable
{
    private readonly Dictionary<string, ISession> _sessions = new(StringComparer.Ordinal);

    internal List<string> Differences { get; } = [];

    internal async Task Run(IReadOnlyList<SltRecord> records, string fileName)
    {
        foreach (var record in records)
        {
            string where = $"{fileName}:{record.Line}: {record.Sql}";
            switch (record.Kind)
            {
                case SltKind.Sleep:
                    await Task.Delay(int.Parse(record.Sql));
                    break;
                case SltKind.Clock:
                    await time!.MoveTo(record.Sql);
                    break;
                case SltKind.Ok:
                    if (await Error(record) is { } error)
                    {
                        Differences.Add($"{where}\n  failed: {error.SqlState} {error.Message}");
                    }

                    break;
                case SltKind.Error:
                    var raised = await Error(record);
                    if (raised is null || !Regex.IsMatch($"{raised.SqlState} {raised.Message}", record.Expected[0]))
                    {
                        Differences.Add($"{where}\n  wanted error: {record.Expected[0]}\n  got: {raised?.SqlState} {raised?.Message ?? "success"}");
                    }

                    break;
                default:
                    await Compare(record, where);
                    break;
            }
        }
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }
    }

    private ISession Session(SltRecord record)
    {
        if (!_sessions.TryGetValue(record.Connection, out var session))
        {
            session = database.Connect("root", "dev");
            _sessions.Add(record.Connection, session);
        }

        return session;
    }

    private async Task<SqlException?> Error(SltRecord record)
    {
        try
        {
            await ResultTable.Run(Session(record), record.Sql, CancellationToken.None);
            return null;
        }
        catch (SqlException e)
        {
            return e;
        }
    }

    private async Task Compare(SltRecord record, string where)
    {
        IEnumerable<string> actual;
        try
        {
            var table = await ResultTable.Run(Session(record), record.Sql, CancellationToken.None);
            actual = table.Rows.Select(r => string.Join(' ', r.Select(c => c is null ? "NULL" : c.Length == 0 ? "(empty)" : c)));
        }
        catch (SqlException e)
        {
            Differences.Add($"{where}\n  failed: {e.SqlState} {e.Message}");
            return;
        }

        IEnumerable<string> expected = record.Expected.Select(l => Regex.Replace(l.Trim(), " +", " "));
        if (record.Sort == SltSort.Rows)
        {
            actual = actual.Order(StringComparer.Ordinal);
            expected = expected.Order(StringComparer.Ordinal);
        }

        var got = actual.ToList();
        if (!got.SequenceEqual(expected))
        {
            Differences.Add($"{where}\n  expected:\n    {string.Join("\n    ", expected)}\n  got:\n    {string.Join("\n    ", got)}");
        }
    }
}
