using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Functions about the session and the server that clients call: settings, version, privileges (everyone has all), sizes,
/// advisory locks (nobody waits). Those PostgreSQL answers from parts this engine has not answer as it does when there are
/// none of them.
/// </summary>
internal static class SessionFunctions
{
    private const string Version = "PostgreSQL 15.0 (Vectorized) on .NET, 64-bit";

    internal static void Register(FunctionFamily family)
    {
        Fixed(family, "version", [], Datum.OfText(Version));
        Fixed(family, "getdatabaseencoding", [], Datum.OfText("UTF8"));
        Fixed(family, "pg_is_in_recovery", [], Datum.OfBoolean(false));
        Fixed(family, "pg_my_temp_schema", [], Datum.OfRaw(SqlType.Oid, 0));
        Fixed(family, "inet_server_addr", [], Datum.Null(SqlType.Varchar));
        Fixed(family, "inet_client_addr", [], Datum.Null(SqlType.Varchar));
        Fixed(family, "inet_server_port", [], Datum.Null(SqlType.Int32));
        Fixed(family, "pg_tablespace_location", [SqlType.Oid], Datum.OfText(""));
        Fixed(family, "pg_relation_is_publishable", [SqlType.RegClass], Datum.OfBoolean(false));
        Fixed(family, "pg_column_is_updatable", [SqlType.RegClass, SqlType.Int16, SqlType.Boolean], Datum.OfBoolean(true));
        Fixed(family, "pg_relation_is_updatable", [SqlType.RegClass, SqlType.Boolean], Datum.OfInt32(28));
        Fixed(family, "pg_index_column_has_property", [SqlType.RegClass, SqlType.Int32, SqlType.Varchar], Datum.OfBoolean(true));
        Fixed(family, "pg_indexam_has_property", [SqlType.Oid, SqlType.Varchar], Datum.OfBoolean(true));
        Fixed(family, "pg_stat_get_numscans", [SqlType.Oid], Datum.OfInt64(0));
        foreach (string kind in new[]
        {
            "type", "function", "opclass", "opfamily", "operator", "collation", "conversion", "statistics_obj", "ts_dict",
            "ts_config", "ts_parser", "ts_template",
        })
        {
            Fixed(family, $"pg_{kind}_is_visible", [SqlType.Oid], Datum.OfBoolean(true));
        }

        Fixed(family, "pg_database_size", [SqlType.Name], Datum.OfInt64(0));
        Fixed(family, "pg_database_size", [SqlType.Oid], Datum.OfInt64(0));
        foreach (string name in new[]
        {
            "pg_get_function_result", "pg_get_function_arguments", "pg_get_function_identity_arguments", "pg_get_functiondef",
            "pg_get_partkeydef", "pg_get_ruledef", "pg_get_triggerdef", "pg_get_statisticsobjdef_columns", "pg_get_partition_constraintdef",
        })
        {
            Fixed(family, name, [SqlType.Oid], Datum.Null(SqlType.Varchar));
            Fixed(family, name, [SqlType.Oid, SqlType.Boolean], Datum.Null(SqlType.Varchar));
        }

        RegisterPrivileges(family);
        RegisterLocks(family);
        RegisterSettings(family);
        RegisterVolatile(family);
    }

    private static void RegisterPrivileges(FunctionFamily family)
    {
        var yes = Datum.OfBoolean(true);
        SqlType[] users = [SqlType.Varchar, SqlType.Oid];
        foreach (string kind in new[]
        {
            "table", "any_column", "schema", "database", "function", "sequence", "type", "language", "tablespace",
            "foreign_data_wrapper", "server",
        })
        {
            string name = $"has_{kind}_privilege";
            foreach (var item in users)
            {
                Fixed(family, name, [item, SqlType.Varchar], yes);
                foreach (var user in users)
                {
                    Fixed(family, name, [user, item, SqlType.Varchar], yes);
                }
            }
        }

        foreach (var table in users)
        {
            foreach (var column in new[] { SqlType.Varchar, SqlType.Int16 })
            {
                Fixed(family, "has_column_privilege", [table, column, SqlType.Varchar], yes);
                Fixed(family, "has_column_privilege", [SqlType.Varchar, table, column, SqlType.Varchar], yes);
            }

            Fixed(family, "pg_has_role", [table, SqlType.Varchar], yes);
            Fixed(family, "pg_has_role", [SqlType.Varchar, table, SqlType.Varchar], yes);
            Fixed(family, "row_security_active", [table], Datum.OfBoolean(false));
        }
    }

    private static void RegisterLocks(FunctionFamily family)
    {
        foreach (SqlType[] key in new SqlType[][] { [SqlType.Int64], [SqlType.Int32, SqlType.Int32] })
        {
            foreach (string suffix in new[] { "", "_shared" })
            {
                Fixed(family, "pg_try_advisory_lock" + suffix, key, Datum.OfBoolean(true), Volatility.Volatile);
                Fixed(family, "pg_try_advisory_xact_lock" + suffix, key, Datum.OfBoolean(true), Volatility.Volatile);
                Fixed(family, "pg_advisory_unlock" + suffix, key, Datum.OfBoolean(true), Volatility.Volatile);
                Fixed(family, "pg_advisory_lock" + suffix, key, Nothing(), Volatility.Volatile);
                Fixed(family, "pg_advisory_xact_lock" + suffix, key, Nothing(), Volatility.Volatile);
            }
        }

        Fixed(family, "pg_advisory_unlock_all", [], Nothing(), Volatility.Volatile);
        Fixed(family, "pg_notify", [SqlType.Varchar, SqlType.Varchar], Nothing(), Volatility.Volatile);
    }

    private static void RegisterSettings(FunctionFamily family)
    {
        family.Add("current_setting", [SqlType.Varchar], SqlType.Varchar, CurrentSetting, nullFree: false, volatility: Volatility.Stable);
        family.Add(
            "current_setting", [SqlType.Varchar, SqlType.Boolean], SqlType.Varchar, CurrentSetting, nullFree: false,
            volatility: Volatility.Stable);
        family.Add(
            "current_schemas", [SqlType.Boolean], SqlType.ListOf(SqlType.Name), CurrentSchemas, canFail: false,
            volatility: Volatility.Stable);
        family.Add(
            "pg_backend_pid", [], SqlType.Int32,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r.Values<int>().Fill(c.Session.BackendPid),
            canFail: false, volatility: Volatility.Stable);
        family.Add(
            "txid_current", [], SqlType.Int64,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r.Values<long>().Fill(c.NowMicros),
            canFail: false, volatility: Volatility.Stable);
        family.Add("pg_encoding_to_char", [SqlType.Int32], SqlType.Name, EncodingName, canFail: false);
        family.Add(
            "pg_char_to_encoding", [SqlType.Name], SqlType.Int32,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                foreach (int row in c.Active.Rows(n))
                {
                    r.Values<int>()[row] = CatalogFunctions.TextOf(a[0], row).ToUpperInvariant() is "UTF8" or "UTF-8" ? 6 : -1;
                }
            },
            canFail: false);
        family.Add("pg_size_pretty", [SqlType.Int64], SqlType.Varchar, SizePretty, canFail: false);
        family.Add("parse_ident", [SqlType.Varchar], SqlType.ListOf(SqlType.Varchar), ParseIdent);
        family.Add("parse_ident", [SqlType.Varchar, SqlType.Boolean], SqlType.ListOf(SqlType.Varchar), ParseIdent);
    }

    /// <summary>When a row came: the tick's now, kept with the row. In a query it is the transaction's start.</summary>
    internal const string ArrivalTime = "proctime";

    private static void RegisterVolatile(FunctionFamily family)
    {
        family.Add(
            "random", [], SqlType.Float64,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                foreach (ref double value in r.Values<double>())
                {
                    value = (c.NextRandom() >> 11) * (1.0 / (1UL << 53));
                }
            },
            canFail: false, volatility: Volatility.Volatile);
        family.Add(
            "gen_random_uuid", [], SqlType.Uuid,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                foreach (ref var value in r.Values<UInt128>())
                {
                    // Version 4, variant 1, at their places in network order.
                    ulong low = (c.NextRandom() & 0xFF0F_FFFF_FFFF_FFFF) | 0x0040_0000_0000_0000;
                    ulong high = (c.NextRandom() & 0xFFFF_FFFF_FFFF_FF3F) | 0x80;
                    value = new UInt128(high, low);
                }
            },
            canFail: false, volatility: Volatility.Volatile);
        family.Add(
            ArrivalTime, [], SqlType.TimestampTz,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r.Values<long>().Fill(c.NowMicros),
            canFail: false, volatility: Volatility.Volatile);
        family.Add(
            "clock_timestamp", [], SqlType.TimestampTz,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r.Values<long>().Fill(c.NowMicros),
            canFail: false, volatility: Volatility.Volatile);
    }

    /// <summary>A function that always answers the same to arguments that are not NULL.</summary>
    private static void Fixed(
        FunctionFamily family, string name, SqlType[] parameters, Datum value, Volatility volatility = Volatility.Stable) => family.Add(
            name, parameters, value.Type,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                r = Kernels.TakeKernel.Flatten(value.ToConstant(c.Arena, n), c.Arena),
            canFail: false, nullFree: !value.IsNull, volatility: volatility);

    private static Datum Nothing() => Datum.OfBytes(SqlType.Void, []);

    /// <summary>NULL for every row.</summary>
    internal static void Nothing(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        result.Validity.Clear();

    private static void CurrentSetting(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            string name = CatalogFunctions.TextOf(arguments[0], row);
            string? value = context.Session.Setting?.Invoke(name);
            if (value is null && !(arguments.Length > 1 && arguments[1].Bit(row)))
            {
                throw new SqlException(SqlState.UndefinedObject, $"unrecognized configuration parameter \"{name}\"");
            }

            CatalogFunctions.Put(context, value, row, ref result);
        }
    }

    private static void CurrentSchemas(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (arguments[0].Bit(row) && !context.Session.SearchPath.Contains("pg_catalog"))
            {
                writer.Builder.AppendBytes("pg_catalog"u8);
            }

            foreach (string schema in context.Session.SearchPath)
            {
                if (schema != "$user" && context.Session.Catalog?.SchemaOid(schema) is not null || context.Session.Catalog is null)
                {
                    writer.Builder.AppendBytes(Encoding.UTF8.GetBytes(schema));
                }
            }

            writer.Put(ref result, row);
        }
    }

    private static void EncodingName(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Views[row] = StringView.Inline(arguments[0].Value<int>(row) switch
            {
                6 => "UTF8"u8,
                0 => "SQL_ASCII"u8,
                _ => ""u8,
            });
        }
    }

    /// <summary>As PostgreSQL: the largest unit in which the size is below 10240, rounded half up.</summary>
    private static void SizePretty(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
        foreach (int row in context.Active.Rows(rowCount))
        {
            var size = (Int128)arguments[0].Value<long>(row);
            int unit = 0;
            if (Int128.Abs(size) >= 10_240)
            {
                // Halves are kept while dividing, so that the last step rounds once.
                size /= 512;
                for (unit = 1; Int128.Abs(size) >= (20_480 - 1) && unit < units.Length - 1; unit++)
                {
                    size /= 1024;
                }

                size = (size + (size >= 0 ? 1 : -1)) / 2;
            }

            CatalogFunctions.Put(context, $"{size} {units[unit]}", row, ref result);
        }
    }

    private static void ParseIdent(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            string name = CatalogFunctions.TextOf(arguments[0], row);
            var parts = Catalog.CatalogSnapshot.SplitName(name);
            if (parts.Count == 0)
            {
                throw new SqlException(SqlState.InvalidParameterValue, $"string is not a valid identifier: \"{name}\"");
            }

            foreach (string part in parts)
            {
                writer.Builder.AppendBytes(Encoding.UTF8.GetBytes(part));
            }

            writer.Put(ref result, row);
        }
    }
}
