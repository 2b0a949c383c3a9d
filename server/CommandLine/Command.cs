using Vectorized.Storage.Platform;

namespace Vectorized.Server.CommandLine;

/// <summary>One word after `vectorized`.</summary>
/// <param name="Name">The word.</param>
/// <param name="Summary">One line of help.</param>
/// <param name="Run">Takes the arguments after the word; gives the exit code.</param>
internal sealed record Command(string Name, string Summary, Func<IReadOnlyList<string>, CommandContext, Task<int>> Run);

/// <summary>What a command may use of its surroundings. Output is for results, errors for everything else.</summary>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, Host Host, CancellationToken Stop);
