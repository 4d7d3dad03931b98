namespace Stillwatch.App.Demos;

/// <summary>A request of the demo.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it is sent, in the demo's time.</param>
/// <param name="Account">Who sends it.</param>
/// <param name="Ip">From where.</param>
/// <param name="Agent">With which program.</param>
/// <param name="Body">Its body.</param>
internal sealed record DemoRequest(string Id, DateTimeOffset At, string Account, string Ip, string Agent, byte[] Body);
