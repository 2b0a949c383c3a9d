using System.Diagnostics;

namespace Vectorized.Tests.Kernels;

/// <summary>Runs the kernel and expression tests again in processes that have the CPU's vector units switched off.</summary>
public sealed class VectorUnitsTests
{
    private const string ChildMark = "VECTORIZED_VECTOR_UNITS_CHILD";

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task KernelTests_WithoutTheUnit_Pass(string switchName)
    {
        if (Environment.GetEnvironmentVariable(ChildMark) is not null)
        {
            return;
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("vstest");
        start.ArgumentList.Add(typeof(VectorUnitsTests).Assembly.Location);
        start.ArgumentList.Add("--TestCaseFilter:FullyQualifiedName~Vectorized.Tests.Kernels|FullyQualifiedName~Vectorized.Tests.Expressions");
        start.Environment[switchName] = "0";
        start.Environment[ChildMark] = "1";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, $"{switchName}=0:\n{output}\n{await errors}");
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }
}
