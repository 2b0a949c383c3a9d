using System.Reflection;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Checkpoints;
using Vectorized.Tests.Storage;
using Xunit.Sdk;

namespace Vectorized.Tests.Objects;

/// <summary>The stores that one suite of tests runs against.</summary>
internal static class StoreCases
{
    private static readonly Lazy<S3Double> _double = new(() => new S3Double());
    private static int _prefixes;

    internal static S3Double Double => _double.Value;

    /// <summary>A store with nothing in it. Opened twice it is two.</summary>
    internal static IObjectStore Open(string store) => store switch
    {
        "simulated directory" => CheckpointHarness.StoreOver(new SimulatedFiles()),
        "directory" => ObjectStores.Open(NewDirectory(), Host.System),
        "double" => ObjectStores.Open(Double.Address(NewPrefix()), Host.System),
        "double as AWS" => ObjectStores.Open(
            Double.Address(NewPrefix(), "&chunked=true&checksums=supported&quoted_tags=true"), Host.System),
        "radosgw" => ObjectStores.Open(Radosgw.Address(), Host.System),
        _ => throw new ArgumentException(store),
    };

    private static string NewDirectory()
    {
        string directory = Directory.CreateTempSubdirectory("objects").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        return directory;
    }

    private static string NewPrefix() => $"p{Interlocked.Increment(ref _prefixes)}";
}

/// <summary>Runs a test against each store that needs nothing installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnEachStoreAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [["simulated directory"], ["directory"], ["double"], ["double as AWS"]];
}

/// <summary>Runs a test against radosgw; skipped with the reason where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnRadosgwAttribute : DataAttribute
{
    public OnRadosgwAttribute() => Skip = Radosgw.Missing;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["radosgw"]];
}
