namespace Vectorized.Pgwire.Session;

/// <summary>The client is gone or was dropped: there is nobody to tell, the session just ends.</summary>
internal sealed class ConnectionLostException() : Exception("the connection to the client is lost");
