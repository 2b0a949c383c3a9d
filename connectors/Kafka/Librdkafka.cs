using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Kafka;

/// <summary>
/// The functions of librdkafka that reading needs, present alike in every version from 1.0 on, so that the one a system
/// ships will do. The library is looked for when a Kafka source is first made, never at start.
/// </summary>
internal static class Librdkafka
{
    internal const string LibraryName = "librdkafka";
    internal const int ErrorTextBytes = 512;
    internal const int EventError = 0x8;
    internal const int Consumer = 1;

    private static readonly Lock _lock = new();
    private static bool _resolving;
    private static IntPtr _library;

    private static IEnumerable<string> Candidates
    {
        get
        {
            if (System.Environment.GetEnvironmentVariable("LIBRDKAFKA_PATH") is { Length: > 0 } path)
            {
                yield return path;
                yield break;
            }

            foreach (string name in new[] { "librdkafka.so.1", "librdkafka.so", "librdkafka.dylib", "librdkafka.dll" })
            {
                yield return Path.Combine(AppContext.BaseDirectory, name);
                yield return name;
            }
        }
    }

    /// <summary>Throws what a user can act on when the library is not there.</summary>
    internal static void EnsureAvailable()
    {
        if (Load() == IntPtr.Zero)
        {
            throw new SqlException(
                SqlState.UndefinedFile,
                "connector \"kafka\" needs the library librdkafka, which was not found",
                hint: "Install it (Debian, Ubuntu: apt-get install librdkafka1; Fedora, macOS: librdkafka), "
                    + "or set LIBRDKAFKA_PATH to the library's file and start the server again.");
        }
    }

    internal static string ErrorName(int error) => Marshal.PtrToStringUTF8(rd_kafka_err2str(error)) ?? $"error {error}";

    internal static string Text(byte[] buffer)
    {
        int length = Array.IndexOf(buffer, (byte)0);
        return Encoding.UTF8.GetString(buffer, 0, length < 0 ? buffer.Length : length);
    }

    private static IntPtr Load()
    {
        lock (_lock)
        {
            if (!_resolving)
            {
                NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);
                _resolving = true;
            }

            foreach (string candidate in _library == IntPtr.Zero ? Candidates : [])
            {
                if (NativeLibrary.TryLoad(candidate, out _library))
                {
                    break;
                }
            }

            return _library;
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == LibraryName ? Load() : IntPtr.Zero;

#pragma warning disable SYSLIB1054 // Source-generated imports are unsafe code, which stays out of this project.
    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_conf_new();

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_conf_destroy(IntPtr conf);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_conf_set(
        IntPtr conf,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        byte[] error,
        nuint errorSize);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_conf_set_events(IntPtr conf, int events);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_conf_set_log_cb(IntPtr conf, IntPtr callback);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_new(int type, IntPtr conf, byte[] error, nuint errorSize);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_destroy(IntPtr client);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_err2str(int error);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_last_error();

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_topic_new(
        IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, IntPtr conf);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_topic_destroy(IntPtr topic);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_metadata(
        IntPtr client, int allTopics, IntPtr onlyTopic, out IntPtr metadata, int timeoutMs);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_metadata_destroy(IntPtr metadata);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_query_watermark_offsets(
        IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, out long low, out long high, int timeoutMs);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_get_watermark_offsets(
        IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, out long low, out long high);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_offsets_for_times(IntPtr client, IntPtr partitions, int timeoutMs);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_topic_partition_list_new(int size);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_topic_partition_list_add(
        IntPtr list, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_topic_partition_list_destroy(IntPtr list);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_queue_new(IntPtr client);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_queue_get_main(IntPtr client);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_queue_destroy(IntPtr queue);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_queue_poll(IntPtr queue, int timeoutMs);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_event_type(IntPtr occurrence);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_event_error_string(IntPtr occurrence);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_event_destroy(IntPtr occurrence);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_consume_start_queue(IntPtr topic, int partition, long offset, IntPtr queue);

    [DllImport(LibraryName)]
    internal static extern int rd_kafka_consume_stop(IntPtr topic, int partition);

    [DllImport(LibraryName)]
    internal static extern IntPtr rd_kafka_consume_queue(IntPtr queue, int timeoutMs);

    [DllImport(LibraryName)]
    internal static extern nint rd_kafka_consume_batch_queue(IntPtr queue, int timeoutMs, IntPtr[] messages, nuint count);

    [DllImport(LibraryName)]
    internal static extern void rd_kafka_message_destroy(IntPtr message);

    [DllImport(LibraryName)]
    internal static extern long rd_kafka_message_timestamp(IntPtr message, out int kind);
#pragma warning restore SYSLIB1054
}
